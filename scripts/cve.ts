/**
 * `bun run cve --url URL` tries the public vulnerabilities of MCP servers in tests/cve/wounds.ts on a server, and ends
 * with 1 if one is open. It sends hostile requests, some thousand of them: try only servers that are yours.
 *
 * ```sh
 * bun run cve --url http://127.0.0.1:3000/mcp
 * bun run cve --url https://shop.example/mcp --token … --other-token … --read-token …
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { initialize, send, type Target } from "../tests/cve/target.ts";
import { probe, type Verdict, wounds } from "../tests/cve/wounds.ts";

const HELP = `bun run cve --url URL       tries public vulnerabilities of MCP servers on a server of yours

  --token TOKEN             of a caller who may read and change
  --other-token TOKEN       of another such caller
  --read-token TOKEN        of a caller who may only read
  --hidden-tool NAME        a tool that exists, and is not offered there

Tokens may also stand in CVE_TOKEN, CVE_OTHER_TOKEN, CVE_READ_TOKEN, which no process list shows. What its shop signs
webhooks with stands in CVE_WEBHOOK_SECRET alone.`;

/** What the flags and variables say; undefined where they ask for help, or name no address. */
function readTarget(argv: string[], env: Record<string, string | undefined>): Target | undefined {
  const text = { type: "string" } as const;
  const options = {
    url: text,
    token: text,
    "other-token": text,
    "read-token": text,
    "hidden-tool": text,
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args: argv, options });
  if (values.help || !/^https?:\/\//.test(values.url ?? "") || !URL.canParse(values.url ?? ""))
    return undefined;
  return {
    url: values.url ?? "",
    token: values.token ?? env["CVE_TOKEN"],
    otherToken: values["other-token"] ?? env["CVE_OTHER_TOKEN"],
    readToken: values["read-token"] ?? env["CVE_READ_TOKEN"],
    hiddenTool: values["hidden-tool"],
    webhookSecret: env["CVE_WEBHOOK_SECRET"],
  };
}
/** The tokens that were given, by their flags; first of all none. */
const tokensOf = ({ token, otherToken, readToken }: Target) =>
  [
    ["", null],
    ["--token", token],
    ["--other-token", otherToken],
    ["--read-token", readToken],
  ].filter((pair): pair is [string, string | null] => pair[1] !== undefined);
const MARKS: Record<Verdict["is"], string> = {
  closed: "ok     ",
  open: "OPEN   ",
  skipped: "skipped",
};

async function main(argv: string[]): Promise<number> {
  const target = readTarget(argv, process.env);
  if (!target) {
    console.log(HELP);
    return argv.includes("--help") ? 0 : 2;
  }
  for (const [flag, token] of tokensOf(target)) {
    const { status } = await send(target, initialize(), { token }).catch((error: unknown) => {
      throw new Error(`nothing answers at ${target.url}: ${error}`);
    });
    if (status === 404) throw new Error(`no MCP endpoint is at ${target.url}: HTTP 404`);
    if (token && status === 401) throw new Error(`the token of ${flag} is refused: HTTP 401`);
  }
  const counts = { closed: 0, open: 0, skipped: 0 };
  for (const wound of wounds) {
    const { is, why } = await probe(wound, target);
    counts[is] += 1;
    console.log(`${MARKS[is]}  ${wound.title}\n         ${wound.numbers.join(", ")}`);
    if (why) console.log(`         ${is === "open" ? "→ " : ""}${why}`);
  }
  console.log(`\n${counts.closed} closed, ${counts.open} open, ${counts.skipped} skipped`);
  return counts.open ? 1 : 0;
}

if (import.meta.main)
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`cve: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  }
