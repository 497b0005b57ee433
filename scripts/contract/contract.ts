/**
 * `bun run contract`: keeps openapi.json, the contract with Django as an OpenAPI 3.1 document, up to date.
 *
 * ```sh
 * bun run contract            # writes openapi.json, lints it, compares it with the schema of django/
 * bun run contract --check    # for CI: writes nothing, and fails if openapi.json is stale
 * ```
 *
 * Exits with 1 if the linter finds a problem or the comparison a breaking difference.
 *
 * `document.ts` builds the document from the schemas of `wire-schemas.ts`; `compare.ts` compares it with
 * another, which `read-document.ts` reads.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as z from "zod";
import { makeVenv } from "../django.ts";
import { compareDocuments, formatDifference } from "./compare.ts";
import { openApiDocument } from "./document.ts";

export { openApiDocument as contract } from "./document.ts"; // by this name for tests/parity/schemathesis.ts

const FILE_NAME = "openapi.json";
const root = fileURLToPath(new URL("../..", import.meta.url));

/** The text of openapi.json, as `bun fmt` formats it. */
export function formatDocument(): string {
  const fmt = [process.execPath, "fmt", "--stdin-filepath", FILE_NAME];
  const stdin = Buffer.from(JSON.stringify(openApiDocument()));
  return Bun.spawnSync(fmt, { cwd: root, stdin, stderr: "inherit" }).stdout.toString();
}

/** The schema that drf-spectacular generates for django/. */
async function generateDjangoSchema(): Promise<unknown> {
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
 * Lints openapi.json with Redocly at its recommended level, and returns one line for each problem.
 *
 * Redocly is the most used linter, a single package of 15 MB that needs no network; Spectral is 242 packages and
 * 68 MB. The skipped rule forbids trailing slashes, which Django's paths have.
 */
function lintDocument(): string[] {
  const command = ["node_modules/@redocly/cli/bin/cli.js", "lint", FILE_NAME, "--format=json"];
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
  const file = Bun.file(`${root}${FILE_NAME}`);
  const text = formatDocument();
  const isStale = !(await file.exists()) || (await file.text()) !== text;
  if (isStale && !check) await file.write(text);
  const state = check ? "stale: bun run contract updates it" : "rewritten";
  console.log(`${FILE_NAME}: ${isStale ? state : "up to date"}`);
  const problems = lintDocument();
  for (const problem of problems) console.log(`${FILE_NAME}: ${problem}`);
  const differences = compareDocuments(openApiDocument(), await generateDjangoSchema());
  for (const difference of differences) console.log(formatDifference(difference));
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
