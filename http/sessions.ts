/**
 * Sessions of the handshake era (2024-11-05 to 2025-11-25). A host that declares in `initialize` that it can put
 * questions to its user is given one, so that a question reaches the host and its answer comes back; so is one that
 * connects to `/mcp?listen`, since what has changed is told in a session's own stream. Nothing else needs a session:
 * every other request is answered without, by whichever process it reaches.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { acceptSubscriptions, type Updates } from "../json-rpc/updates.ts";
import { EVENT_STREAM } from "./event-stream.ts";
import { refuse } from "./refuse.ts";
import { shareStream } from "./shared-stream.ts";

/** The SDK's session, and what is open in it. A call is ended by its cancellation, not by a dropped connection. */
class Session extends mcp.WebStandardStreamableHTTPServerTransport {
  /** Requests of the host that it waits for, each with the HTTP request that it came in. */
  readonly #unanswered = new Map<mcp.RequestId, Request | undefined>();
  /** Requests of this server that the host has not answered. */
  readonly #asked = new Set<mcp.RequestId>();
  #isStopping = false;
  /** What the host wants to hear of, where there is anything to be heard. */
  subscriptions: ReturnType<typeof acceptSubscriptions> | undefined;
  /** What it hears by. */
  #heard: ReturnType<typeof shareStream> | undefined;
  /** When a message came or was answered last. */
  usedAt: number;

  constructor(
    readonly caller: string,
    readonly now: () => number,
    options: mcp.WebStandardStreamableHTTPServerTransportOptions,
  ) {
    super(options);
    this.usedAt = now();
  }
  get isListening(): boolean {
    return this.#heard !== undefined;
  }
  get isBusy(): boolean {
    return this.#unanswered.size > 0;
  }
  /**
   * Opens a stream for what has changed, until the host or this signal ends it. There may be several: the end of one
   * may not have been heard of, and some hosts hold two, each of which they open anew when it ends.
   */
  async listen(request: Request, { authInfo }: Handed): Promise<Response> {
    if (this.#isStopping) return refuse(503, ENDING);
    const response = await this.handleRequest(request);
    if (response.ok && response.body) {
      const heard = shareStream(response.body, () => this.#unheard(heard));
      this.#heard = heard;
    } else if (!this.#heard || response.status !== 409) return response; // 409: the SDK has one open
    const body = this.#heard.open(request.signal);
    this.subscriptions?.close();
    this.subscriptions?.open(authInfo);
    return new Response(body, {
      headers: { ...EVENT_STREAM, "Mcp-Session-Id": this.sessionId ?? "" },
    });
  }
  #unheard(heard: object): void {
    if (this.#heard !== heard) return; // another has begun
    this.#heard = undefined;
    this.usedAt = this.now();
    this.subscriptions?.close();
  }
  /** Whether two requests that are to be answered would have one id: their answers would be mistaken. */
  repeatsId(json: unknown): boolean {
    const requests = [json].flat().filter((one) => mcp.isJSONRPCRequest(one));
    const ids = new Set(requests.map(({ id }) => id));
    return ids.size < requests.length || [...ids].some((id) => this.#unanswered.has(id));
  }
  /** Hears each message before the server does. */
  override onmessage: mcp.Transport["onmessage"] = (message, { request } = {}) => {
    this.usedAt = this.now();
    if (!("method" in message)) this.#asked.delete(message.id ?? "");
    else if ("id" in message) this.#unanswered.set(message.id, request);
    else if (message.method === "notifications/cancelled")
      setImmediate(() => this.#settle(message.params?.["requestId"])); // its question is withdrawn before
  };
  override async send(message: mcp.JSONRPCMessage, options: mcp.TransportSendOptions = {}) {
    await super.send(message, options);
    if (!("method" in message)) return this.#settle(message.id);
    if (!("id" in message)) return;
    this.#asked.add(message.id);
    const carrier = this.#unanswered.get(options.relatedRequestId ?? "");
    if (this.#isStopping || carrier?.signal.aborted) this.#closeQuestion(message.id);
  }
  /** No question is answered any more, since no request comes in; and nothing is told. */
  stopAsking(): void {
    this.#isStopping = true;
    this.closeStandaloneSSEStream();
    for (const id of this.#asked) this.#closeQuestion(id);
  }
  /** Nobody is there to answer. */
  #closeQuestion(id: mcp.RequestId): void {
    const error = { code: -32_000, message: "the connection has ended" };
    queueMicrotask(() => this.onmessage?.({ jsonrpc: "2.0", id, error }));
  }
  /** The host waits for this no longer. A stream ends with the last request that it was opened for. */
  #settle(id: unknown): void {
    if (typeof id !== "string" && typeof id !== "number") return;
    const request = this.#unanswered.get(id);
    if (!this.#unanswered.delete(id)) return;
    this.usedAt = this.now();
    if (![...this.#unanswered.values()].includes(request)) this.closeSSEStream(id);
  }
}

export interface SessionOptions {
  /** @default 1000 */
  maxSessions?: number;
  /** A steady clock, in milliseconds. @default performance.now */
  now?: () => number;
  /** The name of this process: its session ids begin with it, so that a load balancer leads them back. @default none */
  instance?: string | undefined;
  /** What can be heard of resources. @default nothing */
  updates?: Updates | undefined;
}
/** What the SDK is handed with a request: the body of a `POST`, unless it is something else, and who sent it. */
interface Handed {
  parsedBody: unknown;
  authInfo?: mcp.AuthInfo;
}
const MOST_OF_A_CALLER = 20; // so that nobody takes the place of others
const IDLE_MS = 12 * 3600 * 1000; // a chat that is left open goes on in the morning

/** Whether a message is the `initialize` of a host that can put questions to its user, or wants to listen. */
function wantsSession(json: unknown, listens: () => boolean): boolean {
  if (typeof json !== "object" || json === null || !("method" in json)) return false;
  if (json.method !== "initialize") return false; // the schema takes 9 µs to find that out
  if (!mcp.isInitializeRequest(json)) return false;
  return json.params.capabilities.elicitation !== undefined || listens();
}
const UNKNOWN =
  "This server has no such session: it was ended or idle for too long, or the server was restarted. Connect again, with initialize.";
const FULL =
  "This server holds no more sessions, and each has a call under way. Try again in a minute.";
const ENDING = "This server is ending. Connect again in a few seconds.";
const SAME_ID = "The id of a request must not be that of one which is still to be answered.";

/** The sessions of one server: bounded, and without a timer. */
export function openSessions(
  createServer: (authInfo?: mcp.AuthInfo) => mcp.McpServer,
  { keepAliveMs }: { keepAliveMs: number },
  { maxSessions = 1000, now = () => performance.now(), instance = "", updates }: SessionOptions,
) {
  const sessions = new Map<string, Session>(); // by id, the least recently used first

  /** Ends those that are idle. They come first: it looks at no more than one that is not, and at those that listen. */
  function endIdle(): void {
    for (const session of sessions.values()) {
      if (session.isBusy || now() - session.usedAt <= IDLE_MS) return;
      if (!session.isListening) void session.close();
    }
  }
  async function begin(request: Request, more: Handed, caller: string): Promise<Response> {
    const id = `${instance && `${instance}.`}${crypto.randomUUID()}`;
    const options = { sessionIdGenerator: () => id, keepAliveMs };
    const session = new Session(caller, now, options);
    session.onclose = () => void sessions.delete(id); // at once
    const server = createServer(more.authInfo);
    if (updates) session.subscriptions = acceptSubscriptions(server, updates);
    await server.connect(session);
    const response = await session.handleRequest(request, more);
    if (!response.ok || hold(id, session)) return response;
    await session.close();
    return refuse(503, FULL);
  }
  /** Holds a session, in the place of another if need be, of one that listens last. Returns whether there is room. */
  function hold(id: string, session: Session): boolean {
    endIdle();
    const all = [...sessions.values()];
    const own = all.filter(({ caller }) => caller !== "" && caller === session.caller);
    const isFull = own.length >= MOST_OF_A_CALLER || all.length >= maxSessions;
    const free = (own.length >= MOST_OF_A_CALLER ? own : all).filter(({ isBusy }) => !isBusy);
    const oldest = free.find(({ isListening }) => !isListening) ?? free[0];
    if (isFull && !oldest) return false;
    if (isFull) void oldest?.close();
    sessions.set(id, session);
    return true;
  }
  /** A request that names its session. */
  async function go(id: string, request: Request, more: Handed, caller: string) {
    endIdle();
    const session = sessions.get(id);
    if (session?.caller !== caller) return refuse(404, UNKNOWN);
    if (session.repeatsId(more.parsedBody)) return refuse(400, SAME_ID);
    sessions.delete(id);
    sessions.set(id, session); // the most recently used
    return request.method === "GET"
      ? session.listen(request, more)
      : session.handleRequest(request, more);
  }
  return {
    /**
     * Answers a request that begins, names or ends a session; what else there is is not for here. (A `GET` opens a
     * stream for what has changed; where nothing is heard of that, it is none of a session's.)
     * @param caller whose request it is: a session is its caller's alone
     */
    async answer(request: Request, more: Handed, caller = ""): Promise<Response | undefined> {
      const json = more.parsedBody;
      const id = request.headers.get("mcp-session-id");
      const { method, url } = request;
      const listens = () => updates !== undefined && new URL(url).searchParams.has("listen");
      const isOfSession = method === "DELETE" || (method === "GET" && updates !== undefined);
      const isOurs = id === null ? wantsSession(json, listens) : json !== undefined || isOfSession;
      if (!isOurs || !(await mcp.isLegacyRequest(request, json))) return undefined;
      return id === null ? begin(request, more, caller) : go(id, request, more, caller);
    },
    /** Ends the questions that are open, and lets calls go on. */
    stopAsking: () => sessions.forEach((session) => session.stopAsking()),
    close: () => Promise.all(Array.from(sessions.values(), (session) => session.close())),
  };
}
