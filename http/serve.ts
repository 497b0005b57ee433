/** Serves Streamable HTTP on loopback. It is given a server to serve, and knows no tool. */
import * as mcp from "@modelcontextprotocol/server";
import { readJson, Refusal } from "../json-rpc/read.ts";
import { openFastPath, type Plain } from "./fast-path.ts";
import { guard } from "./guard.ts";
import { refuse } from "./refuse.ts";
import { openSessions, type SessionOptions } from "./sessions.ts";

const MAX_BODY = 256 * 1024; // bytes
const KEEP_ALIVE_MS = 5000;

/** Headers of MCP and of its authorization that a web page may send and read. */
const CORS = {
  "Access-Control-Allow-Methods": "POST, GET, DELETE",
  "Access-Control-Allow-Headers":
    "content-type, accept, authorization, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id",
  "Access-Control-Expose-Headers": "mcp-session-id, mcp-protocol-version, www-authenticate",
  "Access-Control-Max-Age": "7200", // seconds, the most that Chromium keeps
};

/** Reads a body of unknown length in bounds; undefined where it is too large. */
async function readBody(request: Request): Promise<string | undefined> {
  const body = await mcp.readRequestBody(request, MAX_BODY);
  return body.tooLarge ? undefined : body.text;
}
/** An answer that a page of this origin may read. */
function allowOrigin(origin: string, response: Response): Response {
  const headers = { ...CORS, "Access-Control-Allow-Origin": origin, Vary: "Origin" };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

export interface HttpOptions extends SessionOptions {
  /** What is answered without the SDK. @default nothing */
  plain?: Plain;
  /** Whether other processes may serve the same port. The kernel deals out connections, on Linux. @default false */
  sharesPort?: boolean;
}
/** What answers a request to `/mcp`, in both protocol eras. */
export function openEndpoint(createServer: () => mcp.McpServer, options: HttpOptions = {}) {
  const keepAlive = { keepAliveMs: KEEP_ALIVE_MS };
  const sessions = openSessions(createServer, keepAlive, options);
  const calls = mcp.createMcpHandler(createServer, keepAlive);
  const subscriptions = mcp.createMcpHandler(createServer, keepAlive); // apart, to end before calls do
  const answerPlain = options.plain && openFastPath(options.plain);

  async function askSdk(request: Request, json?: unknown): Promise<Response> {
    const isSubscription = request.headers.get("mcp-method") === "subscriptions/listen";
    const handler = isSubscription ? subscriptions : calls;
    return (await sessions.answer(request, json)) ?? handler.fetch(request, { parsedBody: json });
  }
  type Headers = Record<string, string>;
  /** Answers a request whose body is JSON, and is read here, in bounds. */
  async function answerJson(request: Request, headers: Headers): Promise<Response> {
    const isBounded = Number(headers["content-length"]) <= MAX_BODY; // and HTTP reads no more
    const body = await (isBounded ? request.text() : readBody(request));
    if (body === undefined) return refuse(413, "The body of a request has at most 256 kB.");
    let json: unknown;
    try {
      json = readJson(body);
    } catch (error) {
      if (error instanceof Refusal) return Response.json(error, { status: 400 });
      throw error;
    }
    const ask = () => askSdk(request, json);
    return answerPlain?.({ headers, json, signal: request.signal }, ask) ?? ask();
  }
  function answer(request: Request): Response | Promise<Response> {
    const headers: Headers = request.headers.toJSON();
    const refusal = guard(request, headers);
    if (refusal) return refusal;
    const { method } = request;
    const { origin, "content-type": type = null } = headers;
    if (origin && method === "OPTIONS")
      return allowOrigin(origin, new Response(null, { status: 204 }));
    const isJson = method === "POST" && mcp.isJsonContentType(type);
    const answering = isJson ? answerJson(request, headers) : askSdk(request);
    return origin ? answering.then((response) => allowOrigin(origin, response)) : answering;
  }
  return { answer, sessions, calls, subscriptions };
}

/** Serves `/mcp` on loopback, to local hosts and origins. @throws where the port cannot be had */
export function serveHttp(createServer: () => mcp.McpServer, port: number, options?: HttpOptions) {
  const { answer, sessions, calls, subscriptions } = openEndpoint(createServer, options);
  const elsewhere = () => new Response("The MCP endpoint is /mcp.\n", { status: 404 });
  const http = Bun.serve({
    hostname: "127.0.0.1",
    port,
    reusePort: options?.sharesPort ?? false,
    development: false,
    routes: { "/mcp": answer, "/mcp/": answer },
    fetch: elsewhere,
  });
  /** Ends subscriptions and open questions at once, and lets calls in flight end, but not for longer than 5 s. */
  const stop = async () => {
    const late = new Promise<void>((end) => void setTimeout(end, 5000).unref());
    sessions.stopAsking();
    await subscriptions.close();
    await Promise.race([http.stop(), late]);
    await Promise.all([calls.close(), sessions.close(), http.stop(true)]);
  };
  return { url: `${http.url}mcp`, stop };
}
