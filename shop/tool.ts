/** How a tool is made: arguments understood, results fitted, lists paged. */
import { hash } from "node:crypto";
import type * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import { type Ask, parseJson, type Query } from "./client.ts";
import type { Consents } from "./confirmation.ts";
import { bool, type Endpoint } from "./contract.ts";
import { NO_FACTS, ShopError } from "./errors.ts";
import { plain } from "./text.ts";

const MAX_RESULT_BYTES = 24_000; // hosts cut at about 25,000 tokens, and a result is told twice
export const MAX_CURSOR = 4000;

/** What a call has at hand: Django, the clock, what a person agreed to, and what they say now. */
export interface Call {
  ask: Ask;
  now: () => Date;
  address: string;
  consents: Consents;
  person: Person;
  /** Whether the shop makes a change once, however often it is sent under its key. */
  honoursKeys: boolean;
}
/** Whoever sits before the host: how they can be asked, what they answered, and to which sealed question. */
export interface Person {
  by: "elicitation" | "code" | "nothing";
  answer?: "accept" | "decline" | "cancel" | undefined;
  sealed?: string | undefined;
}
type Json = z.core.JSONSchema.BaseSchema;
/** A JSON Schema, made once, for the SDK to show and not to check. */
const shown = (json: Json): mcp.StandardSchemaWithJSON<unknown, Record<string, unknown>> => {
  const validate = (value: unknown) => ({ value: value as Record<string, unknown> }); // by `call`
  const jsonSchema = { input: () => json, output: () => json };
  return { "~standard": { version: 1, vendor: "django-shop-mcp", validate, jsonSchema } };
};

/** Arguments as hosts send them: numbers, booleans and lists as strings, `null` or "" for nothing. */
function understood(given: unknown, { type, properties, items, required = [] }: Json): unknown {
  const spelt = typeof given === "string" && type === "boolean" ? given.toLowerCase() : given;
  const value =
    typeof spelt === "string" && type !== "string" ? (parseJson(spelt) ?? spelt) : spelt;
  if (type === "string" && typeof value === "number") return String(value);
  if (items && Array.isArray(value)) return value.map((one) => understood(one, items as Json));
  if (!properties || typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  const isSaid = ([name, part]: [string, unknown]) =>
    required.includes(name) || (part !== null && part !== "");
  const said = Object.entries(value).filter(isSaid);
  const schemas = new Map(Object.entries(properties));
  const part = (name: string) => (schemas.get(name) ?? {}) as Json; // JSON Schema nests
  return Object.fromEntries(said.map(([name, value]) => [name, understood(value, part(name))]));
}

/** A result and its JSON within the cap: the longest list is halved until it fits, and that is said. */
export function fitted<T extends object>(
  told: T,
  cap = MAX_RESULT_BYTES,
): { told: T; json: string } {
  const json = JSON.stringify(told);
  const lists = Object.entries(told).filter((field): field is [string, unknown[]] =>
    Array.isArray(field[1]),
  );
  const [longest] = lists.toSorted(([, a], [, b]) => b.length - a.length);
  if (!longest || longest[1].length < 2 || Buffer.byteLength(json) <= cap) return { told, json };
  const [name, list] = longest;
  return fitted({ ...told, [name]: list.slice(0, list.length / 2), truncated: true }, cap);
}

/** One entry of the table below, made into what the server registers. */
export function tool<I extends z.ZodObject, O extends z.ZodObject>(entry: {
  about: string;
  /** Without these of Django's it is not offered. */
  needs: Endpoint[];
  /** The resource that tells the same, where there is one. */
  uri?: string;
  input: I;
  output: O;
  run(args: z.output<I>, call: Call): Promise<z.output<O>>;
  /** The first line of the text that a model reads; the result as JSON follows it. */
  summary(told: z.output<O>): string;
}) {
  const json: Json = z.toJSONSchema(entry.input, { io: "input" });
  return {
    ...entry,
    isWrite: false,
    inputSchema: shown(json),
    outputSchema: shown(z.toJSONSchema(entry.output)),
    /** Runs the tool on arguments as a host sent them. @throws {ShopError} */
    async call(name: string, given: unknown, call: Call) {
      const parsed = entry.input.safeParse(understood(given ?? {}, json));
      if (parsed.success) {
        const { told, json } = fitted(await entry.run(parsed.data, call));
        const summary = entry.summary(told);
        const isSaid = "summary" in told;
        const rest = isSaid ? JSON.stringify({ ...told, summary: undefined }) : json;
        return { told: told as Record<string, unknown>, json: rest, summary };
      }
      const misfits = parsed.error.issues.map(({ path, message }) => {
        const what = message.replace(/^(Invalid input|Too big|Too small|Invalid option): /, "");
        return path.length ? `${path.join(".")}: ${what}` : what;
      });
      const detail = plain(misfits.join("; "), 500);
      throw new ShopError("bad_arguments", { ...NO_FACTS, what: name, detail });
    },
  };
}

export const limit = z.int().min(1).max(50).default(10);
export const cursor = z
  .string()
  .max(MAX_CURSOR)
  .optional()
  .describe("next_cursor of the same call");
export const bound = z.number().min(0).max(1_000_000).optional();
export const truncated = bool.optional().describe("true: cut, there was more");
export const paged = { next_cursor: z.string().optional(), truncated };

type Place = Record<string, string>;
const pack = (place: Place) => Buffer.from(`${new URLSearchParams(place)}`).toString("base64url");
const unpack = (cursor: string): Place =>
  Object.fromEntries(new URLSearchParams(Buffer.from(cursor, "base64url").toString()));

/**
 * A page of a list and the cursor of the next one. The cursor is ours: the rows to skip, what Django's `next`
 * link adds to the query (never its host or path), and a digest of both and of the request it continues.
 */
export async function list<Row>(
  { ask }: Call,
  at: Endpoint<{ results: Row[]; next?: string }>,
  query: Query,
  { limit = 10, cursor = "" }: { limit?: number; cursor?: string | undefined },
) {
  const own = { ...query, limit };
  const digest = (place: Place) => hash("sha1", JSON.stringify([at.what, own, place]));
  const { ".of": of, ...place } = unpack(cursor);
  if (cursor && of !== digest(place)) throw new ShopError("bad_cursor");
  const { ".skip": skip = "0", ...added } = place;
  const needed = { query: { ...own, ...added, ...own }, rows: Number(skip) + limit + 1 };
  const page = await ask(at, needed).catch((error: unknown) => {
    const isGone = cursor && error instanceof ShopError && error.facts.status === 404;
    throw isGone ? new ShopError("bad_cursor") : error;
  });
  const left = page.results.slice(Number(skip));
  const asked: { rows: Row[]; truncated?: true } = { rows: left.slice(0, limit) };
  const { rows, truncated } = fitted(asked, MAX_RESULT_BYTES - MAX_CURSOR).told; // leaves it room
  const next = [...(URL.parse(page.next ?? "", "http://next")?.searchParams ?? [])];
  const more =
    rows.length < left.length
      ? { ...added, ".skip": `${Number(skip) + rows.length}` }
      : Object.fromEntries(next.filter(([name]) => /^\w+$/.test(name) && !(name in own)));
  const isOn = Object.keys(more).length > 0 && digest(more) !== of; // a `next` that leads nowhere ends
  const next_cursor = isOn ? pack({ ...more, ".of": digest(more) }) : undefined;
  return { rows, next_cursor, truncated };
}
