/** Serves Streamable HTTP on loopback. It is given a server to serve, and knows no tool. */
import * as mcp from "@modelcontextprotocol/server";
import { readJson, Refusal } from "../json-rpc/read.ts";
import { refuse } from "./refuse.ts";
import { openSessions, type SessionOptions } from "./sessions.ts";

const MAX_BODY = 256 * 1024; // bytes
/** A proxy adds one of these: its client is on another machine, whatever `Host` says. */
const FORWARDED =
  /forwarded|^(via|cdn-loop|(cf|fastly|fly|ngrok|tailscale)-.*|x-(original|envoy|amzn|azure|appengine|vercel|nf)-.*|.*(real|client|connecting|remote|originating|proxyuser|user)-?(ip|addr)(v6)?)$/i;

/** Headers of MCP and of its authorization that a web page may send and read. */
const CORS = {
  "Access-Control-Allow-Methods": "POST, GET, DELETE",
  "Access-Control-Allow-Headers":
    "content-type, accept, authorization, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id",
  "Access-Control-Expose-Headers": "mcp-session-id, mcp-protocol-version, www-authenticate",
  "Access-Control-Max-Age": "7200", // seconds, the most that Chromium keeps
};

function refuseForwarded({ headers }: Request): Response | undefined {
  const name = [...headers.keys()].find((header) => FORWARDED.test(header));
  const why = `This server answers its own machine only, and this request came through a proxy: it has the header ${name}.`;
  return name === undefined ? undefined : refuse(403, why);
}
type Answer = (request: Request, json?: unknown) => Promise<Response>;
/** Answers a request whose body is JSON, and is read here, in bounds. */
async function answerJson(request: Request, answer: Answer): Promise<Response> {
  const body = await mcp.readRequestBody(request, MAX_BODY);
  if (body.tooLarge) return refuse(413, "The body of a request has at most 256 kB.");
  try {
    return await answer(request, readJson(body.text));
  } catch (error) {
    if (error instanceof Refusal) return Response.json(error, { status: 400 });
    throw error;
  }
}
/** An answer that a page of this origin may read. */
function allowOrigin(origin: string, response: Response): Response {
  const headers = { ...CORS, "Access-Control-Allow-Origin": origin, Vary: "Origin" };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** Serves `/mcp` on loopback in both protocol eras, to local hosts and origins. @throws where the port cannot be had */
export function serveHttp(
  createServer: () => mcp.McpServer,
  port: number,
  sessionOptions: SessionOptions = {},
) {
  const options = { keepAliveMs: 5000 };
  const sessions = openSessions(createServer, options, sessionOptions);
  const calls = mcp.createMcpHandler(createServer, options);
  const subscriptions = mcp.createMcpHandler(createServer, options); // apart, to end before calls do
  const [hosts, origins] = [mcp.localhostAllowedHostnames(), mcp.localhostAllowedOrigins()];
  async function answer(request: Request): Promise<Response> {
    const { method, headers } = request;
    const refusal =
      mcp.hostHeaderValidationResponse(request, hosts) ??
      refuseForwarded(request) ??
      mcp.originValidationResponse(request, origins);
    if (refusal) return refusal;
    const origin = headers.get("origin");
    if (origin && method === "OPTIONS")
      return allowOrigin(origin, new Response(null, { status: 204 }));
    const isSubscription = headers.get("mcp-method") === "subscriptions/listen";
    const handler = isSubscription ? subscriptions : calls;
    const serve: Answer = async (request, json) =>
      (await sessions.answer(request, json)) ?? handler.fetch(request, { parsedBody: json });
    const isJson = method === "POST" && mcp.isJsonContentType(headers.get("content-type"));
    const response = await (isJson ? answerJson(request, serve) : serve(request));
    return origin ? allowOrigin(origin, response) : response;
  }
  const elsewhere = () => new Response("The MCP endpoint is /mcp.\n", { status: 404 });
  const at = { hostname: "127.0.0.1", port, development: false };
  const routes = { "/mcp": answer, "/mcp/": answer };
  const http = Bun.serve({ ...at, routes, fetch: elsewhere });
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
