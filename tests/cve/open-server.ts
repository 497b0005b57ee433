/**
 * An MCP server with every wound of wounds.ts, as public reports describe them: it asks for a token and takes any,
 * checks neither Host nor Origin, counts its sessions, and remembers whose turn it is in one place for all. It proves
 * that the probes see what they are for.
 *
 * @module
 */
import type { Message } from "./target.ts";

const tools = [
  { name: "get_order_status", required: ["order_id"], readOnlyHint: true },
  { name: "list_orders", required: [], readOnlyHint: true },
  { name: "cancel_order", required: ["order_id"], readOnlyHint: false },
  { name: "delete_everything", required: [], readOnlyHint: false },
].map(({ name, required, readOnlyHint }) => {
  return { name, annotations: { readOnlyHint }, inputSchema: { type: "object", required } };
});
export const HIDDEN = "delete_everything";

/** Reads names in any case, and up to a NUL, as some parsers of JSON do. */
const lenient = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, part]) => {
          const [read = name] = name.split("\0");
          return [/^method$/i.test(read) ? "method" : read, part];
        }),
      )
    : value;

/** Serves it on a free port of loopback. @param isGuarded whether it asks for a token, and takes any */
export function serveOpenServer({ isGuarded }: { isGuarded: boolean }) {
  const sessions = new Set<string>();
  let latest = ""; // of all callers

  async function call(name: string, args: Record<string, string>, token: string) {
    const order_id = token === "Bearer b" ? "1054" : "1036";
    if (name === "list_orders") return { structuredContent: { orders: [{ order_id }] } };
    latest = args["order_id"] ?? "";
    await new Promise((resolve) => setImmediate(resolve)); // others have their turn
    return { content: [{ type: "text", text: `${name} ${latest} is shipped.` }] };
  }
  async function answer(
    message: Record<string, ReturnType<typeof JSON.parse>>,
    token: string,
  ): Promise<Message> {
    const { id, method, params } = message; // of null, this throws
    const respond = (result: object) => ({ jsonrpc: "2.0", id, result: { ...result } });
    if (method === "tools/list")
      return respond({ tools: tools.filter(({ name }) => name !== HIDDEN) });
    if (method === "tools/call")
      return respond(await call(params.name, params.arguments ?? {}, token));
    if (method === "subscriptions/listen")
      return respond({ acknowledged: params.notifications.resourceSubscriptions });
    if (method === "tasks/list") return respond({ tasks: [{ taskId: "1" }] });
    return respond({});
  }
  async function serveMcp(request: Request): Promise<Response> {
    const headers = {
      "Access-Control-Allow-Origin": request.headers.get("origin") ?? "*",
      "Content-Type": "application/json",
    };
    if (request.method === "OPTIONS") return new Response(null, { headers });
    const body = await request.text();
    if (request.method !== "POST") return new Response("", { headers });
    const json = body.startsWith("{") || body.startsWith("[") ? JSON.parse(body, lenient) : null;
    const token = request.headers.get("authorization") ?? "";
    const answers = await Promise.all([json].flat().map((one) => answer(one, token)));
    const isBeginning = [json].flat().some(({ method }) => method === "initialize");
    const id = `session-of-the-server-${sessions.size}`;
    if (isBeginning) sessions.add(id);
    const all = isBeginning ? { ...headers, "Mcp-Session-Id": id } : headers;
    return Response.json(Array.isArray(json) ? answers : answers[0], { headers: all });
  }
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    maxRequestBodySize: 1024 * 1024 * 1024,
    async fetch(request, server) {
      const { pathname } = new URL(request.url);
      if (request.headers.get("upgrade") && server.upgrade(request)) return undefined;
      if (pathname.startsWith("/hooks")) return new Response("taken");
      const isAsked = isGuarded && pathname === "/mcp" && !request.url.includes("access_token");
      if (isAsked && !request.headers.has("authorization"))
        return new Response("no token", { status: 401 });
      return serveMcp(request).catch(
        (error: unknown) => new Response(String(Object(error).stack), { status: 500 }),
      );
    },
    websocket: { message() {} },
  });
  return { url: `${http.url.href}mcp`, stop: () => http.stop(true) };
}
