/**
 * A server under test, at whatever address: how a probe speaks to it. JSON-RPC is written by hand, since no client
 * library sends what a probe has to.
 *
 * @module
 */
import { isLoopback } from "../../settings.ts";

/** What is known of a server. Without tokens, what needs them is skipped. */
export interface Target {
  /** Of its MCP endpoint. */
  url: string;
  /** Of a caller who may read and change. */
  token?: string | undefined;
  /** Of another such caller. */
  otherToken?: string | undefined;
  /** Of a caller who may only read. */
  readToken?: string | undefined;
  /** A tool that exists, and is not offered here. */
  hiddenTool?: string | undefined;
  /** What its shop signs webhooks with. */
  webhookSecret?: string | undefined;
  /** @default globalThis.fetch */
  fetch?: typeof fetch;
}
/** Why a probe says nothing about this server. */
export class Skipped extends Error {}

export interface Message {
  id?: unknown;
  result?: Record<string, unknown> & { content?: { text?: string }[]; isError?: boolean };
  error?: { code: number; message: string };
}
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The messages of the body, be it JSON or a stream of events. */
  messages: Message[];
  /** Whether a request was carried out. */
  isServed: boolean;
}
export interface SendOptions {
  /** @default the target's token; null sends none */
  token?: string | null | undefined;
  headers?: Record<string, string>;
  /** Another address of the same server. @default the target's */
  url?: string | URL;
  method?: string;
}

const PATIENCE_MS = 20_000;
const JSON_HEADERS = {
  "Content-Type": "application/json",
  Accept: "application/json, text/event-stream",
};
export const rpc = (id: unknown, method: string, params: unknown = {}) => {
  return { jsonrpc: "2.0", id, method, params };
};
export const initialize = (capabilities: object = {}) =>
  rpc("init", "initialize", {
    protocolVersion: "2025-11-25",
    capabilities,
    clientInfo: { name: "cve", version: "1" },
  });

/** The messages of a body. */
export function messagesIn(text: string): Message[] {
  const events = Array.from(text.matchAll(/^data: ?(.*)$/gm), ([, data = ""]) => data);
  const found: Message[] = [];
  for (const json of events.length ? events : [text])
    try {
      found.push(...[JSON.parse(json)].flat());
    } catch {} // no JSON, so no message
  return found.filter((message) => typeof message === "object" && message !== null);
}

/** Sends a body: an object as JSON, anything else as it is. */
export async function send(
  { url, token: own, fetch = globalThis.fetch }: Target,
  body: unknown,
  options: SendOptions = {},
): Promise<Reply> {
  const token = options.token === undefined ? own : options.token;
  const isJson = typeof body === "object" && !(body instanceof ReadableStream);
  const response = await fetch(options.url ?? url, {
    method: options.method ?? "POST",
    headers: {
      ...JSON_HEADERS,
      ...(token && { Authorization: `Bearer ${token}` }),
      ...options.headers,
    },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as ReadableStream) }), // or a string
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  const messages = messagesIn(text);
  const isServed = response.ok && messages.some(({ result }) => result !== undefined);
  return { status: response.status, headers: response.headers, text, messages, isServed };
}

const MODERN = "2026-07-28";
/** Listens to resources as a host of the modern era does. Returns how the answer begins; nothing more is read of it. */
export async function listen({ url }: Target, uris: string[], token: string): Promise<string> {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const method = "subscriptions/listen";
  const body = rpc(1, method, { notifications: { resourceSubscriptions: uris }, _meta });
  const response = await fetch(url, {
    method: "POST",
    headers: {
      ...JSON_HEADERS,
      Authorization: `Bearer ${token}`,
      "MCP-Protocol-Version": MODERN,
      "Mcp-Method": method,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value);
}

/** Connects as a host of the handshake era does, and calls tools and methods from then on. */
export async function connect(target: Target, options: SendOptions = {}) {
  const first = await send(target, initialize(), options);
  if (!first.isServed) throw new Skipped(`initialize is answered with ${first.status}`);
  const id = first.headers.get("mcp-session-id");
  const headers = {
    "MCP-Protocol-Version": "2025-11-25",
    ...(id && { "Mcp-Session-Id": id }),
    ...options.headers,
  };
  const ask = (body: unknown, more: SendOptions = {}) =>
    send(target, body, { ...options, ...more, headers: { ...headers, ...more.headers } });
  await ask({ jsonrpc: "2.0", method: "notifications/initialized" });
  return {
    ask,
    sessionId: id ?? undefined,
    call: (name: string, args: object, more?: SendOptions) =>
      ask(rpc(1, "tools/call", { name, arguments: args }), more),
  };
}

/** What a probe needs to know of a tool. */
export interface OfferedTool {
  name: string;
  annotations?: { readOnlyHint?: boolean };
  inputSchema: { properties?: Record<string, { type?: string }>; required?: string[] };
}
/** The tools that a host is offered. @throws {Skipped} where it lists none */
export async function toolsOf(host: Awaited<ReturnType<typeof connect>>): Promise<OfferedTool[]> {
  const { messages } = await host.ask(rpc(1, "tools/list"));
  const listed = messages.find(({ result }) => result)?.result?.["tools"];
  if (!Array.isArray(listed)) throw new Skipped("it lists no tools");
  return listed;
}
/** Whether a call came to a result that is no error. */
export const isResult = ({ isServed, messages }: Reply): boolean =>
  isServed && messages.every(({ result }) => !result?.isError);
/** Whether the server asks for a token. */
export const isGuarded = async (target: Target): Promise<boolean> =>
  (await send(target, initialize(), { token: null })).status === 401;
export const isOnLoopback = ({ url }: Target): boolean => isLoopback(new URL(url).hostname);
