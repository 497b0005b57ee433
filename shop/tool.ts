/**
 * How a tool is made: `defineTool` turns an entry of the server's table into something that understands
 * arguments as hosts send them and gives back results that fit.
 *
 * @module
 */
import type * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import type { DjangoClient, RequestOptions } from "./client.ts";
import type { Confirmations } from "./confirmation.ts";
import { type Endpoint, ID, NOT_AN_ID } from "./contract.ts";
import { ShopError } from "./errors.ts";
import type { Identity } from "./identity.ts";
import { parseJson } from "./json.ts";
import { Notes } from "./notes.ts";
import { readValid } from "./reader.ts";
import type { Audit, CallMessage, ObserveRequest } from "./observer.ts";
import { type TextFormatter, textFormatter } from "./result-text.ts";
import { join, joinFirst20 } from "./text.ts";
import type { TakesTurns } from "./turns.ts";

const MAX_RESULT_BYTES = 24_000; // hosts cut at about 25,000 tokens, and a result is sent twice
const MAX_NOTES_BYTES = 2500;
/** Of a result beside its notes and its first line, which has at most a name in it. */
export const MAX_DATA_BYTES = MAX_RESULT_BYTES - MAX_NOTES_BYTES - 1500;
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
  /** The key that cursors are sealed with. */
  cursorKey: Uint8Array;
  /** Whether the shop looks for the words of a search itself. */
  shopSearches: boolean;
  /** The order that is called by an id or a number, where the shop's paths take another id than people are told. */
  findOrder?: FindOrder | undefined;
  /** Who calls, where callers sign in. @default the account that this server has itself */
  identity?: Identity | undefined;
  /** Where the operator reads of a failure. */
  report: (...words: unknown[]) => void;
  /** Keeps what was asked, answered and done. @default nothing is kept */
  audit?: Audit | undefined;
  /** Counts a call of this caller's. @throws {ShopError} where there were too many @default without limit */
  countCall?: (() => Promise<void> | undefined) | undefined;
  /** The places for calls, all callers' together. @default without bound */
  turns?: TakesTurns | undefined;
  /** What has to be said with the result of this call. */
  notes: Notes;
  /** The unknown arguments of this call in a sentence, or "". A change says it in its question, too. */
  ignored: string;
}
/**
 * @param called an id or a number; with a `#` before it, a number first
 * @throws {ShopError} where two orders are called so
 */
export type FindOrder = (
  called: string,
  context: Pick<ToolContext, "request" | "cursorKey">,
) => Promise<{
  order_id: string;
  /** false: it was not found among the orders looked at, and there are more. */
  isSearched: boolean;
}>;
/** What is known before a call; the call itself adds the rest. */
export type CallerContext = Omit<ToolContext, "notes" | "ignored">;
/** When a call ends: its deadline counts from `since`, and `signal` is aborted where nobody waits for it. */
export interface CallBounds extends Pick<RequestOptions, "signal" | "since" | "onAttempt"> {
  /** What the call came in. */
  message?: CallMessage;
}
/** How the user can be asked, what they answered to which question; both absent before they are asked. */
export interface UserReply {
  confirmVia: "elicitation" | "code" | "nothing";
  answer?: "yes" | "declined" | "dismissed" | "unconfirmed" | "cannot_ask" | undefined;
  token?: string | undefined;
}

// ── Arguments and results ───────────────────────────────────────────────────────────────────────

type Json = z.core.JSONSchema.BaseSchema;
const CHECKS = ["pattern", "minLength", "maxLength", "minimum", "maximum"] as const;
/**
 * A schema as JSON Schema, without the name of its dialect: it is MCP's default, and some hosts know no other. That of
 * a result says what is there, for every model to read, and nothing of what the readers of answers have checked.
 */
function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const json: Json = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema: part }) {
      if (io === "input") return;
      for (const check of CHECKS) delete part[check];
      if (part.additionalProperties === false) delete part.additionalProperties;
    },
  });
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

/** Whether arguments are what most hosts send: texts, numbers and booleans of the schema's own types and names. */
function arePlain(args: unknown, { properties = {} }: Json): boolean {
  if (!isObject(args) || Array.isArray(args)) return false;
  for (const name in args) {
    const [value, type] = [args[name], Object.hasOwn(properties, name) && typeOf(properties[name])];
    const isOfType = typeof value === (type === "integer" ? "number" : type);
    if (!isOfType || value === "") return false;
  }
  return true;
}
const typeOf = (schema: unknown): unknown => isObject(schema) && schema["type"];
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
  let isEmpty = false;
  for (const name in args) isEmpty ||= !args[name];
  if (!isEmpty) return args;
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

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? "");
/**
 * A value whose lists, and records with names of the merchant's own, have at most `room` bytes each, and a quarter
 * of that where they are within another. What is beyond is not even looked at.
 */
function shorten<T>(value: T, schema: Json, room: number): { value: T; bytes: number } {
  if (typeof value !== "object" || value === null) return { value, bytes: bytesOf(value) };
  const { items, properties = {}, additionalProperties: others } = schema;
  const isList = Array.isArray(value);
  const isOpen = isList || typeof others === "object";
  const parts: [string | number, unknown][] = [];
  let bytes = 2;
  for (const [name, whole] of isList ? value.entries() : Object.entries(value)) {
    const known = Object(isList ? items : (properties[name] ?? others));
    const part = shorten<unknown>(whole, known, isOpen ? room / 4 : room);
    bytes += part.bytes + 1 + (isList ? 0 : bytesOf(name) + 1);
    if (isOpen && bytes > room) break;
    parts.push([name, part.value]);
  }
  const shorter = isList ? parts.map(([, part]) => part) : Object.fromEntries(parts);
  return { value: shorter as T, bytes }; // with less in its lists and records
}
/** Adds up, by name, how much the lists and records of a value have, and how much of it a shortened one lacks. */
function countMissing(whole: unknown, part: unknown, name: string, counts: Map<string, number[]>) {
  if (typeof whole !== "object" || whole === null) return;
  const all = Array.isArray(whole) ? whole.length : Object.keys(whole).length;
  const kept = Object.entries(Object(part));
  const [of = 0, missing = 0] = counts.get(name) ?? [];
  if (Array.isArray(whole) || all > kept.length)
    counts.set(name, [of + all, missing + all - kept.length]);
  for (const [key, value] of kept)
    countMissing(Object(whole)[key], value, Array.isArray(whole) ? name : key, counts);
}
/** A result within the cap. What it has to do without is noted. */
function truncateToFit<T extends object>(result: T, json: string, schema: Json, notes: Notes): T {
  if (Buffer.byteLength(json) <= MAX_DATA_BYTES) return result;
  let room = 4 * MAX_DATA_BYTES;
  let shorter = shorten(result, schema, room);
  while (shorter.bytes > MAX_DATA_BYTES && room > 1) {
    room *= Math.max(0.25, (0.95 * MAX_DATA_BYTES) / shorter.bytes);
    shorter = shorten(shorter.value, schema, room);
  }
  const counts = new Map<string, number[]>();
  countMissing(result, shorter.value, "", counts);
  for (const [name, [of, missing]] of counts)
    if (missing) {
      const things = name.replaceAll("_", " ") + (name.endsWith("s") ? "" : " entries");
      const are = missing === 1 ? "is" : "are";
      notes.add(
        `${missing} of ${of} ${things} ${are} left out, since a result holds 24 kB at most.`,
      );
    }
  return shorter.value;
}
/** As many notes as have room. */
function withinBytes(notes: string[], most: number): string[] {
  let bytes = 0;
  return notes.filter((note) => (bytes += Buffer.byteLength(note)) <= most);
}

/** What a tool is made from. */
export interface ToolDefinition<I extends z.ZodObject, O extends z.ZodObject> {
  description: string;
  /** It is not offered where the shop lacks one of these. */
  needs: Endpoint[];
  /** The resource that says the same, where there is one. */
  uri?: string;
  /** How long a host may take what it has read there for what is so, in ms. @default 0 */
  freshMs?: number;
  input: I;
  output: O;
  run(args: z.output<I>, context: ToolContext): Promise<z.output<O>>;
  /** The first line of the text that a model reads. */
  summary(result: z.output<O>): string;
  /** Whether that text is the result as JSON and nothing else, for a host that parses it. @default false */
  hasJsonText?: boolean;
}
export interface ToolResult {
  result: Record<string, unknown>;
  /** The result as JSON. */
  json: string;
  summary: string;
  text: string;
}
/** A tool, as a host is offered it. */
export interface Tool {
  description: string;
  isWrite: boolean;
  uri?: string;
  freshMs?: number;
  inputSchema: mcp.StandardSchemaWithJSON<unknown, Record<string, unknown>>;
  outputSchema: mcp.StandardSchemaWithJSON<unknown, Record<string, unknown>>;
  /** The tool without some arguments, which this shop does not know; undefined where it would be left with none. */
  without(names: string[]): Tool | undefined;
  /**
   * Runs the tool on arguments as a host sent them.
   * @returns the structured result, also as JSON, and the same as text
   * @throws {ShopError}
   */
  call(
    name: string,
    given: unknown,
    caller: CallerContext,
    bounds?: CallBounds,
  ): Promise<ToolResult>;
}
/** Hears what is done. Where there is none, a call pays nothing for it. */
export interface Observer {
  /** The same tool, whose calls are observed. */
  observeTool(tool: Tool): Tool;
  observeRequest: ObserveRequest;
  /** @default nothing is kept */
  audit?: Audit | undefined;
  /** @default console.error */
  report?: ToolContext["report"] | undefined;
}
const noted = { notes: z.array(z.string()).optional() };
export const truncated = z.boolean().optional().describe("true: not all is here, see notes");
/** A tool, ready to be registered. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(
  definition: ToolDefinition<I, O>,
) {
  const { input, output, run, summary } = definition;
  const inputJson = toJsonSchema(input, "input");
  const isChange = "confirmation" in input.shape;
  /**
   * Runs the tool, on the id of an order that may be called by its number. The answer to a question is about the order
   * that was found for it: afterwards, a list may show that one no more.
   */
  async function runByNumber(name: string, args: z.output<I>, context: ToolContext) {
    const { order_id: called, confirmation } = args as Record<string, unknown>;
    if (typeof called !== "string") return run(args, context);
    const { confirmations, findOrder, reply } = context;
    const bare = called.replace(/^#/, "");
    if (!findOrder && !ID.test(bare))
      throw new ShopError("bad_arguments", { what: name, detail: `order_id: ${NOT_AN_ID}` });
    if (!findOrder) return run({ ...args, order_id: bare }, context);
    const isAnswered = isChange && (confirmation !== undefined || reply.answer !== undefined);
    const known = isAnswered ? await confirmations.recall(["order", called]) : undefined;
    const { order_id, isSearched } = known
      ? { order_id: known, isSearched: true }
      : await findOrder(called, context);
    if (isChange) await confirmations.remember(["order", called], order_id);
    return run({ ...args, order_id }, context).catch((error: unknown) => {
      const isUnknown = error instanceof ShopError && error.code.startsWith("unknown");
      throw isUnknown && !isSearched ? new ShopError("unknown_number", error.context) : error;
    });
  }
  const outputJson = toJsonSchema(output.extend(noted), "output");
  const formatResult: TextFormatter = definition.hasJsonText
    ? (_first, _result, json) => json
    : textFormatter(outputJson);
  return {
    ...definition,
    isWrite: false,
    inputSchema: prebuiltSchema(inputJson),
    outputSchema: prebuiltSchema(outputJson),
    without(names: string[]): Tool | undefined {
      const left = Object.entries(input.shape).filter(([name]) => !names.includes(name));
      if (left.length === Object.keys(input.shape).length) return this;
      if (!left.length) return undefined;
      const shape = Object.fromEntries(left);
      return defineTool({ ...definition, input: z.core.clone(input, { ...input.def, shape }) });
    },
    async call(name: string, given: unknown, caller: CallerContext, bounds: CallBounds = {}) {
      const { countCall, turns } = caller;
      const counted = countCall?.();
      if (counted) await counted;
      const [args, others] = arePlain(given, inputJson)
        ? [given, []]
        : splitArguments(coerceArguments(given ?? {}, inputJson), inputJson);
      const unknown = describeUnknown(others);
      const parsed = readValid(input, args) ?? input.safeParse(args, { error: describeInexact });
      if (!parsed.success) {
        const issues = parsed.error.issues.slice(0, MAX_ISSUES).map(describeIssue);
        const detail = join([...issues, unknown], "; ");
        throw new ShopError("bad_arguments", { what: name, detail });
      }
      const notes = new Notes();
      const ignored = unknown && `Ignored ${unknown}.`;
      if (ignored) notes.add(ignored);
      const request: DjangoClient = (endpoint, options) =>
        caller.request(endpoint, { ...options, ...bounds, notes });
      const context = { ...caller, request, notes, ignored };
      const turn = turns?.enter(name, bounds.signal);
      if (turn) await turn;
      let whole: z.output<typeof output>;
      try {
        whole = await runByNumber(name, dropEmpty(parsed.data, inputJson), context);
      } finally {
        turns?.leave(name);
      }
      const first = join([summary(whole), notes.more && `and there ${notes.more} more`]);
      const wholeJson = JSON.stringify(whole);
      const fitted = truncateToFit(whole, wholeJson, outputJson, notes);
      const isCut = "truncated" in output.shape && (fitted !== whole || notes.isShortened);
      const said = withinBytes(notes.list(), MAX_NOTES_BYTES);
      const isAll = !isCut && !said.length;
      const result: Record<string, unknown> = isAll
        ? fitted
        : { ...fitted, ...(isCut && { truncated: true }), ...(said.length && { notes: said }) };
      const json = isAll ? wholeJson : JSON.stringify(result);
      return { result, json, summary: first, text: formatResult(first, result, json) };
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
