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
import type { Finding, Promised } from "./finding.ts";
import { type Link, openHttpLink, openStdioLink, Unanswered } from "./link.ts";
import { runOfficialRules } from "./official.ts";
import { examine, promises } from "./promises.ts";
import { type Call, isReading, NotAuditable, survey, type Survey } from "./survey.ts";

const HELP = `bun run audit --url URL           holds a running MCP server to the promises that this one keeps
bun run audit --stdio -- COMMAND   the same, of a command that is started and spoken to over stdio

  --token TOKEN          sent as Bearer; it may also stand in AUDIT_TOKEN, which no process list shows
  --call 'TOOL {JSON}'   a call to try, where no arguments can be made up from the schema; once or more often
  --write                permits the --call of a tool that changes something. It will be changed
  --look 'TOOL {JSON}'   a call that shows whether that was changed
  --official             runs the official conformance suite, too
  --json                 prints the findings as JSON

Only tools that say readOnlyHint: true are called, unless --call names another with --write. No address but the given
one is asked. It ends with 0 where every promise is kept, with 1 where one is broken, with 2 where it cannot look.`;

class UsageError extends Error {}
function parseCall(text: string): Call {
  const [, tool = "", json = "{}"] = /^\s*([\w.:/-]+)\s*(\{[^]*\})?\s*$/.exec(text) ?? [];
  try {
    const args: unknown = JSON.parse(json);
    if (tool && typeof args === "object" && args !== null)
      return { tool, args: args as Record<string, unknown> }; // it begins with a brace
  } catch {}
  throw new UsageError(`a call is written as 'get_order {"order_id": "1"}'; got ${text}`);
}
function readOptions(argv: string[], env: Record<string, string | undefined>) {
  const [text, flag] = [{ type: "string" } as const, { type: "boolean" } as const];
  const options = {
    url: text,
    token: text,
    call: { type: "string", multiple: true },
    look: text,
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
  if (!values.help && stdio === (url !== ""))
    throw new UsageError("give either --url or --stdio -- COMMAND");
  if (stdio && !positionals.length) throw new UsageError("--stdio takes a command after --");
  if (!stdio && positionals.length) throw new UsageError(`${positionals[0]} is not an option`);
  if (url && (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)))
    throw new UsageError(`--url takes an http(s) address; got ${url}`);
  return {
    ...values,
    url,
    command: positionals,
    token: values.token ?? env["AUDIT_TOKEN"],
    calls: (values.call ?? []).map(parseCall),
    look: values.look === undefined ? undefined : parseCall(values.look),
  };
}

export interface Audited {
  about: Survey;
  findings: (Promised & Finding & { group: string })[];
}
export interface AuditOptions {
  calls?: Call[];
  look?: Call | undefined;
  /** Whether a call may change something. */
  mayWrite?: boolean;
  /** Hears of each finding as it comes. */
  report?: (finding: Audited["findings"][number]) => void;
}
/**
 * Holds a server to every promise.
 * @throws {NotAuditable}
 */
export async function audit(link: Link, options: AuditOptions = {}): Promise<Audited> {
  const { calls = [], look, mayWrite = false, report } = options;
  const peek = await survey(link, { calls: [] });
  const isSafe = ({ tool }: Call) => peek.tools.some((one) => one.name === tool && isReading(one));
  const missing = [...calls, ...(look ? [look] : [])].find(
    ({ tool }) => !peek.tools.some(({ name }) => name === tool),
  );
  if (missing) throw new NotAuditable(`it has no tool ${missing.tool}`);
  const writing = calls.filter((call) => !isSafe(call));
  if (writing[0] && !mayWrite)
    throw new NotAuditable(
      `${writing[0].tool} does not say that it only reads: --write permits its call`,
    );
  if (look && !isSafe(look))
    throw new NotAuditable(`--look takes a tool that only reads; ${look.tool} does not say so`);
  const given = { calls: calls.filter(isSafe), change: writing[0], look };
  const about = given.calls.length
    ? await survey(link, given)
    : { ...peek, change: writing[0], look };
  const findings: Audited["findings"] = [];
  for (const [group, members] of Object.entries(promises))
    for (const promised of members) {
      const finding = { ...promised, ...(await examine(promised, about)), group };
      findings.push(finding);
      report?.(finding);
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
function printFinding({ verdict, title, evidence, why, fix }: Audited["findings"][number]): void {
  console.log(`${styleText(STYLES[verdict], MARKS[verdict])}  ${styleText("bold", title)}`);
  console.log(indented(evidence));
  if (verdict !== "broken") return;
  console.log(indented(`why it matters: ${why}`));
  console.log(indented(`what to do: ${fix}`));
}
function describe({ link, host, modern, handshake, tools, called, uncalled }: Survey): string {
  const { name = "a server without a name", version = "" } =
    handshake?.introduction.serverInfo ?? host.introduction.serverInfo ?? {};
  const eras = [modern?.version, handshake?.version].filter(Boolean).join(" and ");
  const reading = tools.filter(isReading).length;
  const called_ = `${new Set(called.map(({ tool }) => tool)).size} of ${reading} that only read were called`;
  const rest = uncalled.length ? `; not ${uncalled.join(", ")}` : "";
  return `${link.name}: ${[name, version].join(" ").trim()}, ${eras}; ${tools.length} tools, ${called_}${rest}`;
}

async function main(argv: string[]): Promise<number> {
  const options = readOptions(argv, process.env);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const link = options.stdio
    ? openStdioLink(options.command)
    : openHttpLink(options.url, options.token);
  const since = performance.now();
  let group = "";
  try {
    const report = (finding: Audited["findings"][number]) => {
      if (options.json) return;
      if (finding.group !== group) console.log(`\n${styleText("bold", finding.group)}\n`);
      group = finding.group;
      printFinding(finding);
    };
    const { calls, look, write: mayWrite = false } = options;
    const { about, findings } = await audit(link, { calls, look, mayWrite, report });
    if (options.official) {
      const official = await runOfficialRules(options.url);
      official.forEach(report);
      findings.push(...official);
    }
    const count = (verdict: Finding["verdict"]) =>
      findings.filter((one) => one.verdict === verdict).length;
    if (options.json) {
      const rows = findings.map(({ group, id, title, verdict, evidence, why, fix }) => ({
        group,
        id,
        title,
        verdict,
        evidence,
        why,
        fix,
      }));
      console.log(JSON.stringify({ server: describe(about), findings: rows }, null, 2));
    } else {
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      console.log(`\n${describe(about)}`);
      console.log(
        `${count("kept")} kept, ${count("broken")} broken, ${count("not tested")} not tested; ${link.requests} requests in ${seconds} s`,
      );
    }
    return count("broken") ? 1 : 0;
  } finally {
    await link.close();
  }
}

if (import.meta.main)
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(
      error instanceof UsageError ||
      error instanceof NotAuditable ||
      error instanceof Unanswered
    ))
      throw error;
    console.error(`audit: ${error.message}`);
    if (error instanceof UsageError) console.error("See bun run audit --help");
    process.exitCode = 2;
  }
