/** The table of docs/hosts.md: a row for each host, as the run found it. */
import type { Observation } from "./conversation.ts";
import {
  formsSeen,
  gotCode,
  looksForTools,
  namesGiven,
  schemaChanges,
  seesInstructions,
} from "./findings.ts";
import type { TestedHost } from "./hosts.ts";
import type { Reference } from "./reference.ts";

const HEAD = [
  "Host",
  "Protocol",
  "Results reach the model as",
  "Instructions",
  "`search_products` is called",
  "Schemas",
  "A change with nobody there",
  "A change with somebody there",
];
const code = (text: string) => `\`${text}\``;
const list = (words: string[]) => words.map(code).join(", ");

function describeSchemas({ alone }: Observation, reference: Reference): string {
  const names = [...namesGiven(alone, reference).values()];
  if (!alone.last.tools.some(({ name }) => names.includes(name))) return "not compared";
  const { lost, added } = schemaChanges(alone, reference);
  const parts = [lost.length && `without ${list(lost)}`, added.length && `with ${list(added)}`];
  return parts.filter(Boolean).join("; ") || "as they are";
}
function describeAlone({ alone }: Observation): string {
  if (gotCode(alone)) return "gets a code, and confirms nothing by itself";
  return alone.results[3]?.includes("declined") ? "declines by itself" : "cancels the question";
}
function describeAnswered({ answered, declaresElicitation }: Observation): string {
  if (!answered)
    return declaresElicitation
      ? "is asked on its screen"
      : "is asked in the chat, and a code says yes";
  const approved = answered.approvals.length > 0 ? ", after its own approval" : "";
  return `is asked by the host${approved}`;
}

function describe(host: TestedHost, seen: Observation, reference: Reference): string[] {
  const { text, structure } = formsSeen(seen.alone, reference);
  const forms = [text && "text", structure && "structure"].filter(Boolean).join(" and ");
  const name = code(namesGiven(seen.alone, reference).get("search_products") ?? "");
  return [
    `${host.title} ${host.package.split("@").at(-1)}`,
    seen.revisions.at(-1) ?? "",
    forms,
    seesInstructions(seen.alone, reference) ? "yes" : "no",
    looksForTools(seen.alone) ? `${name}, which it looks for first` : name,
    describeSchemas(seen, reference),
    describeAlone(seen),
    describeAnswered(seen),
  ];
}

/**
 * The table as Markdown. A host that was not run keeps the row that the page has.
 *
 * @param seen what was found, by the host's title
 */
export function formatTable(
  hosts: TestedHost[],
  seen: Map<string, Observation>,
  reference: Reference,
  page: string,
): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rows = hosts.flatMap((host) => {
    const found = seen.get(host.title);
    if (found) return [line(describe(host, found, reference))];
    return page.split("\n").filter((old) => old.startsWith(`| ${host.title} `));
  });
  return [line(HEAD), line(HEAD.map(() => "---")), ...rows].join("\n");
}
