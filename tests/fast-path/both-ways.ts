/**
 * HTTP requests, answered twice: by the server as it is, with its short cuts, and by the SDK alone behind the guards
 * as they read. Each has a shop of its own; the two shops are equal.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { openEndpoint } from "../../http/serve.ts";
import { refuse } from "../../http/refuse.ts";
import { openSessions } from "../../http/sessions.ts";
import { readJson, Refusal } from "../../json-rpc/read.ts";
import { createServer, offerOf, type Shop } from "../../server.ts";
import { plainCalls } from "../../shop/answer.ts";
import { makeServer } from "../../shop/offer.ts";

/** A request as it goes over the wire. */
export interface Sent<Body = string | Uint8Array<ArrayBuffer>> {
  method: string;
  headers: [name: string, value: string][];
  body: Body;
  /** Aborted where the host is gone already. */
  signal?: AbortSignal;
}
export interface Answered {
  status: number;
  headers: [name: string, value: string][];
  body: string;
}
type Answer = (request: Request) => Promise<Response>;

const FORWARDED =
  /forwarded|^(via|cdn-loop|(cf|fastly|fly|ngrok|tailscale)-.*|x-(original|envoy|amzn|azure|appengine|vercel|nf)-.*|.*(real|client|connecting|remote|originating|proxyuser|user)-?(ip|addr)(v6)?)$/i;
const HOST = /^([a-z\d-]+(\.[a-z\d-]+)*|\[[\da-f:]+\])(:\d{1,5})?$/i;
const CORS = {
  "Access-Control-Allow-Methods": "POST, GET, DELETE",
  "Access-Control-Allow-Headers":
    "content-type, accept, authorization, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id",
  "Access-Control-Expose-Headers": "mcp-session-id, mcp-protocol-version, www-authenticate",
  "Access-Control-Max-Age": "7200",
};
const MAX_BODY = 256 * 1024;
/** So long that each body is measured. */
const PADDING = " ".repeat(1200);

/** The SDK alone, with nothing known before. */
function openSdk(shop: Shop): Answer {
  const create = () => createServer(shop);
  const keepAlive = { keepAliveMs: 5000 };
  const sessions = openSessions(create, keepAlive, {});
  const handler = mcp.createMcpHandler(create, keepAlive);
  const ask = async (request: Request, json?: unknown) =>
    (await sessions.answer(request, { parsedBody: json })) ??
    handler.fetch(request, { parsedBody: json });
  async function askJson(request: Request): Promise<Response> {
    const body = await mcp.readRequestBody(request, MAX_BODY);
    if (body.tooLarge) return refuse(413, "The body of a request has at most 256 kB.");
    try {
      return await ask(request, readJson(body.text + PADDING));
    } catch (error) {
      if (error instanceof Refusal) return Response.json(error, { status: 400 });
      throw error;
    }
  }
  return async (request) => {
    const { method, headers } = request;
    const via = [...headers.keys()].find((name) => FORWARDED.test(name));
    const why = `This server answers its own machine only, and this request came through a proxy: it has the header ${via}.`;
    const refusal =
      mcp.hostHeaderValidationResponse(request, mcp.localhostAllowedHostnames()) ??
      (HOST.test(headers.get("host") ?? "")
        ? undefined
        : refuse(403, "The header Host is no name with a port.")) ??
      (via === undefined ? undefined : refuse(403, why)) ??
      mcp.originValidationResponse(request, mcp.localhostAllowedOrigins());
    if (refusal) return refusal;
    const origin = headers.get("origin");
    const isPreflight = origin && method === "OPTIONS";
    const isJson = method === "POST" && mcp.isJsonContentType(headers.get("content-type"));
    const asked = isJson ? askJson(request) : ask(request);
    const response = isPreflight ? new Response(null, { status: 204 }) : await asked;
    if (!origin) return response;
    const shared = { ...CORS, "Access-Control-Allow-Origin": origin, Vary: "Origin" };
    for (const [name, value] of Object.entries(shared)) response.headers.set(name, value);
    return response;
  };
}

/** In bytes, as it arrives. */
function toRequest({ method, headers, body, signal }: Sent): Request {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const init = {
    method,
    headers,
    ...(signal && { signal }),
    ...(method !== "GET" && { body: bytes }),
  };
  return new Request("http://127.0.0.1:3000/mcp", init);
}
/** What is random by its nature: ids of sessions, and the codes and states of questions. */
const RANDOM =
  /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|(?<=\b(confirmation|requestState)\\?":\\?")[^"\\]+|(?<=confirmation: )\S+/g;
async function read(response: Response): Promise<Answered> {
  const headers = [...response.headers].map(([name, value]): [string, string] => [
    name,
    value.replace(RANDOM, "…"),
  ]);
  return { status: response.status, headers, body: (await response.text()).replace(RANDOM, "…") };
}

/**
 * @param open opens a shop; each call gives an equal one
 * @returns what answers a request both ways, and says whether a server had to be made for it
 */
export function openBothWays(open: () => Shop) {
  const [alone, shop] = [openSdk(open()), open()];
  const offer = offerOf(shop);
  let servers = 0;
  const create = () => {
    servers++;
    return makeServer(offer, shop);
  };
  const plain = { identity: offer.identity, calls: plainCalls(offer.tools, shop) };
  const { answer } = openEndpoint(create, { plain });
  return async (sent: Sent) => {
    const expected = await read(await alone(toRequest(sent)));
    servers = 0;
    const answered = await read(await answer(toRequest(sent)));
    return { expected, answered, isShort: servers === 0 };
  };
}
