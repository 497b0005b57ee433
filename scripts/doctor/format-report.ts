/** The report as text, for a terminal. */
import { styleText } from "node:util";
import { tools } from "../../server.ts";
import type { Level, Line } from "./check-result.ts";
import type { Report } from "./examine.ts";

const COLOURS = { green: "green", amber: "yellow", red: "red" } as const;
export const counted = (lines: Line[]) => {
  const of = (level: Level) => lines.filter((line) => line.level === level).length;
  return { green: of("green"), amber: of("amber"), red: of("red") };
};
/** The report as a person reads it: aligned, and in colour where that is wanted. */
export function written(
  { shop, lines, tools: tool, settings }: Report,
  isColoured = false,
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const width = Math.max(...lines.map(({ check }) => check.length));
  const rows = lines.map(({ level, check, says, fix }, nth) => {
    const name = lines[nth - 1]?.check === check ? "" : check;
    const todo = fix ? paint("dim", ` → ${fix}`) : "";
    return `${paint(COLOURS[level], level.padEnd(5))}  ${name.padEnd(width)}  ${says}${todo}`;
  });
  const list = (title: string, names: string[]) => {
    const all = names.length === Object.keys(tools).length ? `all ${names.length} tools` : "";
    const wrapped = (all || names.join(", ")).match(/.{1,82}(,|$)/g) ?? [];
    return wrapped.map((part, nth) => `${(nth ? "" : title).padEnd(15)}${part.trim()}`);
  };
  const { DJANGO_API_BASE = "", ...rest } = settings;
  const env = { DJANGO_API_BASE, DJANGO_API_TOKEN: "…", ...rest };
  const server = new URL("../../server.ts", import.meta.url).pathname;
  const hosts = { mcpServers: { shop: { command: "bun", args: [server], env } } };
  const todo = [
    "",
    ...list("works", tool.works),
    ...list("in doubt", tool.unproven),
    ...list("does not work", tool.missing),
    "",
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    "",
    JSON.stringify(hosts, null, 2).replace(/\[\s+(".*")\s+\]/, "[$1]"),
  ];
  const { green, amber, red } = counted(lines);
  const sum = `${green} green, ${amber} amber, ${red} red`;
  const isSeen = Object.values(tool).some((names) => names.length);
  return [
    paint("bold", shop),
    "",
    ...rows,
    ...(isSeen ? todo : []),
    "",
    paint(red ? "red" : amber ? "yellow" : "green", sum),
  ].join("\n");
}
