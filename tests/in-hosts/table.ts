/** The table of docs/hosts.md: a row for each host, as the run found it. */
import { table } from "../../scripts/sections.ts";
import type { Conversation, Observation } from "./conversation.ts";
import {
  formsSeen,
  gotCode,
  looksForTools,
  namesGiven,
  resourceReader,
  schemaChanges,
  seesInstructions,
} from "./findings.ts";
import { type TestedHost, versionOf } from "./hosts.ts";
import { nameOf } from "./model.ts";
import type { Reference } from "./reference.ts";

const HEAD = [
  "Host",
  "Protocol",
  "Results reach the model as",
  "Instructions",
  "Resources",
  "`search_products` is called",
  "Schemas",
  "A change with nobody there",
  "A change with somebody there",
];
const code = (text: string) => `\`${text}\``;
const list = (words: string[]) => words.map(code).join(", ");

function describeName({ alone: { last } }: Conversation): string {
  const name = nameOf("search_products", last) ?? "";
  const group = last.tools.find((tool) => tool.name === name)?.namespace;
  return group === undefined ? code(name) : `${code(name)} of ${code(group)}`;
}
function describeSchemas({ alone }: Conversation, reference: Reference): string {
  const names = [...namesGiven(alone, reference).values()];
  if (!alone.last.tools.some(({ name }) => names.includes(name))) return "not compared";
  const { lost, added } = schemaChanges(alone, reference);
  const parts = [lost.length && `without ${list(lost)}`, added.length && `with ${list(added)}`];
  return parts.filter(Boolean).join("; ") || "as they are";
}
function describeAlone({ alone }: Conversation): string {
  if (gotCode(alone)) return "gives its model a code";
  return alone.results[3]?.includes("declined")
    ? "declines by itself"
    : "cancels the question by itself";
}
function describeAnswered({ answered }: Conversation): string {
  if (!answered) return "the model asks in the chat, and sends the code";
  return answered.approvals.length > 0 ? "asks, after its own approval" : "asks";
}

function describe(host: TestedHost, seen: Observation, reference: Reference): string[] {
  const { stdio } = seen;
  const { text, structure } = formsSeen(stdio.alone, reference);
  const forms = [text && "text", structure && "structure"].filter(Boolean).join(" and ");
  const name = describeName(stdio);
  const reader = resourceReader(stdio.alone);
  const hasModel = "run" in host;
  return [
    `${host.title} ${versionOf(host)}`,
    seen.revisions.at(-1) ?? "",
    forms,
    hasModel ? (seesInstructions(stdio.alone, reference) ? "yes" : "no") : "–",
    hasModel ? (reader === undefined ? "no" : code(reader)) : "–",
    looksForTools(stdio.alone) ? `${name}, which the model looks for first` : name,
    describeSchemas(stdio, reference),
    describeAlone(stdio),
    describeAnswered(stdio),
  ];
}

/** The cells of the row that the page has for a host. */
const rowOn = (page: string, { title }: TestedHost): string[][] =>
  page
    .split("\n")
    .filter((line) => line.startsWith(`| ${title} `))
    .map((line) => line.split("|").slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));

/**
 * The table as Markdown. A host that was not run keeps the row of the page.
 *
 * @param seen what was found, by the host's title
 */
export function hostTable(
  hosts: TestedHost[],
  seen: Map<string, Observation>,
  reference: Reference,
  page: string,
): string {
  const rows = hosts.flatMap((host) => {
    const found = seen.get(host.title);
    return found ? [describe(host, found, reference)] : rowOn(page, host);
  });
  return table(HEAD, rows);
}
