/**
 * The whole surface as hosts see it: `bun run surface` rewrites its snapshot in tests/surface.json and the
 * tables of tools and settings in README.md. A test fails when either is stale.
 */
import type * as z from "zod";
import { groups, settingRows } from "../server.ts";
import { lanes } from "../tests/harness/lanes.ts";

const at = (file: string) => Bun.file(new URL(`../${file}`, import.meta.url));
const cell = (text: string) => text.replaceAll("|", "\\|");
const row = (...cells: string[]) => `| ${cells.map(cell).join(" | ")} |`;

/** Everything a host is told before its first call, asked for over the wire. */
async function snapshot(): Promise<string> {
  const host = await lanes["memory-modern"]({
    django_api_base: "http://127.0.0.1:9",
    django_api_token: "none",
  });
  const { tools } = await host.listTools();
  const { resources } = await host.listResources();
  const { resourceTemplates } = await host.listResourceTemplates();
  const { prompts } = await host.listPrompts();
  const instructions = host.getInstructions();
  await host.close();
  const surface = { instructions, tools, resources, resourceTemplates, prompts };
  return `${JSON.stringify(surface, null, 2)}\n`;
}

function toolTable(): string {
  const lines = Object.entries(groups).flatMap(([group, tools]) =>
    Object.entries(tools).map(([name, { description, input }]) => {
      const args = Object.entries<z.ZodType>(input.shape).map(([arg, schema]) => {
        const { data, success } = schema.safeParse(undefined);
        return `${arg}${!success ? "" : data === undefined ? "?" : ` = ${JSON.stringify(data)}`}`;
      });
      return row(group, `\`${name}(${args.join(", ")})\``, description);
    }),
  );
  return [row("group", "tool", "what it tells"), row("---", "---", "---"), ...lines].join("\n");
}

function settingTable(): string {
  const lines = settingRows.map(({ flag, env, about, fallback }) =>
    row(flag && `\`${flag}\``, `\`${env}\``, about, fallback && `\`${fallback}\``),
  );
  const head = [
    row("flag", "environment", "what it is", "default"),
    row("---", "---", "---", "---"),
  ];
  return [...head, ...lines].join("\n");
}

/** The text with everything between `<!-- name -->` and `<!-- /name -->` replaced. */
function withTable(text: string, name: string, table: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  if (!text.includes(start) || !text.includes(end)) throw new Error(`README.md lost its ${start}`);
  const before = text.slice(0, text.indexOf(start) + start.length);
  return `${before}\n\n${table}\n\n${text.slice(text.indexOf(end))}`;
}

/** As `bun fmt` lays it out. */
function formatted(file: string, text: string): string {
  const fmt = [process.execPath, "fmt", "--stdin-filepath", file];
  return Bun.spawnSync(fmt, { stdin: Buffer.from(text), stderr: "inherit" }).stdout.toString();
}

/** Each generated file with the text that it should hold now. */
export async function surfaceFiles(): Promise<Record<string, string>> {
  const readme = await at("README.md").text();
  const tables = withTable(withTable(readme, "tools", toolTable()), "settings", settingTable());
  const files = { "tests/surface.json": await snapshot(), "README.md": tables };
  const laid = Object.entries(files).map(([file, text]) => [file, formatted(file, text)]);
  return Object.fromEntries(laid);
}

if (import.meta.main)
  for (const [file, text] of Object.entries(await surfaceFiles())) {
    const isStale = !(await at(file).exists()) || (await at(file).text()) !== text;
    if (isStale) await at(file).write(text);
    console.log(`${file}: ${isStale ? "rewritten" : "up to date"}`);
  }
