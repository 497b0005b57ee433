/**
 * Verifies audit logs, and tells what they say of an order or a customer.
 *
 * ```sh
 * export SHOP_MCP_AUDIT_KEY=…                          # as the server has it
 * bun run audit-log audit.log.1 audit.log              # the oldest first: is all there, and as it was written?
 * bun run audit-log --of 1036 audit.log                # and what was asked, answered and done about 1036
 * bun run audit-log --print-public-key                 # for whoever shall verify, and not sign
 * bun run audit-log --public-key MCow… audit.log       # is how they do it
 * ```
 *
 * Its exit code is 1 where something is wrong with the log.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type AuditLine, publicKeyOf, verifyAudit } from "../telemetry/audit.ts";

const USAGE = "bun run audit-log [--of ID] [--public-key KEY | --print-public-key] FILE…";
const HELP = `${USAGE}

  FILE                      an audit log; of several, all: one that was rotated, oldest first, and those of other processes
  --of ID                   tells what was asked, answered and done about this order or customer
  --public-key KEY          verifies with this key; otherwise SHOP_MCP_AUDIT_KEY is read from the environment
  --print-public-key        prints the key for whoever shall verify, and not sign

It ends with 0 where all holds, 1 where a line was altered or taken out, 2 where it could not look.`;

/** What a line says, for a person. */
function describe({ record }: AuditLine): string {
  const { at, event, change, caller, question, answer, counts, reason, key } = record;
  const who = caller ? JSON.stringify(caller) : "the server's own account";
  const begin = `${at} ${change} ${question ?? "(of no known question)"}`;
  const ended = record["receipt"] ?? record["failure"];
  if (event === "asked")
    return `${begin}: ${who} was asked, by ${record["via"]}:\n${indent(`${record["text"]}`)}`;
  if (event === "ended")
    return `${begin}: ended so, under ${key}:\n${indent(JSON.stringify(ended))}`;
  const sent = key ? `; sent under ${key}` : "";
  return `${begin}: ${who} answered ${answer}${counts ? sent : `, which did not count: ${reason}`}`;
}
const indent = (text: string) => text.replace(/^/gm, "    ");

/** The questions about an order or a customer. */
const questionsOf = (lines: AuditLine[], id: string) =>
  new Set(
    lines.filter(({ record }) => record["of"] === id).map(({ record }) => record["question"]),
  );
const count = (lines: AuditLine[], event: string) =>
  lines.filter(({ record }) => record["event"] === event).length;

/** @returns what to print, and whether something is wrong */
export function auditReport(files: { name: string; text: string }[], publicKey: string, id = "") {
  const { lines, findings } = verifyAudit(files, publicKey);
  const ended = new Set(
    lines.filter(({ record }) => record["event"] === "ended").map(({ record }) => record["key"]),
  );
  const open = lines.filter(
    ({ record: { event, key } }) => event === "answered" && key && !ended.has(key),
  );
  const questions = questionsOf(lines, id);
  const told = lines.filter(({ record }) => questions.has(record["question"]));
  told.sort((one, other) => `${one.record["at"]}`.localeCompare(`${other.record["at"]}`));
  const [asked, answered] = [count(lines, "asked"), count(lines, "answered")];
  const text = [
    ...told.map(describe),
    ...(id && !told.length ? [`Nothing is recorded about ${JSON.stringify(id)}.`] : []),
    ...open.map(({ place }) => `${place}: how this ended is not recorded`),
    ...findings,
    `${lines.length} lines hold: ${asked} questions, ${answered} answers, ${ended.size} changes that ended.`,
    findings.length ? "Something is wrong with this log." : "Nothing was altered or taken out.",
  ];
  return { text: text.join("\n"), isWrong: findings.length > 0 };
}

function main(args: string[], secret = ""): void {
  const options = {
    of: { type: "string" },
    "public-key": { type: "string" },
    "print-public-key": { type: "boolean" },
    help: { type: "boolean" },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return console.log(HELP);
  const publicKey = values["public-key"] ?? (secret && publicKeyOf(secret));
  if (values["print-public-key"] && publicKey) return console.log(publicKey);
  if (!publicKey || !positionals.length) {
    const missing = publicKey ? "name a FILE" : "set SHOP_MCP_AUDIT_KEY, or give --public-key";
    console.error(`audit-log: ${missing}. Usage: ${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const files = positionals.map((name) => ({ name, text: readFileSync(name, "utf8") }));
  const { text, isWrong } = auditReport(files, publicKey, values.of);
  console.log(text);
  if (isWrong) process.exitCode = 1;
}
if (import.meta.main)
  try {
    main(process.argv.slice(2), process.env["SHOP_MCP_AUDIT_KEY"]);
  } catch (error) {
    console.error(`audit-log: ${error instanceof Error ? error.message : error}. Usage: ${USAGE}`);
    process.exitCode = 2;
  }
