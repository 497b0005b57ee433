/**
 * How a tool is made: `defineTool` turns an entry of the server's table into something that understands
 * arguments as hosts send them and gives back results that fit; `listPage` reads one page of a list.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import type { DjangoClient, Query } from "./client.ts";
import type { Confirmations } from "./confirmation.ts";
import type { Endpoint } from "./contract.ts";
import { ShopError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { Notes } from "./notes.ts";
import { join, joinFirst20, parseUrl, pluralize } from "./text.ts";

const MAX_RESULT_BYTES = 24_000; // hosts cut at about 25,000 tokens, and a result is sent twice
const MAX_CURSOR = 4000;
const MAX_JSON_TEXT = 10_000; // characters of a list or an object that came as text
const MAX_ISSUES = 5;

/** What a tool call has at hand. */
export interface ToolContext {
  /** Requests an endpoint of the shop. @throws {ShopError} */
  request: DjangoClient;
  now: () => Date;
  baseUrl: string;
  confirmations: Confirmations;
  reply: UserReply;
  /** Whether the shop makes a change once, however often it is sent under one idempotency key. */
  honoursKeys: boolean;
  /** What has to be said with the result of this call. */
  notes: Notes;
  /** The unknown arguments of this call in a sentence, or "". A change says it in its question, too. */
  ignored: string;
}
/** What is known before a call; the call itself adds the rest. */
export type CallerContext = Omit<ToolContext, "notes" | "ignored">;
/** How the user can be asked, what they answered to which question; both absent before they are asked. */
export interface UserReply {
  confirmVia: "elicitation" | "code" | "nothing";
  action?: "accept" | "decline" | "cancel" | undefined;
  token?: string | undefined;
}

// ── Arguments and results ───────────────────────────────────────────────────────────────────────

type Json = z.core.JSONSchema.BaseSchema;
/** A schema as JSON Schema, without the name of its dialect: it is MCP's default, and some hosts know no other. */
function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const json: Json = z.toJSONSchema(schema, { io });
  delete json.$schema;
  return json;
}
/** A JSON Schema made once, for the SDK to show and not to check: `call` parses. */
const prebuiltSchema = (
  json: Json,
): mcp.StandardSchemaWithJSON<unknown, Record<string, unknown>> => {
  const validate = (value: unknown) => ({ value: value as Record<string, unknown> }); // by `call`
  const jsonSchema = { input: () => json, output: () => json };
  return { "~standard": { version: 1, vendor: "django-shop-mcp", validate, jsonSchema } };
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
/** Arguments as hosts send them: numbers, booleans and lists as strings, `null` or "" for nothing. */
function coerceArguments(given: unknown, schema: Json): unknown {
  const { type, properties, items, required = [] } = schema;
  const spelt = typeof given === "string" && type === "boolean" ? given.toLowerCase() : given;
  const isJsonText =
    typeof spelt === "string" && type !== "string" && spelt.length <= MAX_JSON_TEXT;
  const value = isJsonText ? (parseJson(spelt)?.value ?? spelt) : spelt;
  if (type === "string" && typeof value === "number") return isExact(value) ? String(value) : value;
  const isNumeric = /^(number|integer)$/.test(`${type}`) && typeof value === "string";
  if (isNumeric && value.trim() && !Number.isNaN(Number(value))) return Number(value); // "1e3"
  if (items && Array.isArray(value))
    return value.map((item) => coerceArguments(item, items as Json)); // JSON Schema nests
  if (!properties || typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  const schemas = new Map(Object.entries(properties));
  const isOptional = (name: string) => schemas.has(name) && !required.includes(name);
  const entries = Object.entries(value)
    .filter(([name, part]) => !isOptional(name) || (part !== null && part !== ""))
    .map(([name, part]) => [name, coerceArguments(part, (schemas.get(name) ?? {}) as Json)]); // likewise
  return Object.fromEntries(entries);
}

/** Arguments that a tool has, and the names of the others: hosts add their own. */
function splitArguments(args: unknown, { properties = {} }: Json): [unknown, string[]] {
  if (!isObject(args) || Array.isArray(args)) return [args, []];
  const entries = Object.entries(args);
  const known = entries.filter(([name]) => Object.hasOwn(properties, name));
  const others = entries.map(([name]) => name).filter((name) => !Object.hasOwn(properties, name));
  return [Object.fromEntries(known), others];
}
/** Arguments without the optional ones that are "", 0 or false: a strict host fills in every one. */
function dropEmpty<T extends object>(args: T, { properties = {}, required = [] }: Json): T {
  const isMeant = ([name, value]: [string, unknown]) =>
    Boolean(value) ||
    required.includes(name) ||
    (isObject(properties[name]) && "default" in properties[name]);
  return Object.fromEntries(Object.entries(args).filter(isMeant)) as T; // what it drops is optional
}
/** `unknown arguments: toolCallId, sessionId`. Each name is short and has no spaces, so that they form no sentence. */
function describeUnknown(names: string[]): string {
  const shown = names.map((name) => {
    const start = name.slice(0, 40).replace(/[^\p{L}\p{N}_.$-]+/gu, "_") || "_";
    return start + (name.length > 40 ? "…" : "");
  });
  if (names.length === 0) return "";
  return `unknown argument${names.length === 1 ? "" : "s"}: ${joinFirst20(shown)}`;
}
/** Whether a number is still the one that was written: integers beyond 2^53 are rounded before they arrive. */
const isExact = (value: number) =>
  Number.isSafeInteger(value) || /^-?(?=.{3,16}$)\d+\.\d+$/.test(String(value));
const describeInexact = (issue: z.core.$ZodRawIssue): string | undefined =>
  issue.code === "invalid_type" && issue.expected === "string" && typeof issue.input === "number"
    ? "a number as long as this does not arrive exactly, send it as text"
    : undefined;

/** A result within the cap: its longest list is halved until it fits, with `truncated: true`. */
function truncateToFit<T extends object>(result: T, cap = MAX_RESULT_BYTES): T {
  const lists = Object.entries(result).filter((field): field is [string, unknown[]] =>
    Array.isArray(field[1]),
  );
  const [longest] = lists.toSorted(([, a], [, b]) => b.length - a.length);
  if (!longest || longest[1].length < 2 || Buffer.byteLength(JSON.stringify(result)) <= cap)
    return result;
  const [name, list] = longest;
  const shorter = { ...result, [name]: list.slice(0, list.length / 2), truncated: true };
  return truncateToFit(shorter, cap);
}

/** What a tool is made from. */
export interface ToolDefinition<I extends z.ZodObject, O extends z.ZodObject> {
  description: string;
  /** It is not offered where the shop lacks one of these. */
  needs: Endpoint[];
  /** The resource that says the same, where there is one. */
  uri?: string;
  input: I;
  output: O;
  run(args: z.output<I>, context: ToolContext): Promise<z.output<O>>;
  /** The first line of the text that a model reads; the result as JSON follows it. */
  summary(result: z.output<O>): string;
}
/** A tool, as a host is offered it. */
export interface Tool {
  description: string;
  isWrite: boolean;
  uri?: string;
  inputSchema: mcp.StandardSchemaWithJSON<unknown, Record<string, unknown>>;
  outputSchema: mcp.StandardSchemaWithJSON<unknown, Record<string, unknown>>;
  /**
   * Runs the tool on arguments as a host sent them.
   * @returns the structured result; and the text: its summary, the rest as JSON, and the notes
   * @throws {ShopError}
   */
  call(
    name: string,
    given: unknown,
    caller: CallerContext,
  ): Promise<{ result: Record<string, unknown>; summary: string; text: string }>;
}
const noted = { notes: z.array(z.string()).optional() };
/** A tool, ready to be registered. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(
  definition: ToolDefinition<I, O>,
) {
  const { input, output, run, summary } = definition;
  const json = toJsonSchema(input, "input");
  return {
    ...definition,
    isWrite: false,
    inputSchema: prebuiltSchema(json),
    outputSchema: prebuiltSchema(toJsonSchema(output.extend(noted), "output")),
    async call(name: string, given: unknown, caller: CallerContext) {
      const [args, others] = splitArguments(coerceArguments(given ?? {}, json), json);
      const unknown = describeUnknown(others);
      const parsed = input.safeParse(args, { error: describeInexact });
      if (!parsed.success) {
        const issues = parsed.error.issues.slice(0, MAX_ISSUES).map(describeIssue);
        const detail = join([...issues, unknown], "; ");
        throw new ShopError("bad_arguments", { what: name, detail });
      }
      const notes = new Notes();
      const ignored = unknown && `Ignored ${unknown}.`;
      if (ignored) notes.add(ignored);
      const request: DjangoClient = (endpoint, options) =>
        caller.request(endpoint, { ...options, notes });
      const fitted = truncateToFit(
        await run(dropEmpty(parsed.data, json), { ...caller, request, notes, ignored }),
      );
      const said = notes.list();
      const result: Record<string, unknown> = { ...fitted, ...(said.length && { notes: said }) };
      const first = summary(fitted);
      const rest = JSON.stringify({
        ...result,
        notes: undefined,
        ...("summary" in result && { summary: undefined }),
      });
      return { result, summary: first, text: [first, rest, ...said].join("\n") };
    },
  };
}
/** `limit: expected number`, without zod's own preamble. */
function describeIssue(issue: z.core.$ZodIssue): string {
  const { path, code, message } = issue;
  const said = message.replace(/^(Invalid input|Too big|Too small|Invalid option): /, "");
  const what = code === "unrecognized_keys" ? describeUnknown(issue.keys) : said;
  return join([path.join("."), what], ": ");
}

// ── Lists ───────────────────────────────────────────────────────────────────────────────────────

export const limit = z.int().min(1).max(50).default(10);
export const cursor = z
  .string()
  .max(MAX_CURSOR)
  .optional()
  .describe("next_cursor of the same call");
export const truncated = z.boolean().optional().describe("true: cut, there was more");
export const paged = { next_cursor: z.string().optional(), truncated };

type Position = Record<string, string>;
const encodeCursor = (position: Position) =>
  Buffer.from(`${new URLSearchParams(position)}`).toString("base64url");
const decodeCursor = (cursor: string): Position =>
  Object.fromEntries(new URLSearchParams(Buffer.from(cursor, "base64url").toString()));

/**
 * A page of a list, and the cursor of the next one. A cursor is this server's own: the rows to skip, what
 * Django's `next` link adds to the query (never its host or path), and a digest of both and of the request
 * that it continues.
 */
export async function listPage<Row>(
  { request }: CallerContext,
  endpoint: Endpoint<{ results: Row[]; next?: string }>,
  query: Query,
  { limit = 10, cursor = "" }: { limit?: number; cursor?: string | undefined },
) {
  const own = { ...query, limit };
  const digest = (position: Position) =>
    createHash("sha1")
      .update(JSON.stringify([endpoint.what, own, position]))
      .digest("hex");
  const { ".of": of, ...position } = decodeCursor(cursor);
  if (cursor && of !== digest(position)) throw new ShopError("bad_cursor");
  const { ".skip": skipped = "0", ...added } = position;
  const skip = Number(skipped);
  const needed = { query: { ...own, ...added, ...own }, rows: skip + limit + 1 };
  const page = await request(endpoint, needed).catch((error: unknown) => {
    const isGone = cursor && error instanceof ShopError && error.context.status === 404;
    throw isGone ? new ShopError("bad_cursor") : error;
  });
  const left = page.results.slice(skip);
  const asked: { rows: Row[]; truncated?: true } = { rows: left.slice(0, limit) };
  const { rows, truncated } = truncateToFit(asked, MAX_RESULT_BYTES - MAX_CURSOR); // room for it
  const next = [...(parseUrl(page.next ?? "", "http://next")?.searchParams ?? [])];
  const following =
    rows.length < left.length
      ? { ...added, ".skip": `${skip + rows.length}` }
      : Object.fromEntries(next.filter(([name]) => /^\w+$/.test(name) && !(name in own)));
  const hasNextPage = Object.keys(following).length > 0 && digest(following) !== of; // not to itself
  const next_cursor = hasNextPage
    ? encodeCursor({ ...following, ".of": digest(following) })
    : undefined;
  return { rows, next_cursor, truncated };
}

/** `10 products, and there are more`. */
export const countRows = (rows: unknown[], noun: string, more?: unknown): string =>
  pluralize(rows.length, noun) + (more ? ", and there are more" : "");
