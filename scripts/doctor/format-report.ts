/** The report as text for a terminal: aligned lines, the settings to use, and the sum. `doctor.ts` prints it. */
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { tools } from "../../server.ts";
import { settingRows } from "../../settings.ts";
import type { Level, ReportLine } from "./check-result.ts";
import type { Report } from "./examine.ts";

const COLOURS = { green: "green", amber: "yellow", red: "red" } as const;
const TITLE_WIDTH = 15;
const LIST_WIDTH = 82;

/** How many lines there are of each level. */
export function countLevels(lines: ReportLine[]): Record<Level, number> {
  const count = (level: Level) => lines.filter((line) => line.level === level).length;
  return { green: count("green"), amber: count("amber"), red: count("red") };
}

/** `works          search_products, get_product`, on as many lines as it takes; none for no tools. */
function formatTools(title: string, names: string[]): string[] {
  const isAll = names.length === Object.keys(tools).length;
  const text = isAll ? `all ${names.length} tools` : names.join(", ");
  const rows = text.match(new RegExp(`.{1,${LIST_WIDTH}}(,|$)`, "g")) ?? [];
  return rows.map((row, index) => `${(index ? "" : title).padEnd(TITLE_WIDTH)}${row.trim()}`);
}
/** A word of a command, in quotes where a shell would split it. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./…-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The environment to set, and the same as a command that writes it, and as the configuration of an MCP host. */
function formatSettings(settings: Report["settings"]): string[] {
  const { DJANGO_API_BASE = "", ...rest } = settings;
  const secret = rest["DJANGO_LOGIN"] ? "DJANGO_PASSWORD" : "DJANGO_API_TOKEN";
  const env = { DJANGO_API_BASE, [secret]: "…", ...rest };
  const clone = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
  const args = [`--cwd=${clone}`, "server.ts"]; // a host starts it in a folder of its own choice
  const config = { mcpServers: { shop: { command: "bun", args, env } } };
  const flags = settingRows.flatMap(({ env: name, flag }) =>
    rest[name] ? [flag, shellWord(rest[name])] : [],
  );
  return [
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    "",
    [
      `${secret}=… bun run connect HOST --url ${DJANGO_API_BASE}`,
      ...(flags.length ? ["--", ...flags] : []),
    ].join(" "),
    "",
    JSON.stringify(config, null, 2).replace(/\[\s+(".*"),\s+(".*")\s+\]/, "[$1, $2]"),
  ];
}

/** @param options.isColoured whether to add ANSI colours. @default false */
export function formatReport(
  { shop, lines, tools: states, settings }: Report,
  { isColoured = false }: { isColoured?: boolean } = {},
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const width = Math.max(...lines.map(({ check }) => check.length));
  const rows = lines.map(({ level, check, says, fix }, index) => {
    const name = lines[index - 1]?.check === check ? "" : check;
    const todo = fix ? paint("dim", ` → ${fix}`) : "";
    return `${paint(COLOURS[level], level.padEnd(5))}  ${name.padEnd(width)}  ${says}${todo}`;
  });
  const advice = [
    "",
    ...formatTools("works", states.works),
    ...formatTools("unproven", states.unproven),
    ...formatTools("does not work", states.missing),
    "",
    ...formatSettings(settings),
  ];
  const isReached = Object.values(states).some((names) => names.length);
  const { green, amber, red } = countLevels(lines);
  const worst: Level = red ? "red" : amber ? "amber" : "green";
  return [
    paint("bold", shop),
    "",
    ...rows,
    ...(isReached ? advice : []),
    "",
    paint(COLOURS[worst], `${green} green, ${amber} amber, ${red} red`),
  ].join("\n");
}
