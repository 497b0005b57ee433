/**
 * Which messages are plain: those of which each part is known, and means nothing that would have to be looked at. Data
 * for fast-path.ts, which leaves all others to the SDK.
 *
 * @module
 */

/** What a value is; of an object, which names it may have. */
type Shape = "string" | "boolean" | "id" | "token" | "object" | { readonly [name: string]: Shape };

const MOST_TOKEN = 200; // characters of a progressToken: with a longer one, shop/offer.ts tells nothing
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** Whether a value is of such a shape, and has nothing besides. */
export function fits(value: unknown, shape: Shape): boolean {
  if (shape === "token") return fits(value, "id") && String(value).length <= MOST_TOKEN;
  if (shape === "id") return typeof value === "string" || Number.isSafeInteger(value);
  if (shape === "object") return isObject(value) && !Object.hasOwn(value, "__proto__"); // lost in the SDK
  if (typeof shape === "string") return typeof value === shape;
  if (!isObject(value)) return false;
  for (const name in value) {
    const part = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (part === undefined || !fits(value[name], part)) return false;
  }
  return true;
}

export const MODERN = "2026-07-28";
export const LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05", "2024-10-07"];
const VERSION = "io.modelcontextprotocol/protocolVersion";
const CLIENT = "io.modelcontextprotocol/clientInfo";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const asking = { form: {}, url: {} };
/** What hosts add to `_meta`, and nothing here reads. What is of tracing is for whoever observes the call. */
const tracing = { traceparent: "string", tracestate: "string", baggage: "string" } as const;
export const extras = {
  progressToken: "token",
  "claudecode/toolUseId": "string",
  ...tracing,
} as const;
/** What a modern request says of itself. */
export const envelope = {
  [VERSION]: "string",
  [CLIENT]: { name: "string", version: "string", title: "string", description: "string" },
  [CAPABILITIES]: { elicitation: asking, roots: { listChanged: "boolean" }, sampling: {} },
} as const;
/** A request with such a `_meta`. */
export const messageWith = (_meta: Shape): Shape => {
  const params: Shape = { name: "string", arguments: "object", _meta };
  return { jsonrpc: "string", id: "id", method: "string", params };
};
export type Id = string | number;
/** A message of such a shape. */
export interface Message {
  jsonrpc?: string;
  id?: Id;
  method?: string;
  params?: { name?: string; arguments?: object; _meta?: Meta };
}
interface Meta {
  [VERSION]?: string;
  [CLIENT]?: { name?: string; version?: string };
  [CAPABILITIES]?: object;
  progressToken?: Id;
}
/** Whether a modern request says of itself what it must, and its headers say the same. */
export function isComplete(
  { method, params = {} }: Message,
  headers: Record<string, string>,
): boolean {
  const { [VERSION]: version, [CLIENT]: client, [CAPABILITIES]: capabilities } = params._meta ?? {};
  const isNamed = !client || (client.name !== undefined && client.version !== undefined);
  if (version !== MODERN || !isNamed || !capabilities) return false;
  const isOfTool = method === "tools/list" || headers["mcp-name"] === params.name;
  return isOfTool && headers["mcp-method"] === method;
}
