/** Serves Streamable HTTP. It is given a server to serve, and knows no tool. */
import * as mcp from "@modelcontextprotocol/server";
import { isListening, sayHeard } from "../json-rpc/updates.ts";
import { drain } from "./drain.ts";
import { openFastPath, type Plain } from "./fast-path.ts";
import { type GateOptions, openGate, type Passed } from "./gate.ts";
import type { OAuthOptions, Verified } from "./guards/tokens.ts";
import { refuse } from "./refuse.ts";
import { openSessions, type SessionOptions } from "./sessions.ts";
import { openSubscriptions } from "./subscriptions.ts";
import { answerVisit, isVisit } from "./visits.ts";

const KEEP_ALIVE_MS = 5000;
const LONGEST_END_MS = 10_000; // as for any call, if nobody has set it otherwise
const MAX_STREAM_MS = 3600_000; // of a caller whose token does not say when it ends; a client opens another

/** What answers one caller. */
export interface Serving {
  /** Names them: sessions are theirs alone. */
  key: string;
  /** What is answered without the SDK. */
  calls: Plain["calls"];
  /** What the SDK hands on to whoever makes a server. */
  authInfo: mcp.AuthInfo;
}
export interface HttpOptions extends SessionOptions, GateOptions {
  /** What is answered without the SDK. @default nothing */
  plain?: Plain;
  /** Whether other processes may serve the same port. The kernel deals out connections, on Linux. @default false */
  sharesPort?: boolean;
  /** Who vouches for callers, and what answers each. @default all are answered alike */
  oauth?: (OAuthOptions & { servingFor: (caller: Verified) => Serving }) | undefined;
}
type CreateServer = (authInfo?: mcp.AuthInfo) => mcp.McpServer;
/** What answers a request to `/mcp`, in both protocol eras. */
export function openEndpoint(createServer: CreateServer, options: HttpOptions = {}) {
  const keepAlive = { keepAliveMs: KEEP_ALIVE_MS };
  const { oauth, updates } = options;
  function create({ authInfo, era }: mcp.McpRequestContext) {
    const made = createServer(authInfo);
    if (updates && era === "modern") sayHeard(made);
    return made;
  }
  const sessions = openSessions(createServer, keepAlive, options);
  const calls = mcp.createMcpHandler(create, keepAlive);
  const subscriptions = openSubscriptions(create, keepAlive, updates); // apart, to end before calls do
  const answerPlain = options.plain && openFastPath(options.plain);

  /** A request, its body read already, that ends with the token that it came with. */
  function endingWith({ expiresAt }: Verified, request: Request): Request {
    const left = Math.min(expiresAt - (oauth?.now ?? Date.now)(), MAX_STREAM_MS);
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(Math.max(left, 0))]);
    const { url, method, headers } = request;
    return new Request(url, { method, headers, signal });
  }
  async function askSdk({ request, json, caller }: Passed, serving?: Serving): Promise<Response> {
    const more = { parsedBody: json, ...(serving && { authInfo: serving.authInfo }) };
    const isStream = request.method === "GET" || isListening(json);
    const ending = isStream && caller ? endingWith(caller, request) : request;
    const answer = await sessions.answer(ending, more, serving?.key);
    if (answer) return answer;
    return isListening(json)
      ? subscriptions.fetch(ending, more, serving?.key)
      : calls.fetch(request, more);
  }
  const gate = openGate(options, (passed) => {
    const { request, headers, json, caller } = passed;
    const serving = caller && oauth?.servingFor(caller);
    if (options.publicUrl && isVisit(request, headers))
      return Promise.resolve(answerVisit(options.publicUrl, request));
    const ask = () => askSdk(passed, serving);
    if (json === undefined) return ask();
    const plain = { headers, json, signal: request.signal, calls: serving?.calls };
    return answerPlain?.(plain, ask) ?? ask();
  });
  return { gate, answer: gate.answer, sessions, calls, subscriptions };
}

/** A fault of this server's, in words. The others have nothing to do with it. */
function failInWords(error: Error): Response {
  console.error("django-shop-mcp:", error);
  return refuse(
    500,
    "This server failed unexpectedly. Try again once; if it fails again, the operator finds the cause in the server's log.",
  );
}

/** Serves `/mcp` over HTTP. @throws where the port cannot be had */
export function serveHttp(createServer: CreateServer, port: number, options: HttpOptions = {}) {
  const { host = "127.0.0.1", sharesPort = false } = options;
  const fetch = (request: Request): Response => answerVisit(url, request);
  const listen = { hostname: host, port, reusePort: sharesPort, development: false };
  const others = { fetch, error: failInWords };
  const http = Bun.serve({ ...listen, ...others });
  const url: string = options.publicUrl ?? `${http.url}mcp`;
  const endpoint = openEndpoint(createServer, { ...options, publicUrl: url });
  const { gate, sessions, calls, subscriptions } = endpoint;
  http.reload({ routes: gate.routes, ...others }); // before the first request: nothing was awaited
  /**
   * Ends subscriptions and open questions at once, and lets calls in flight end, but not for longer than 10 s.
   * @param isDrained whether calls are still taken until nobody comes any more
   */
  const stop = async ({ isDrained = false } = {}) => {
    const late = new Promise<void>((end) => void setTimeout(end, LONGEST_END_MS).unref());
    gate.close();
    sessions.stopAsking();
    await subscriptions.close();
    if (isDrained)
      await drain((answers) => http.reload({ ...others, ...answers }), gate.routes, fetch);
    await Promise.race([http.stop(), late]);
    await Promise.all([calls.close(), sessions.close(), http.stop(true)]);
  };
  return { url, listening: http.url.href, stop };
}
