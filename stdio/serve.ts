/**
 * Serves stdio, a line for each message. It is given a server to serve, and knows no tool.
 *
 * The SDK's own transport says nothing of what it cannot read, and drops the calls under way when stdin ends. This
 * one answers each line with JSON-RPC, and closes once all that it has read is answered.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio
 * @module
 */
import { Console } from "node:console";
import * as mcp from "@modelcontextprotocol/server";
import * as sdk from "@modelcontextprotocol/server/stdio";
import { readJson, readMessage, Refusal } from "../json-rpc/read.ts";
import { acceptSubscriptions, sayHeard, type Updates } from "../json-rpc/updates.ts";
import { TYPED } from "./by-hand.ts";
import { openAll, type Opening } from "./first-answers.ts";
import { openListening } from "./listening.ts";

const MAX_LINE = 10 * 1024 * 1024; // bytes, as the SDK's clients
const MAX_TURN_MS = 10; // of reading, before others have theirs

const write = process.stdout.write.bind(process.stdout);
/** Sends to stderr whatever else is printed from now on: stdout belongs to the protocol. */
export function reserveStdout(): void {
  const toStderr = { write: process.stderr.write.bind(process.stderr) }; // of Bun's console, too
  Object.assign(process.stdout, toStderr);
  Object.assign(console, new Console(process.stderr), toStderr);
}

/** The lines of a stream; the last one may lack its end. @throws {Error} for a line that is too long */
async function* readLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const { buffer, byteOffset, byteLength } of input) {
    const chunk = Buffer.from(buffer, byteOffset, byteLength);
    let start = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString();
      [parts, size, start] = [[], 0, end + 1];
    }
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_LINE) throw new Error("A line on stdin exceeds 10 MB, so nothing more is read.");
  }
  yield Buffer.concat(parts).toString();
}

/** A host that frames its messages as in LSP writes such a line before each. */
function refuseHeader(): never {
  throw new Refusal(
    mcp.ProtocolErrorCode.ParseError,
    "A message is one line of JSON, without headers such as Content-Length: this is MCP over stdio, not LSP.",
  );
}

class Transport implements mcp.Transport {
  onmessage?: mcp.Transport["onmessage"];
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** Requests of the host that it still waits for. */
  readonly #unanswered = new Set<unknown>();
  /** Requests of this server that the host has not answered. */
  readonly #asked = new Set<mcp.RequestId>();
  /** Requests that the host was answered before this began; the server hears them, and what it says is left out. */
  readonly #said = new Set<unknown>();
  #isCaughtUp = () => {};
  #isEnded = false;
  #failure: Error | undefined;

  /**
   * @param onEnd stdin has ended, or has a line that is too long, and all that it held is answered
   * @param listening where there is anything to be heard, in the modern era
   * @param isTyped whether stdin is a terminal
   */
  constructor(
    readonly opening: Opening,
    readonly onEnd: (failure?: Error) => void,
    readonly listening: () => Listening | undefined,
    readonly isTyped: boolean,
  ) {}
  async start(): Promise<void> {
    process.stdout.once("error", () => this.onEnd()); // the host is gone
    void this.#read().then(
      () => this.#end(),
      (error: Error) => this.#end(error),
    );
  }
  async close(): Promise<void> {
    this.onclose?.();
  }
  /** Reads nothing more, as if stdin had ended. */
  stop(): void {
    this.#end();
    this.opening.stop();
  }
  async send(message: mcp.JSONRPCMessage): Promise<void> {
    const isRequest = "method" in message && "id" in message;
    if (isRequest && this.#isEnded) return this.#closeQuestion(message.id);
    if (isRequest) this.#asked.add(message.id);
    const isSaid = !isRequest && "id" in message && this.#said.delete(message.id);
    if (!isSaid)
      await new Promise<void>((written) => write(mcp.serializeMessage(message), () => written()));
    if (!("method" in message)) this.#settle(message.id);
    if (!("method" in message) && message.id !== undefined) this.listening()?.end(message.id);
    if (isSaid && this.#said.size === 0) this.#isCaughtUp();
  }

  /** Brings the server to where the host is. */
  async #catchUp(): Promise<void> {
    const caughtUp = new Promise<void>((resolve) => (this.#isCaughtUp = resolve));
    for (const line of this.opening.answered) {
      const { id } = JSON.parse(line);
      if (id !== undefined) this.#said.add(id);
      this.#receive(line);
    }
    if (this.#said.size > 0) await caughtUp;
  }
  async #read(): Promise<void> {
    await this.#catchUp();
    let turn = performance.now();
    for await (const line of readLines(this.opening.input)) {
      if (line.trim()) this.#receive(line);
      if (performance.now() - turn < MAX_TURN_MS) continue;
      await new Promise((next) => setImmediate(next));
      turn = performance.now();
    }
  }
  #end(failure?: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    for (const id of this.#asked) this.#closeQuestion(id);
    this.listening()?.close();
    this.#settle(undefined);
  }
  #settle(id: unknown): void {
    this.#unanswered.delete(id);
    if (this.#isEnded && this.#unanswered.size === 0) this.onEnd(this.#failure);
  }
  /** Nobody is there to answer. */
  #closeQuestion(id: mcp.RequestId): void {
    const error = { code: -32_000, message: "stdin has ended" };
    queueMicrotask(() => this.onmessage?.({ jsonrpc: "2.0", id, error }));
  }

  #receive(line: string): void {
    if (/^Content-Length:/i.test(line)) return this.#refusing(refuseHeader);
    if (this.isTyped && !/^\s*[[{]/.test(line)) return console.error(TYPED);
    this.#refusing(() => {
      const json = readJson(line);
      const messages: unknown[] = Array.isArray(json) ? json : [json];
      for (const message of messages) this.#refusing(() => this.#deliver(readMessage(message)));
    });
  }
  /** Does this; what is refused is answered so. */
  #refusing(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      write(`${JSON.stringify(error)}\n`);
    }
  }
  #deliver(message: mcp.JSONRPCMessage): void {
    if (!("method" in message)) this.#asked.delete(message.id ?? "");
    else if ("id" in message && message.method !== "subscriptions/listen")
      this.#unanswered.add(message.id); // a subscription is answered when it ends
    else if (message.method === "notifications/cancelled")
      this.#cancel(message.params?.["requestId"]);
    const listening = this.listening();
    if (listening?.concerns(message)) void this.#admit(message, listening);
    else this.onmessage?.(message);
  }
  /** The host waits for this no longer, and it is never answered. */
  #cancel(id: unknown): void {
    if (typeof id === "string" || typeof id === "number") this.listening()?.end(id);
    this.#settle(id);
  }
  /** Hands on a request to listen, once it is known to what. */
  async #admit(message: mcp.JSONRPCRequest, listening: Listening): Promise<void> {
    this.#unanswered.add(message.id);
    await listening.admitted(message).then(
      (admitted) => admitted && this.onmessage?.(admitted),
      (error: unknown) =>
        this.#refusing(() => {
          throw error;
        }),
    );
    this.#settle(message.id);
  }
}
type Listening = ReturnType<typeof openListening>;

/** Servers for one host, who hears of changes if there are updates; and what the host listens to in the modern era. */
export function makeHeard(createServer: () => mcp.McpServer, updates: Updates | undefined) {
  let modern: mcp.McpServer | undefined;
  let era: mcp.ProtocolEra | undefined;
  const tell = (uri: string) => void modern?.server.sendResourceUpdated({ uri }).catch(() => {}); // the host is gone
  const listening = updates && openListening(updates, tell);
  return {
    create(context: { era: mcp.ProtocolEra }): mcp.McpServer {
      ({ era } = context);
      const made = createServer();
      if (updates && era === "legacy") acceptSubscriptions(made, updates).open();
      if (updates && era === "modern") sayHeard((modern = made));
      return made;
    },
    listening: () => (era === "legacy" ? undefined : listening),
  };
}

export interface StdioOptions {
  /** Ends it as the end of stdin does. @default nothing else does */
  stopped?: AbortSignal | undefined;
  /** What the host was answered already. @default nothing */
  opening?: Opening | undefined;
  /** What can be heard of resources. @default nothing */
  updates?: Updates | undefined;
  /** Whether a person may type here, who is answered in words. @default false */
  isTyped?: boolean;
}
/**
 * Serves the host on stdin and stdout, in both protocol eras.
 * @returns when stdin has ended and what it held is answered
 * @throws {Error} in one line, for what cannot be read
 */
export function serveStdio(
  createServer: () => mcp.McpServer,
  { stopped, opening = openAll(), updates, isTyped = false }: StdioOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (failure?: Error) =>
      void handle.close().then(() => (failure ? reject(failure) : resolve()));
    const { create, listening } = makeHeard(createServer, updates);
    const transport = new Transport(opening, end, listening, isTyped);
    const handle = sdk.serveStdio(create, { transport });
    stopped?.addEventListener("abort", () => transport.stop());
  });
}
