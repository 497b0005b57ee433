/**
 * What is known of a server before it is held to anything: the eras it speaks, what it lists, and one call of each
 * tool that only reads, as far as arguments for it are known.
 *
 * @module
 */
import * as z from "zod";
import type { Message } from "../../tests/cve/target.ts";
import { exampleArguments, harvest, readSchema, type Schema } from "./examples.ts";
import { handshake, type Host, openHandshake, openModern } from "./host.ts";
import { type Link, MOST_BYTES, Unanswered } from "./link.ts";

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const optional = z.string().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
/** What is not as it should be is left out; only a name has to be there. */
const toolSchema = z.looseObject({
  name: z.string(),
  title: optional,
  description: optional,
  inputSchema: z.custom<object>(isObject).transform(readSchema).optional().catch(undefined),
  outputSchema: z.custom<Schema>(isObject).optional().catch(undefined),
  annotations: z
    .object({ title: optional, readOnlyHint: flag, destructiveHint: flag })
    .optional()
    .catch(undefined),
});
export interface Tool extends z.output<typeof toolSchema> {
  /** It says that it only reads, or the user does. */
  isReading: boolean;
}
/** A call that the user gives: `--call 'get_order {"order_id": "1"}'`. */
export interface Call {
  tool: string;
  args: Record<string, unknown>;
}
export interface Called extends Call {
  answer: Message;
}
export interface Survey {
  link: Link;
  /** The one to ask with: of the modern era, if the server speaks it. */
  host: Host;
  modern?: Host | undefined;
  handshake?: Host | undefined;
  /** Whether it asks for a token. */
  isGuarded: boolean;
  tools: Tool[];
  /** How many of the list are no tools. */
  unreadable: number;
  resources: unknown[];
  prompts: unknown[];
  /** Of tools that only read, one call each. */
  called: Called[];
  /** Tools that only read and could not be called, each with the argument that nothing is known of. */
  uncalled: string[];
  /** What the user permits to be changed, and how to look whether it was. */
  change?: Call | undefined;
  look?: Call | undefined;
}
export interface Given {
  calls?: Call[];
  /** Tools that only read, though they do not say so, by name. */
  reads?: string[] | undefined;
  look?: Call | undefined;
  /** Whether a call may change something. @default false */
  mayWrite?: boolean;
}
/** Why a server cannot be audited at all. */
export class NotAuditable extends Error {}

const MOST_PAGES = 20;
const MOST_CALLS = 30;
async function listAll(host: Host, method: string, field: string): Promise<unknown[]> {
  const all: unknown[] = [];
  let [cursor, bytes]: [unknown, number] = [undefined, 0];
  for (let page = 0; page < MOST_PAGES; page++) {
    const { answer, text } = await host.ask(method, cursor === undefined ? {} : { cursor });
    bytes += text.length;
    if (bytes > MOST_BYTES) throw new Unanswered(`${method} is longer than ${MOST_BYTES} bytes`);
    const rows = answer?.result?.[field];
    if (!Array.isArray(rows)) return all;
    all.push(...rows);
    cursor = answer?.result?.["nextCursor"];
    if (cursor === undefined) break;
  }
  return all;
}
/** What a result says as JSON, in its structure or its text. */
export function structureOf({ result }: Message): unknown {
  if (result?.["structuredContent"] !== undefined) return result["structuredContent"];
  try {
    return JSON.parse(textOf({ result }));
  } catch {
    return undefined;
  }
}
export const textOf = ({ result }: Pick<Message, "result">): string =>
  (result?.content ?? []).flatMap(({ text }) => text ?? []).join("\n");
export const isSuccess = ({ result }: Message): boolean => result !== undefined && !result.isError;

/** Calls what only reads: first what the user gave, then what needs no id, then what needs one that was seen. */
async function callAll(host: Host, tools: Tool[], given: Call[]) {
  const known = new Map<string, unknown>();
  const called: Called[] = [];
  const open = new Map(tools.filter(({ isReading }) => isReading).map((tool) => [tool.name, tool]));
  const call = async ({ tool, args }: Call) => {
    const { answer } = await host.call(tool, args);
    open.delete(tool);
    if (!answer) return;
    called.push({ tool, args, answer });
    if (isSuccess(answer)) harvest(structureOf(answer), known);
  };
  for (const one of given) await call(one);
  for (let before = -1; before !== called.length && called.length < MOST_CALLS;) {
    before = called.length;
    for (const { name, inputSchema = {} } of [...open.values()].slice(0, MOST_CALLS)) {
      const { args } = exampleArguments(inputSchema, known);
      if (args) await call({ tool: name, args });
    }
  }
  const uncalled = Array.from(open.values(), ({ name, inputSchema = {} }) => {
    const { missing } = exampleArguments(inputSchema, known);
    return missing === undefined ? name : `${name} (${missing})`;
  });
  return { called, uncalled };
}

/** What stands at an address where nobody speaks MCP, and what to do; undefined where that cannot be told. */
async function hintOf(link: Link): Promise<string | undefined> {
  const ping = { jsonrpc: "2.0", id: 0, method: "ping" };
  const { status, headers, text } = await link
    .exchange(ping)
    .catch(() => ({ status: 0, headers: new Headers(), text: "" }));
  if (status === 401)
    return link.token
      ? "Its token is refused (HTTP 401): it may have expired, or be meant for another server."
      : "It asks for a token (HTTP 401): set AUDIT_TOKEN.";
  if (status === 403) return "It refuses access (HTTP 403): check what the token was granted.";
  if (status === 404)
    return "No MCP endpoint is at this address (HTTP 404): try it with /mcp at its end.";
  if (status >= 300 && status < 400)
    return `It redirects to ${headers.get("location") ?? "nowhere"}: give the final address.`;
  if (status >= 500) return `It fails (HTTP ${status}): its log says why.`;
  if (/^\s*<(!doctype|html)/i.test(text))
    return `It answers with a web page (HTTP ${status}): look for the address of the MCP endpoint.`;
  return undefined;
}

/** Which of the given calls only read, and which is the change. @throws {NotAuditable} for one that may not be made */
function sortCalls(tools: Tool[], { calls = [], look, mayWrite = false }: Given) {
  const toolOf = ({ tool }: Call) => tools.find(({ name }) => name === tool);
  const missing = [...calls, ...(look ? [look] : [])].find((call) => !toolOf(call));
  if (missing) throw new NotAuditable(`it has no tool ${missing.tool}`);
  const isSafe = (call: Call) => toolOf(call)?.isReading === true;
  const change = calls.find((call) => !isSafe(call));
  if (change && !mayWrite)
    throw new NotAuditable(
      `${change.tool} does not say that it only reads: --write permits its call`,
    );
  if (look && !isSafe(look))
    throw new NotAuditable(`--look takes a tool that only reads; ${look.tool} does not say so`);
  return { reading: calls.filter(isSafe), change };
}

/** Meets a server, lists what it has, and calls what only reads. @throws {NotAuditable} */
export async function survey(link: Link, given: Given = {}): Promise<Survey> {
  const refusals: string[] = [];
  const tryOpen = async (era: string, open: () => Promise<Host | undefined>) => {
    try {
      const host = await open();
      if (!host) refusals.push(`${era} is refused`);
      return host;
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      refusals.push(`${era}: ${error.message}`);
      return undefined;
    }
  };
  const modern = await tryOpen("server/discover (2026-07-28)", () => openModern(link));
  const old = await tryOpen("initialize (2025-11-25)", () => openHandshake(link));
  const host = modern ?? old;
  if (!host) {
    const hint = (await hintOf(link)) ?? `${refusals.join("; ")}.`;
    throw new NotAuditable(`${link.name} cannot be spoken to as an MCP server. ${hint}`);
  }
  const rows = await listAll(host, "tools/list", "tools");
  const tools = rows.flatMap((row): Tool[] => {
    const { data: tool } = toolSchema.safeParse(row);
    if (!tool) return [];
    const isReading =
      tool.annotations?.readOnlyHint === true || given.reads?.includes(tool.name) === true;
    return [{ ...tool, isReading }];
  });
  const { reading, change } = sortCalls(tools, given);
  const { capabilities = {} } = host.introduction;
  const stranger =
    link.kind === "http" ? await link.exchange(handshake("stranger"), { token: null }) : undefined;
  return {
    link,
    host,
    modern,
    handshake: old,
    isGuarded: stranger?.status === 401 || stranger?.status === 403,
    tools,
    unreadable: rows.length - tools.length,
    resources: capabilities["resources"] ? await listAll(host, "resources/list", "resources") : [],
    prompts: capabilities["prompts"] ? await listAll(host, "prompts/list", "prompts") : [],
    ...(await callAll(host, tools, reading)),
    change,
    look: given.look,
  };
}
