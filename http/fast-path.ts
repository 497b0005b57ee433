/**
 * A short cut for plain `tools/call` and `tools/list`, of both protocol eras. The SDK makes a server for each request,
 * and checks message, envelope and result by schemas; that costs more than all else that a call takes. What is exactly
 * plain is answered here, in the same bytes. Whatever is unusual, broken or not, is the SDK's, which stays the judge.
 * tests/fast-path/ compares the two on every request of the stories, and on 10,000 others.
 *
 * @module
 */
import { EVENT_STREAM } from "./event-stream.ts";
import {
  envelope,
  extras,
  fits,
  type Id,
  isComplete,
  LEGACY,
  type Message,
  messageWith,
  MODERN,
} from "./plain-message.ts";
import { answerWithProgress, eventOf, type Tell } from "./progress-stream.ts";

/** What can be answered here. */
export interface Plain {
  /** The server's name and version. */
  identity: object;
  /** Of tools that change nothing, and so ask nobody. Without `json`, the text says why there is no result. */
  calls: Map<string, Call>;
}
type Call = (given: unknown, signal: AbortSignal, message: Message, tell?: Tell) => Promise<Called>;
type Called = { text: string; json?: string | undefined };
/** A `POST` of JSON; its headers by names in small letters. */
interface Received {
  headers: Record<string, string>;
  json: unknown;
  signal: AbortSignal;
  /** The caller's own, where there are several callers. */
  calls?: Plain["calls"] | undefined;
}
type AskSdk = () => Promise<Response>;

/** An era's answer is `before`, a result, `after`, the id, `end`. */
const legacy = {
  message: messageWith(extras),
  headers: new Headers(EVENT_STREAM),
  before: 'event: message\ndata: {"result":',
  after: "}",
  end: "}\n\n",
};
type Era = typeof legacy;
const tail = ({ end }: Era, id: Id) => `,"jsonrpc":"2.0","id":${JSON.stringify(id)}${end}`;

/**
 * Knows how a plain call is answered in each era.
 *
 * @param plain the calls, and what the server says of itself
 * @returns answers a request; undefined where it is not plain, and the SDK has to answer
 */
export function openFastPath({ calls, identity }: Plain) {
  const meta = JSON.stringify({ "io.modelcontextprotocol/serverInfo": identity });
  const modern: Era = {
    message: messageWith({ ...envelope, ...extras }),
    headers: new Headers({ "Content-Type": "application/json" }),
    before: '{"result":',
    after: `,"resultType":"complete","_meta":${meta}}`,
    end: "}",
  };
  const eras = new Map([...LEGACY, ""].map((version) => [version, legacy])).set(MODERN, modern);
  const lists = new Map<Era, string>(); // up to the id, as the SDK wrote them

  async function list(era: Era, id: Id, askSdk: AskSdk): Promise<Response> {
    const known = lists.get(era);
    if (known !== undefined) return new Response(known + tail(era, id), era);
    const response = await askSdk();
    const [body, end] = [await response.clone().text(), tail(era, id)];
    if (response.ok && body.endsWith(end)) lists.set(era, body.slice(0, -end.length));
    return response;
  }
  /** The body of the answer to a call. */
  async function bodyOf(era: Era, id: Id, calling: Promise<Called>): Promise<string> {
    const { text, json } = await calling;
    const rest = json === undefined ? '"isError":true' : `"structuredContent":${json}`;
    const result = `{"content":[{"type":"text","text":${JSON.stringify(text)}}],${rest}`;
    return era.before + result + era.after + tail(era, id);
  }
  /** Answers what is plain. The SDK is asked once in each era, for its list of tools. */
  return (
    { headers, json, signal, calls: own = calls }: Received,
    askSdk: AskSdk,
  ): Promise<Response> | undefined => {
    const { accept = "", "mcp-protocol-version": version = "" } = headers;
    const era = eras.get(version);
    const accepts = accept.includes("application/json") && accept.includes("text/event-stream");
    if (!era || !accepts || "mcp-session-id" in headers || signal.aborted) return undefined;
    const message = fits(json, era.message) ? (json as Message) : {}; // the shape is a message's
    const { jsonrpc, id, method, params = {} } = message;
    if (jsonrpc !== "2.0" || id === undefined) return undefined;
    if (era === modern && !isComplete(message, headers)) return undefined;
    if (method === "tools/list") return list(era, id, askSdk);
    const begin = method === "tools/call" ? own.get(params.name ?? "") : undefined;
    if (!begin) return undefined;
    const { progressToken } = params._meta ?? {};
    const plain = (body: string) => new Response(body, era);
    if (progressToken === undefined)
      return bodyOf(era, id, begin(params.arguments, signal, message)).then(plain);
    const call = (tell: Tell, gone: AbortSignal) => {
      const ends = AbortSignal.any([signal, gone]);
      return bodyOf(era, id, begin(params.arguments, ends, message, tell));
    };
    const event = (body: string) => (era === modern ? eventOf(body) : body); // which is one
    return answerWithProgress(progressToken, call, { plain, event });
  };
}
