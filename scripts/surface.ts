/**
 * Writes what hosts and users see from what runs: tests/surface.json, the snapshot of all that a host reads
 * before its first call, docs/tokens.md, docs/audit.md, and the generated parts of README.md. tests/surface.test.ts fails when one is
 * stale. Prints how many tokens a model reads, too.
 *
 * ```sh
 * bun run surface
 * ```
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import type * as z from "zod";
import { groups, isUsual, settingRows } from "../server.ts";
import { troubleshootingPage } from "./troubleshooting.ts";
import { lanes } from "../tests/harness/lanes.ts";
import { auditPage } from "./audit/page.ts";
import { BOUNDS, measureTokens, tokensPage } from "./tokens.ts";

const projectFile = (path: string) => Bun.file(new URL(`../${path}`, import.meta.url));
const NO_SHOP = {
  django_api_base: "http://127.0.0.1:9",
  django_api_token: "none",
  tools: Object.keys(groups).join(),
};

/** The surface as a host reads it over the wire, as JSON. */
async function snapshot(): Promise<string> {
  const host = await lanes["memory-modern"](NO_SHOP);
  const { tools } = await host.listTools();
  const { resources } = await host.listResources();
  const { resourceTemplates } = await host.listResourceTemplates();
  const { prompts } = await host.listPrompts();
  const instructions = host.getInstructions();
  await host.close();
  const surface = { instructions, tools, resources, resourceTemplates, prompts };
  return `${JSON.stringify(surface, null, 2)}\n`;
}

const escapeCell = (text: string) => text.replaceAll("|", "\\|");
const tableRow = (...cells: string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;

/** An argument as in a signature: `query`, `category?`, `limit = 10`. */
function formatArgument([name, schema]: [name: string, schema: z.ZodType]): string {
  const { data, success } = schema.safeParse(undefined);
  if (!success) return name;
  return data === undefined ? `${name}?` : `${name} = ${JSON.stringify(data)}`;
}

function toolTable(): string {
  const rows = Object.entries(groups).flatMap(([group, tools]) =>
    Object.entries(tools).map(([name, { description, input }]) => {
      const args = Object.entries<z.ZodType>(input.shape).map(formatArgument);
      return tableRow(
        isUsual(group) ? group : `${group}, where \`--tools\` names it`,
        `\`${name}(${args.join(", ")})\``,
        description,
      );
    }),
  );
  const head = [tableRow("group", "tool", "what it does"), tableRow("---", "---", "---")];
  return [...head, ...rows].join("\n");
}

function settingTable(): string {
  const rows = settingRows.map(({ flag, env, description, fallback }) =>
    tableRow(flag && `\`${flag}\``, `\`${env}\``, description, fallback && `\`${fallback}\``),
  );
  const head = [
    tableRow("flag", "environment", "what it is", "default"),
    tableRow("---", "---", "---", "---"),
  ];
  return [...head, ...rows].join("\n");
}

/** What the demo prints, without its introduction and its first exchange, and without the key, which is random. */
async function demoExcerpt(): Promise<string> {
  const command = [process.execPath, Bun.fileURLToPath(import.meta.resolve("./demo.ts")), "--once"];
  const demo = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
  const output = stripVTControlCharacters(await demo.stdout.text());
  if ((await demo.exited) !== 0) throw new Error("the demo failed: see bun run demo --once");
  const [, , ...exchanges] = output.trim().split("\n\n");
  const excerpt = exchanges.join("\n\n").replace(/(Idempotency-Key: )\S+/, "$1…");
  return `\`\`\`\n${excerpt}\n\`\`\``;
}

/** The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced, for each name. */
function replaceSections(text: string, sections: Record<string, string>): string {
  return Object.entries(sections).reduce((replaced, [name, content]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [replaced.indexOf(start), replaced.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`README.md must have ${start}, then ${end}`);
    return `${replaced.slice(0, from)}${start}\n\n${content}\n\n${replaced.slice(to)}`;
  }, text);
}

/** The text of a file as `bun fmt` formats it. */
function format(path: string, text: string): string {
  const fmt = [process.execPath, "fmt", "--stdin-filepath", path];
  return Bun.spawnSync(fmt, { stdin: Buffer.from(text), stderr: "inherit" }).stdout.toString();
}

/** The generated files, by path, each with the text that it must hold. */
export async function surfaceFiles(): Promise<Record<string, string>> {
  const readme = replaceSections(await projectFile("README.md").text(), {
    demo: await demoExcerpt(),
    tools: toolTable(),
    settings: settingTable(),
  });
  const files = {
    "tests/surface.json": await snapshot(),
    "README.md": readme,
    "TROUBLESHOOTING.md": troubleshootingPage(),
    "docs/tokens.md": await tokensPage(),
    "docs/audit.md": auditPage(),
  };
  const formatted = Object.entries(files).map(([path, text]) => [path, format(path, text)]);
  return Object.fromEntries(formatted);
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await surfaceFiles())) {
    const file = projectFile(path);
    const isStale = !(await file.exists()) || (await file.text()) !== text;
    if (isStale) await file.write(text);
    console.log(`${path}: ${isStale ? "rewritten" : "up to date"}`);
  }
  console.log("\ntokens that a model reads, and the most that it may:");
  for (const [name, tokens] of Object.entries(await measureTokens()))
    console.log(`${`${tokens}`.padStart(6)} of ${BOUNDS[name as keyof typeof BOUNDS]}  ${name}`); // its own keys
}
