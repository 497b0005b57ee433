/**
 * A short cut for plain `tools/call` and `tools/list`, of both protocol eras. The SDK makes a server for each request,
 * and checks the message, its envelope and the result by schemas; that costs more than all else that a call takes.
 * What is exactly plain is answered here, in the same bytes. Whatever is unusual, broken or not, is the SDK's: it
 * stays the judge. tests/fast-path/ compares the two on every request of the stories, and on 10,000 others.
 *
 * @module
 */

/** Calls a tool that changes nothing, and so asks nobody. Without `json`, the text says why there is no result. */
export type PlainTool = (given: unknown, signal: AbortSignal) => Promise<PlainAnswer>;
export interface PlainAnswer {
  text: string;
  /** The result. */
  json?: string | undefined;
}
/** What can be answered here. */
export interface Plain {
  tools: Map<string, PlainTool>;
  /** The server's name and version. */
  identity: object;
}
/** A `POST` of JSON. */
export interface Received {
  /** By names in small letters. */
  headers: Record<string, string>;
  json: unknown;
  /** Aborted where nobody waits any more. */
  signal: AbortSignal;
}
type AskSdk = () => Promise<Response>;

// ── What is plain ───────────────────────────────────────────────────────────────────────────────

type Kind = "string" | "boolean" | "id" | "object";
/** What a value is; of an object, which names it may have. */
type Shape = Kind | { readonly [name: string]: Shape };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const kinds: Record<Kind, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  id: (value) => typeof value === "string" || Number.isSafeInteger(value),
  object: (value) => isObject(value) && !Object.hasOwn(value, "__proto__"), // which the SDK takes out
};
function fits(value: unknown, shape: Shape): boolean {
  if (typeof shape === "string") return kinds[shape](value);
  if (!isObject(value)) return false;
  for (const name in value) {
    const part = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (part === undefined || !fits(value[name], part)) return false;
  }
  return true;
}

const MODERN = "2026-07-28";
const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"];
const VERSION = "io.modelcontextprotocol/protocolVersion";
const CLIENT = "io.modelcontextprotocol/clientInfo";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const envelope = {
  [VERSION]: "string",
  [CLIENT]: { name: "string", version: "string", title: "string", description: "string" },
  [CAPABILITIES]: {
    elicitation: { form: {}, url: {} },
    roots: { listChanged: "boolean" },
    sampling: {},
  },
} as const;
/** What hosts add, and nothing here reads. */
const extras = {
  progressToken: "id",
  traceparent: "string",
  tracestate: "string",
  "claudecode/toolUseId": "string",
} as const;
const messageWith = (_meta: Shape): Shape => {
  const params: Shape = { name: "string", arguments: "object", _meta };
  return { jsonrpc: "string", id: "id", method: "string", params };
};
/** A message of such a shape. */
interface Message {
  jsonrpc?: string;
  id?: string | number;
  method?: string;
  params?: { name?: string; arguments?: object; _meta?: Record<string, unknown> };
}
/** Whether a modern request has all that it must say of itself, and says the same in its headers. */
function isWhole(
  { method, params: { name, _meta = {} } = {} }: Message,
  headers: Received["headers"],
) {
  const client = _meta[CLIENT] ?? { name: "", version: "" };
  const isNamed = isObject(client) && "name" in client && "version" in client;
  if (!isNamed || _meta[VERSION] !== MODERN || _meta[CAPABILITIES] === undefined) return false;
  const names = method === "tools/call" ? headers["mcp-name"] === name : true;
  return names && headers["mcp-method"] === method;
}

// ── What is answered ────────────────────────────────────────────────────────────────────────────

/** How an era asks, and how it is answered: `before`, a result, `after`, the id, `end`. */
interface Era {
  message: Shape;
  isWhole: typeof isWhole;
  headers: Headers;
  before: string;
  /** What ends a result. */
  after: string;
  end: string;
}
const tail = ({ end }: Era, id: string | number) =>
  `,"jsonrpc":"2.0","id":${JSON.stringify(id)}}${end}`;

export function openFastPath({ tools, identity }: Plain) {
  const meta = JSON.stringify({ "io.modelcontextprotocol/serverInfo": identity });
  const modern: Era = {
    message: messageWith({ ...envelope, ...extras }),
    isWhole,
    headers: new Headers({ "Content-Type": "application/json" }),
    before: '{"result":',
    after: `,"resultType":"complete","_meta":${meta}}`,
    end: "",
  };
  const legacy: Era = {
    message: messageWith(extras),
    isWhole: () => true,
    headers: new Headers({
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-cache, no-transform",
      Connection: "keep-alive",
      "X-Accel-Buffering": "no",
    }),
    before: 'event: message\ndata: {"result":',
    after: "}",
    end: "\n\n",
  };
  const eras = new Map([
    [MODERN, modern],
    ...[...LEGACY, ""].map((version) => [version, legacy] as const),
  ]);
  const lists = new Map<Era, string>();

  async function list(era: Era, id: string | number, askSdk: AskSdk): Promise<Response> {
    const known = lists.get(era);
    if (known !== undefined) return new Response(known + tail(era, id), era);
    const response = await askSdk();
    const body = await response.clone().text();
    if (response.ok && body.startsWith(era.before) && body.endsWith(tail(era, id)))
      lists.set(era, body.slice(0, -tail(era, id).length));
    return response;
  }
  async function call(era: Era, id: string | number, answering: Promise<PlainAnswer>) {
    const { text, json } = await answering;
    const content = `{"content":[{"type":"text","text":${JSON.stringify(text)}}],`;
    const rest = json === undefined ? '"isError":true' : `"structuredContent":${json}`;
    return new Response(era.before + content + rest + era.after + tail(era, id), era);
  }
  /** Answers what is plain. The SDK is asked once in each era, for its list of tools. */
  return (received: Received, askSdk: AskSdk): Promise<Response> | undefined => {
    const { headers, json, signal } = received;
    const { accept = "", "mcp-protocol-version": version = "" } = headers;
    const era = eras.get(version);
    const accepts = accept.includes("application/json") && accept.includes("text/event-stream");
    if (!era || !accepts || "mcp-session-id" in headers || !fits(json, era.message))
      return undefined;
    const message = json as Message; // it fits
    const { jsonrpc, id, method, params } = message;
    if (jsonrpc !== "2.0" || id === undefined || !era.isWhole(message, headers)) return undefined;
    if (method === "tools/list") return list(era, id, askSdk);
    const tool = method === "tools/call" ? tools.get(params?.name ?? "") : undefined;
    return tool && !signal.aborted ? call(era, id, tool(params?.arguments, signal)) : undefined;
  };
}
