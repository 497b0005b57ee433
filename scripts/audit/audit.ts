/**
 * `bun run audit --url URL` holds an MCP server to the promises that this one keeps, and prints which it keeps. It lists,
 * and calls what only reads; what changes something is called with `--write` alone.
 *
 * ```sh
 * bun run audit --url http://127.0.0.1:3000/mcp
 * bun run audit --url https://shop.example/mcp --token … --call 'get_order {"order_id": "1036"}'
 * bun run audit --url … --write --call 'cancel_order {"order_id": "1054", "reason": "no_longer_needed"}' --look 'get_order {"order_id": "1054"}'
 * bun run audit --stdio -- npx -y some-mcp-server
 * ```
 *
 * @module
 */
import { parseArgs, styleText } from "node:util";
import { Skipped } from "../../tests/cve/target.ts";
import { type Finding, type Found, visible } from "./finding.ts";
import { type Link, openHttpLink, openStdioLink, Unanswered } from "./link.ts";
import { examine, promises } from "./promises.ts";
import { isAlive } from "./protocol.ts";
import { type Call, type Given, NotAuditable, survey, type Survey } from "./survey.ts";

const HELP = `bun run audit --url URL           holds a running MCP server to the promises that this one keeps
bun run audit --stdio -- COMMAND   the same, of a command that is started and spoken to over stdio

  --token TOKEN          sent as Bearer; it may also stand in AUDIT_TOKEN, which no process list shows
  --call 'TOOL {JSON}'   a call to try, where no arguments can be made up from the schema; once or more often
  --reads TOOL           a tool that only reads, though it does not say so; once or more often
  --write                permits the --call of a tool that changes something. It will be changed
  --look 'TOOL {JSON}'   a call that shows whether that was changed
  --only ID,ID           looks at these promises alone, by the ids that --json prints
  --official             runs the official conformance suite, too
  --json                 prints the findings as JSON

Only tools that say readOnlyHint: true, or that --reads names, are called, unless --call names another with --write. No address but the given
one is asked. It ends with 0 where every promise is kept, with 1 where one is broken, with 2 where it cannot look.`;

class UsageError extends NotAuditable {}
function parseCall(text: string): Call {
  const [, tool = "", json = "{}"] = /^\s*([\w.:/-]+)\s*(\{[^]*\})?\s*$/.exec(text) ?? [];
  try {
    const args: unknown = JSON.parse(json);
    if (tool && typeof args === "object" && args !== null)
      return { tool, args: args as Record<string, unknown> }; // it begins with a brace
  } catch {}
  throw new UsageError(`a call is written as 'get_order {"order_id": "1"}'; got ${text}`);
}
function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && !username && !password;
}
function readOptions(argv: string[], env: Record<string, string | undefined>) {
  const [text, flag] = [{ type: "string" } as const, { type: "boolean" } as const];
  const options = {
    url: text,
    token: text,
    call: { type: "string", multiple: true },
    reads: { type: "string", multiple: true },
    look: text,
    only: text,
    write: flag,
    stdio: flag,
    official: flag,
    json: flag,
    help: flag,
  } as const;
  const { values, positionals } = parse();
  function parse() {
    try {
      return parseArgs({ args: argv, options, allowPositionals: true });
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  }
  const { url = "", stdio } = values;
  if (!values.help && Boolean(stdio) === (url !== ""))
    throw new UsageError("give either --url or --stdio -- COMMAND");
  if (stdio && !positionals.length) throw new UsageError("--stdio takes a command after --");
  if (!stdio && positionals.length) throw new UsageError(`${positionals[0]} is not an option`);
  if (url && !isAddress(url))
    throw new UsageError(
      `--url takes an http(s) address without credentials; got ${url.replace(/\/\/.*@/, "//…@")}`,
    );
  const only = values.only?.split(",");
  const ids = Object.values(promises).flatMap((members) => members.map(({ id }) => id));
  const stray = only?.find((id) => !ids.includes(id));
  if (stray !== undefined)
    throw new UsageError(`--only names ${stray}; there are ${ids.join(", ")}`);
  return {
    ...values,
    url,
    isWanted: (id: string) => only?.includes(id) ?? true,
    command: positionals,
    token: values.token ?? env["AUDIT_TOKEN"],
    calls: (values.call ?? []).map(parseCall),
    look: values.look === undefined ? undefined : parseCall(values.look),
  };
}

export interface Audited {
  about: Survey;
  findings: Found[];
}
export interface AuditOptions extends Given {
  /** Which promises are looked at, by id. @default all */
  isWanted?: (id: string) => boolean;
  /** Hears of each finding as it comes. */
  report?: (finding: Found) => void;
}
/**
 * Holds a server to every promise.
 * @throws {NotAuditable}
 */
export async function audit(link: Link, options: AuditOptions = {}): Promise<Audited> {
  const { isWanted = () => true, report } = options;
  const about = await survey(link, options);
  const findings: Found[] = [];
  let end = ""; // the promise after which it answers nothing any more
  for (const [group, members] of Object.entries(promises))
    for (const promised of members.filter(({ id }) => isWanted(id))) {
      const dead: Finding = { verdict: "not tested", evidence: `it answers nothing since ${end}` };
      const finding = { ...promised, ...(end ? dead : await examine(promised, about)), group };
      findings.push(finding);
      report?.(finding);
      const isOver = finding.verdict === "broken" && !(await isAlive(about).catch(() => true));
      if (isOver) end = finding.id;
    }
  return { about, findings };
}

// ── How it is printed ───────────────────────────────────────────────────────────────────────────

const MARKS = { kept: "kept      ", broken: "BROKEN    ", "not tested": "not tested" };
const STYLES = { kept: "green", broken: "red", "not tested": "dim" } as const;
const WIDTH = Math.max(60, Math.min(process.stdout.columns || 110, 110)) - 12;
const indented = (text: string) =>
  Bun.wrapAnsi(text, WIDTH, { hard: true })
    .split("\n")
    .map((line) => `            ${line}`)
    .join("\n");
function formatFinding({ verdict, title, evidence, why, fix }: Found): string {
  const head = `${styleText(STYLES[verdict], MARKS[verdict])}  ${styleText("bold", title)}`;
  const more = verdict === "broken" ? [`why it matters: ${why}`, `what to do: ${fix}`] : [];
  return [head, ...[visible(evidence), ...more].map(indented)].join("\n");
}
function describe({ link, host, modern, handshake, tools, called, uncalled }: Survey): string {
  const { name = "a server without a name", version = "" } =
    handshake?.introduction.serverInfo ?? host.introduction.serverInfo ?? {};
  const eras = [modern?.version, handshake?.version].filter(Boolean).join(" and ");
  const reading = tools.filter(({ isReading }) => isReading).length;
  const calls = `${new Set(called.map(({ tool }) => tool)).size} of ${reading} that only read were called`;
  const rest = uncalled.length ? `; not ${uncalled.join(", ")}` : "";
  const named = visible([name, version].join(" ").trim());
  return `${link.name}: ${named}, ${eras}; ${tools.length} tools, ${calls}${visible(rest)}`;
}

interface Output {
  log(text: string): void;
  error(text: string): void;
}
async function run(options: ReturnType<typeof readOptions>, { log }: Output): Promise<number> {
  const { calls, reads, look, isWanted, write: mayWrite = false } = options;
  const link = options.stdio
    ? openStdioLink(options.command)
    : openHttpLink(options.url, options.token);
  const since = performance.now();
  let group = "";
  const report = (finding: Found) => {
    if (options.json) return;
    if (finding.group !== group) log(`\n${styleText("bold", finding.group)}\n`);
    group = finding.group;
    log(formatFinding(finding));
  };
  try {
    const { about, findings } = await audit(link, {
      calls,
      reads,
      look,
      mayWrite,
      isWanted,
      report,
    });
    if (options.official) {
      const { runOfficialRules } = await import("./official.ts"); // which loads the server
      const official = await runOfficialRules(about);
      official.forEach(report);
      findings.push(...official);
    }
    const count = (verdict: Finding["verdict"]) =>
      findings.filter((one) => one.verdict === verdict).length;
    if (options.json) {
      log(JSON.stringify({ server: describe(about), findings }, null, 2)); // without the probes
    } else {
      const counts = `${count("kept")} kept, ${count("broken")} broken, ${count("not tested")} not tested`;
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      log(`\n${describe(about)}\n${counts}; ${link.requests} requests in ${seconds} s`);
    }
    return count("broken") ? 1 : 0;
  } finally {
    await link.close();
  }
}

/** The program. @returns how it ends */
export async function main(
  argv: string[],
  env: Record<string, string | undefined>,
  output: Output = console,
): Promise<number> {
  try {
    const options = readOptions(argv, env);
    if (!options.help) return await run(options, output);
    output.log(HELP);
    return 0;
  } catch (error) {
    const isMet = error instanceof NotAuditable || error instanceof Unanswered;
    if (!isMet && !(error instanceof Skipped)) throw error;
    output.error(`audit: ${error.message}`);
    if (error instanceof UsageError) output.error("See bun run audit --help");
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), process.env);
