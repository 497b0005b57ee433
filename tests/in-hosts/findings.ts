/**
 * What a conversation shows of a host: how it passes on tools, results and instructions.
 *
 * @module
 */
import * as z from "zod";
import type { Played } from "./conversation.ts";
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

/** All that the model was shown, as one text. */
export const everything = ({ tools, results, messages }: Shown) =>
  JSON.stringify([tools, results]) + messages;
export const seesInstructions = ({ last }: Played, { instructions }: Reference): boolean =>
  everything(last).includes(instructions.slice(0, 200));

/** How the change went with nobody there: the host said no by itself, or gave the model a code. */
export const gotCode = ({ results }: Played): boolean =>
  /confirmation_needed/.test(results[3] ?? "");
/** The host's tool by which its model can read our resources. */
export const resourceReader = ({ last }: Played): string | undefined =>
  /\bread_?mcp_?resource(?:tool)?\b/i.exec(
    [...last.tools.map(({ name }) => name), last.messages].join("\n"),
  )?.[0];
