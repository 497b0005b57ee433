/**
 * What a request passes before the protocol hears of it: the guards of http/guards/, in this order.
 *
 * ```
 * /healthz, /readyz          for whoever starts and stops the process: before all else
 * Host, proxies, Origin      403     hosts.ts
 * /.well-known/*             open    metadata.ts
 * /hooks/shop                401     hooks.ts: signed by the shop, whatever its Host; with its secret only
 * preflights                 204     from pages that are answered
 * size                       413
 * token                      401     bearer.ts, tokens.ts: with OAuth only
 * scopes                     403     scopes.ts, once the message is read: with OAuth only
 * ```
 *
 * How many calls a caller may make, and how many are under way at once, is counted call by call, also within a batch:
 * shop/tool.ts does that, so that a refusal is the answer of a tool, with a wait.
 *
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { readJson, Refusal } from "../json-rpc/read.ts";
import { openBearer } from "./guards/bearer.ts";
import { type Addresses, openHosts, type Received } from "./guards/hosts.ts";
import { type HookOptions, openHooks } from "./guards/hooks.ts";
import { describeResource, type Documents } from "./guards/metadata.ts";
import type { OAuthOptions, Verified } from "./guards/tokens.ts";
import { refuse } from "./refuse.ts";

const MAX_BODY = 256 * 1024; // bytes

export interface GateOptions extends Addresses {
  /** Where it listens. @default 127.0.0.1 */
  host?: string;
  /** The address of the server, as its clients call it. @default where it listens */
  publicUrl?: string | undefined;
  /** Who vouches for callers. @default nobody: all are answered alike */
  oauth?: OAuthOptions | undefined;
  /** Tools that change something, which take the scope for it. */
  writes?: ReadonlySet<string>;
  /** JSON that everybody may read, by its path under /.well-known/. */
  documents?: Documents | undefined;
  /** What takes the shop's webhooks. @default nothing does */
  hooks?: HookOptions | undefined;
}
/** A request that has passed. */
export interface Passed {
  request: Request;
  headers: Received;
  /** The body of a `POST`, unless it is something else. */
  json?: unknown;
  /** With OAuth, who sent it. */
  caller?: Verified | undefined;
}

/** The rest of it is not read, so that its connection is of no more use. */
const refuseLarge = () =>
  refuse(413, "The body of a request has at most 256 kB.", { Connection: "close" });
/** Headers of MCP and of its authorization that a web page may send and read. */
const CORS = {
  "Access-Control-Allow-Methods": "POST, GET, DELETE",
  "Access-Control-Allow-Headers":
    "content-type, accept, authorization, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id",
  "Access-Control-Expose-Headers": "mcp-session-id, mcp-protocol-version, www-authenticate",
  "Access-Control-Max-Age": "7200", // seconds, the most that Chromium keeps
};
/** An answer that a page of this origin may read. */
function allowOrigin(origin: string, response: Response): Response {
  const headers = { ...CORS, "Access-Control-Allow-Origin": origin, Vary: "Origin" };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
/** Reads a body of unknown length in bounds; undefined where it is too large. */
async function readBody(request: Request): Promise<string | undefined> {
  const body = await mcp.readRequestBody(request, MAX_BODY);
  return body.tooLarge ? undefined : body.text;
}

/** The gate before what answers. */
export function openGate(options: GateOptions, answer: (passed: Passed) => Promise<Response>) {
  const { publicUrl = "http://127.0.0.1/mcp", oauth, writes = new Set() } = options;
  const resource = oauth && describeResource(publicUrl, oauth.issuer, writes.size > 0);
  const bearer = resource && openBearer(oauth, publicUrl, resource.url);
  const refuseStranger = openHosts(options);
  let isReady = true;

  /** A body of JSON is read here, in bounds. */
  async function readBodyAndAnswer(passed: Passed): Promise<Response> {
    const { request, headers, caller } = passed;
    const isBounded = Number(headers["content-length"]) <= MAX_BODY; // and HTTP reads no more
    const body = await (isBounded ? request.text() : readBody(request));
    if (body === undefined) return refuseLarge();
    try {
      passed.json = readJson(body);
    } catch (error) {
      if (error instanceof Refusal) return Response.json(error, { status: 400 });
      throw error;
    }
    const refusal = caller && bearer?.refuseCall(caller, passed.json, writes);
    return refusal ?? answer(passed);
  }
  function pass(passed: Passed): Promise<Response> {
    const { method } = passed.request;
    const isJson =
      method === "POST" && mcp.isJsonContentType(passed.headers["content-type"] ?? null);
    return isJson ? readBodyAndAnswer(passed) : answer(passed);
  }
  async function identify(request: Request, headers: Received): Promise<Response> {
    if (Number(headers["content-length"]) > MAX_BODY) return refuseLarge();
    const caller = await bearer?.identify(headers);
    return caller instanceof Response ? caller : pass({ request, headers, caller });
  }
  type Answering = (request: Request, headers: Received) => Response | Promise<Response>;
  /** Answers whoever may come in, and lets a page of theirs read it: pages ask first whether they may. */
  const admit = (answering: Answering) => (request: Request) => {
    const headers: Received = request.headers.toJSON();
    const refusal = refuseStranger(request, headers);
    if (refusal) return refusal;
    const { origin } = headers;
    if (!origin) return answering(request, headers);
    const isAsked = request.method === "OPTIONS";
    const answered = isAsked ? new Response(null, { status: 204 }) : answering(request, headers);
    return Promise.resolve(answered).then((response) => allowOrigin(origin, response));
  };
  const mcpEndpoint = admit((request, headers) =>
    bearer ? identify(request, headers) : pass({ request, headers }),
  );
  const wellKnown = (document: () => object) =>
    admit(({ method }) =>
      ["GET", "HEAD"].includes(method)
        ? Response.json(document())
        : refuse(405, "This document can be read, and nothing else.", { Allow: "GET, HEAD" }),
    );
  const hooked: Record<string, (request: Request) => Promise<Response>> = {};
  if (options.hooks) hooked["/hooks/shop"] = openHooks(options.hooks);
  const documents = { ...resource?.documents, ...options.documents };
  return {
    answer: mcpEndpoint,
    routes: {
      "/healthz": new Response("ok\n"),
      "/readyz": () => new Response(isReady ? "ok\n" : "ending\n", { status: isReady ? 200 : 503 }),
      ...Object.fromEntries(
        Object.entries(documents).map(([path, document]) => [path, wellKnown(document)]),
      ),
      ...hooked,
      "/mcp": mcpEndpoint,
      "/mcp/": mcpEndpoint,
      [new URL(publicUrl).pathname]: mcpEndpoint,
    },
    /** From now on the process is not ready. */
    close: () => void (isReady = false),
  };
}
