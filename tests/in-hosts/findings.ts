/**
 * What a conversation shows of a host: how it passes on tools, results and questions, and which of the promises that
 * this server makes hold in it.
 *
 * @module
 */
import * as z from "zod";
import type { Observation, Played } from "./conversation.ts";
import { TOKEN } from "./home.ts";
import { nameOf, type Shown } from "./model.ts";
import type { Reference } from "./reference.ts";

/** A text without white space, as far as hosts print JSON in their own way. */
const dense = (text: string) => text.replaceAll(/\s+/g, "");

/** Which of the two forms of a result the model sees. The first line of the text is in no structure. */
export function formsSeen({ results: [found = ""] }: Played, { results }: Reference) {
  const [line = ""] = results.search.text.split("\n");
  const row = /\{"product_id"[^}]*/.exec(results.search.structure)?.[0] ?? "none";
  const start = dense(row).slice(0, 60);
  return {
    text: found.includes(line),
    structure: dense(found).includes(start),
  };
}

/** The names under which the host offers our tools, or lists them where its model looks for them. */
export const namesGiven = ({ last }: Played, { tools }: Reference) =>
  new Map(tools.map(({ name }) => [name, nameOf(name, last)]));
const isOfferedAtOnce = ({ first }: Played, name: string) =>
  first.tools.some((tool) => tool.name === nameOf(name, first));
/** Whether the model looks for tools before it can call them. */
export const looksForTools = (played: Played): boolean =>
  played.first.messages !== "" && !isOfferedAtOnce(played, "search_products");

const schemaNode = z.record(z.string(), z.unknown());
/** The keywords of a schema, with those of all schemas within it. */
function keywordsOf(schema: unknown): string[] {
  const { data } = schemaNode.safeParse(schema);
  if (!data) return [];
  const properties = Object.values(schemaNode.safeParse(data["properties"]).data ?? {});
  return [...Object.keys(data), ...[...properties, data["items"]].flatMap(keywordsOf)];
}
const propertiesOf = (schema: unknown) =>
  Object.keys(z.object({ properties: schemaNode }).safeParse(schema).data?.properties ?? {});
const isLess = (name: string, theirs: string[], ours: string[]) =>
  theirs.filter((other) => other === name).length < ours.filter((other) => other === name).length;

/** What the host leaves out of our schemas, and which arguments it adds. */
export function schemaChanges({ last }: Played, { tools }: Reference) {
  const lost = new Set<string>();
  const added = new Set<string>();
  for (const { name, inputSchema } of tools) {
    const schema = last.tools.find((tool) => tool.name === nameOf(name, last))?.schema;
    if (schema === undefined) continue;
    const [theirs, ours] = [keywordsOf(schema), keywordsOf(inputSchema)];
    for (const keyword of ours) if (isLess(keyword, theirs, ours)) lost.add(keyword);
    const known = propertiesOf(inputSchema);
    for (const property of propertiesOf(schema)) if (!known.includes(property)) added.add(property);
  }
  lost.delete("$schema"); // says only which dialect it is written in
  return { lost: [...lost].toSorted(), added: [...added].toSorted() };
}

const everything = ({ tools, results, messages }: Shown) =>
  JSON.stringify([tools, results]) + messages;
export const seesInstructions = ({ last }: Played, { instructions }: Reference): boolean =>
  everything(last).includes(instructions.slice(0, 200));

/** How the change went with nobody there: the host said no by itself, or gave the model a code. */
export const gotCode = ({ results }: Played): boolean =>
  /confirmation_needed/.test(results[3] ?? "");

// ── The promises ────────────────────────────────────────────────────────────────────────────────

const CANCEL = "POST /api/orders/1054/cancel/";
const isDone = (result = "") => /outcome":\s*"done/.test(result);
const isRefused = (result = "") => result.includes("Not cancelled");

/** Whether nothing was changed without a yes: with a code once, with a question that nobody answers not at all. */
function confirmedOnly(played: Played): boolean {
  const { results, writes } = played;
  if (gotCode(played)) return isDone(results[4]) && writes.join() === CANCEL;
  return isRefused(results[3]) && results.length === 4 && writes.length === 0;
}

/** A promise of this server, and whether it holds in a host. */
interface Promised {
  says: string;
  holds(seen: Observation, reference: Reference): boolean;
}
const eachPlayed = ({ alone, overHttp }: Observation) => (overHttp ? [alone, overHttp] : [alone]);

export const promises: Promised[] = [
  {
    says: "connect writes what the host reads",
    holds: ({ isListed, revisions }) => isListed !== false && revisions.length > 0,
  },
  {
    says: "every tool is offered, under a name that holds ours",
    holds: ({ alone }, reference) =>
      ![...namesGiven(alone, reference).values()].includes(undefined),
  },
  {
    says: "what is found reaches the model, as text or as structure",
    holds: (seen, reference) =>
      eachPlayed(seen).every((played) => {
        const { text, structure } = formsSeen(played, reference);
        return (text || structure) && (played.results[1] ?? "").includes("CD284208793BE");
      }),
  },
  {
    says: "a failure reaches the model in the server's words",
    holds: (seen, { results }) =>
      eachPlayed(seen).every((played) => played.results[2]?.includes(results.failure.text)),
  },
  {
    says: "nothing is changed that nobody confirmed, and what is confirmed is changed once",
    holds: (seen) => eachPlayed(seen).every(confirmedOnly),
  },
  {
    says: "the whole question is put to the person; a no sends nothing, a yes sends one change",
    holds: ({ answered }, { question }) =>
      !answered ||
      (answered.questions.length === 2 &&
        answered.questions.every((asked) => asked === question) &&
        isRefused(answered.results[0]) &&
        isDone(answered.results[1]) &&
        answered.writes.join() === CANCEL),
  },
  {
    says: "the model never sees the token",
    holds: ({ alone, overHttp, answered }) =>
      [alone, overHttp, answered].every(
        (played) => !played || !everything(played.last).includes(TOKEN),
      ),
  },
];
