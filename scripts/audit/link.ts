/**
 * How the audit speaks: messages to an HTTP endpoint, or to a child over stdio. JSON-RPC is written by hand, since no
 * client library sends what a probe has to. Requests, bytes and time are bounded, and no address is asked but the given.
 *
 * @module
 */
import { type Message, messagesIn, Skipped } from "../../tests/cve/target.ts";

export const MOST_REQUESTS = 2000;
export const MOST_BYTES = 8 * 1024 * 1024; // of one answer
const MOST_LEVELS = 200;
export const MOST_SECONDS = 180;

/** Nobody answers, or not in time. */
export class Unanswered extends Error {}

export interface Reply {
  /** Of HTTP; 200 over stdio. */
  status: number;
  headers: Headers;
  messages: Message[];
  /** The one that answers the request. */
  answer?: Message | undefined;
  text: string;
}
export interface ExchangeOptions {
  headers?: Record<string, string>;
  method?: string;
  /** @default the one that was given; null sends none */
  token?: string | null;
  /** Answers what the server asks while it works: the `result` for a request. */
  respond?: ((request: ServerRequest) => object) | undefined;
  /** Closes the connection once the request is sent, as a host does that dies. */
  isCut?: boolean;
  /** Gives up after this many ms. @default 15,000 */
  patience?: number;
}
export interface ServerRequest {
  id: unknown;
  method: string;
  params: Record<string, unknown>;
}
/** A connection to one server. */
export interface Link {
  kind: "http" | "stdio";
  /** Of the endpoint, or the command. */
  name: string;
  url?: string;
  token?: string | undefined;
  /** Sends a message, or a body as it stands. @throws {Unanswered} @throws {Skipped} where the audit may not go on */
  exchange(body: unknown, options?: ExchangeOptions): Promise<Reply>;
  /** `fetch` within the bounds of this audit. */
  fetch: typeof fetch;
  /** How many requests were sent. */
  readonly requests: number;
  close(): Promise<void>;
}
const PATIENCE_MS = 15_000;
const isRequest = (message: object): message is ServerRequest =>
  "method" in message && "id" in message && message.id !== undefined;
/** The id that an answer has to have; null where a body is none that has one. */
function idOf(body: unknown): unknown {
  if (typeof body !== "string") return Object(body).id;
  try {
    return Object(JSON.parse(body)).id ?? null;
  } catch {
    return null;
  }
}

/** Counts what is sent, and ends it where the bounds are met. */
function openBounds() {
  const ends = AbortSignal.timeout(MOST_SECONDS * 1000);
  let requests = 0;
  return {
    ends,
    get requests() {
      return requests;
    },
    /** @throws {Skipped} */
    count() {
      if (++requests > MOST_REQUESTS)
        throw new Skipped(`the audit has sent its ${MOST_REQUESTS} requests`);
      if (ends.aborted) throw new Skipped(`the audit has taken its ${MOST_SECONDS} seconds`);
    },
  };
}

const tooLong = () => new Unanswered(`an answer is longer than ${MOST_BYTES} bytes`);
/** A response whose body ends with an error where it is too long, whoever reads it. */
function bounded(response: Response): Response {
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw tooLong();
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers, body } = response;
  return body
    ? new Response(body.pipeThrough(counting), { status, statusText, headers })
    : response;
}
/** Reads a body to its end, or until `isEnough` says so. */
async function readBody(response: Response, isEnough: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  if (!response.body) return text;
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (isEnough(text)) break;
  }
  return text;
}
/** @throws {Unanswered} where brackets stand in brackets deeper than anything that walks through them can go */
function checkDepth(text: string): void {
  let [depth, isQuoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (isQuoted && sign === "\\") at++;
    else if (sign === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    if (depth > MOST_LEVELS) throw new Unanswered(`an answer is deeper than ${MOST_LEVELS} levels`);
  }
}

const REASONS: Record<string, string> = {
  ConnectionRefused: "nothing listens there",
  ECONNREFUSED: "nothing listens there",
  FailedToOpenSocket: "it cannot be reached",
  ENOTFOUND: "its name is not known",
  ECONNRESET: "the connection was closed before an answer came",
  ConnectionClosed: "the connection was closed before an answer came",
  TimeoutError: "no answer came in time",
};
/** Why no answer came. The runtime's own sentences are advice for whoever wrote this program. */
function explain(error: unknown): string {
  const { code, name } = Object(error);
  return REASONS[code] ?? REASONS[name] ?? `the request failed (${code ?? name})`;
}

/**
 * Speaks to an endpoint over HTTP. Redirects are not followed.
 *
 * @param url of the endpoint
 * @param token sent as Bearer
 */
export function openHttpLink(url: string, token?: string): Link {
  const bounds = openBounds();
  const { origin } = new URL(url);
  const fetchBounded = (async (input: string | URL | Request, init: RequestInit = {}) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    if (asked.origin !== origin) throw new Skipped(`it names ${asked.origin}, which is not asked`);
    bounds.count();
    const signal = AbortSignal.any([bounds.ends, ...(init.signal ? [init.signal] : [])]);
    const response = await fetch(input, { ...init, signal, redirect: "manual" });
    if (response.status === 429)
      throw new Skipped("it limits how often it is asked (HTTP 429): audit it again later");
    return bounded(response);
  }) as typeof fetch; // `preconnect` is not used
  async function exchange(body: unknown, options: ExchangeOptions = {}): Promise<Reply> {
    const { method = "POST", respond, isCut, patience = PATIENCE_MS } = options;
    const bearer = options.token === undefined ? token : options.token;
    const cut = new AbortController();
    try {
      const response = await fetchBounded(url, {
        method,
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, text/event-stream",
          ...(bearer && { Authorization: `Bearer ${bearer}` }),
          ...options.headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
        signal: AbortSignal.any([AbortSignal.timeout(patience), cut.signal]),
      });
      const { status, headers } = response;
      const isStream = headers.get("content-type")?.includes("text/event-stream") ?? false;
      if (isCut || (isStream && method === "GET")) {
        cut.abort();
        return { status, headers, messages: [], text: "" };
      }
      const answered = new Set<unknown>();
      const text = await readBody(response, (text) => {
        if (!isStream) return false;
        const messages = messagesIn(text.slice(0, text.lastIndexOf("\n") + 1));
        for (const message of messages)
          if (respond && isRequest(message) && !answered.has(message.id)) {
            answered.add(message.id);
            const reply = { jsonrpc: "2.0", id: message.id, result: respond(message) };
            void exchange(reply, { headers: options.headers ?? {} }).catch(() => {});
          }
        return findAnswer(messages, body) !== undefined;
      });
      if (isStream) cut.abort();
      checkDepth(text);
      const messages = messagesIn(text);
      return { status, headers, messages, text, answer: findAnswer(messages, body) };
    } catch (error) {
      if (error instanceof Unanswered || error instanceof Skipped) throw error;
      throw new Unanswered(explain(error));
    }
  }
  return {
    kind: "http",
    name: url,
    url,
    token,
    exchange,
    fetch: fetchBounded,
    get requests() {
      return bounds.requests;
    },
    close: async () => {},
  };
}
const findAnswer = (messages: Message[], body: unknown): Message | undefined =>
  messages.find(
    (message) =>
      (message.result !== undefined || message.error !== undefined) &&
      (message.id === idOf(body) || typeof body === "string"),
  );

/** Starts a command and speaks to it by lines. What it says on stderr is not shown. @throws {Unanswered} */
export function openStdioLink(command: string[]): Link {
  const bounds = openBounds();
  const stdio = { stdin: "pipe", stdout: "pipe", stderr: "ignore" } as const;
  const child = start();
  function start() {
    try {
      return Bun.spawn(command, stdio);
    } catch {
      throw new Unanswered(`${command[0]} cannot be started`);
    }
  }
  type Waiting = { id: unknown; options: ExchangeOptions; resolve: (message: Message) => void };
  const waiting = new Set<Waiting>();
  let isTooLong = false;
  const gone = child.exited.then((code) => {
    throw isTooLong ? tooLong() : new Unanswered(`the command has ended with ${code}`);
  });
  gone.catch(() => {});
  function write(line: string): void {
    try {
      child.stdin.write(`${line}\n`);
      void Promise.resolve(child.stdin.flush()).catch(() => {}); // `gone` says that it ended
    } catch {}
  }
  const heard = (message: Message & Partial<ServerRequest>) => {
    for (const one of waiting) {
      const { respond } = one.options;
      if (isRequest(message) && respond)
        write(JSON.stringify({ jsonrpc: "2.0", id: message.id, result: respond(message) }));
      else if (message.id === one.id && !isRequest(message)) one.resolve(message);
    }
  };
  void (async () => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      isTooLong = [rest, ...lines].some((line) => line.length > MOST_BYTES);
      if (isTooLong) return child.kill("SIGKILL");
      for (const line of lines) messagesIn(line).forEach(heard);
    }
  })();
  async function exchange(body: unknown, options: ExchangeOptions = {}): Promise<Reply> {
    bounds.count();
    const { patience = PATIENCE_MS } = options;
    const line = typeof body === "string" ? body : JSON.stringify(body);
    const id = idOf(body);
    const nothing = { status: 200, headers: new Headers(), messages: [], text: "" };
    if (id === undefined) {
      write(line);
      return nothing;
    }
    let entry: Waiting | undefined;
    const late = AbortSignal.any([AbortSignal.timeout(patience), bounds.ends]);
    try {
      const message = await Promise.race([
        gone,
        new Promise<Message>((resolve, reject) => {
          entry = {
            id,
            options,
            resolve(message) {
              try {
                checkDepth(JSON.stringify(message));
                resolve(message);
              } catch {
                reject(new Unanswered(`an answer is deeper than ${MOST_LEVELS} levels`));
              }
            },
          };
          waiting.add(entry);
          late.addEventListener("abort", () => reject(new Unanswered("no answer in time")));
          write(line);
        }),
      ]);
      return { ...nothing, messages: [message], answer: message, text: JSON.stringify(message) };
    } finally {
      if (entry) waiting.delete(entry);
    }
  }
  return {
    kind: "stdio",
    name: command.join(" "),
    exchange,
    fetch: (() => {
      throw new Unanswered("it is spoken to over stdio");
    }) as unknown as typeof fetch, // which only probes of HTTP call
    get requests() {
      return bounds.requests;
    },
    async close() {
      await child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await child.exited;
      clearTimeout(timer);
    },
  };
}
