/**
 * The contract with Django as an OpenAPI 3.1 document, made of `endpoints` and their schemas in server.ts,
 * and what another OpenAPI document promises less.
 *
 * ```sh
 * bun run contract            # writes openapi.json, lints it, compares it with the schema of django/
 * bun run contract --check    # for CI: the same, but a stale openapi.json is an error
 * ```
 *
 * Both end with 1 where the linter or the comparison finds a reason.
 *
 * @module
 */
import { parseArgs } from "node:util";
import * as z from "zod";
import { makeVenv } from "../django.ts";
import { compare, line } from "./compare.ts";
import { contract } from "./document.ts";

export { contract } from "./document.ts";

const DOCUMENT = "openapi.json";
const root = new URL("../..", import.meta.url).pathname;

/** The document's text, as `bun fmt` lays it out. */
export function contractText(): string {
  const fmt = [process.execPath, "fmt", "--stdin-filepath", DOCUMENT];
  const stdin = Buffer.from(JSON.stringify(contract()));
  return Bun.spawnSync(fmt, { cwd: root, stdin, stderr: "inherit" }).stdout.toString();
}

/** What drf-spectacular says of django/. */
async function djangoSchema(): Promise<unknown> {
  await makeVenv();
  const python = [".venv/bin/python", "django/manage.py"];
  const command = [...python, "spectacular", "--format", "openapi-json"];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const child = Bun.spawn(command, { cwd: root, env, stdout: "pipe", stderr: "inherit" });
  const text = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error("manage.py spectacular failed");
  return JSON.parse(text);
}

const lintReport = z.object({
  problems: z.array(
    z.object({
      severity: z.string(),
      ruleId: z.string(),
      message: z.string(),
      location: z.array(z.object({ pointer: z.string().optional() })),
    }),
  ),
});
/**
 * What Redocly's linter says of the document at its recommended level: the most used one, a single package of
 * 15 MB (Spectral is 242 packages, 68 MB) that needs no network. One rule of it is not for Django, whose paths
 * end with a slash.
 */
function lint(): string[] {
  const command = ["node_modules/@redocly/cli/bin/cli.js", "lint", DOCUMENT, "--format=json"];
  const rules = ["--extends=recommended", "--skip-rule=no-path-trailing-slash"];
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const { stdout, stderr } = Bun.spawnSync([process.execPath, ...command, ...rules], {
    cwd: root,
    env,
  });
  if (!stdout.length) throw new Error(`the linter failed: ${stderr}`);
  return lintReport
    .parse(JSON.parse(`${stdout}`))
    .problems.map(({ severity, ruleId, message, location }) =>
      [severity, ruleId, location[0]?.pointer, message].join("  "),
    );
}

async function main(args: string[]): Promise<number> {
  const { check } = parseArgs({ args, options: { check: { type: "boolean" } } }).values;
  const file = Bun.file(`${root}${DOCUMENT}`);
  const text = contractText();
  const isStale = !(await file.exists()) || (await file.text()) !== text;
  if (isStale && !check) await file.write(text);
  const state = check ? "stale: bun run contract writes it anew" : "rewritten";
  console.log(`${DOCUMENT}: ${isStale ? state : "up to date"}`);
  const problems = lint();
  for (const problem of problems) console.log(`${DOCUMENT}: ${problem}`);
  const differences = compare(contract(), await djangoSchema());
  for (const difference of differences) console.log(line(difference));
  const breaking = differences.filter(({ isBreaking }) => isBreaking).length;
  console.log(`django/: ${breaking} breaking, ${differences.length - breaking} notes`);
  return (check && isStale) || problems.length || breaking ? 1 : 0;
}

if (import.meta.main)
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`contract: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
