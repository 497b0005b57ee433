/**
 * Lanes: the ways in which a host reaches the server. There are six: in memory, over stdio and over HTTP, each with
 * the 1.x client (2025-11-25), on which most installed hosts are built, and with the 2.x client (2026-07-28).
 *
 * ```ts
 * const host = await lanes["stdio-modern"]({ django_api_base: url, django_api_token: "demo-mia" });
 * await host.callTool({ name: "list_orders", arguments: {} });
 * await host.close(); // stops the server, too
 * ```
 *
 * @module
 */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyStdioTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as LegacyHttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { createMcpHandler, type Transport } from "@modelcontextprotocol/server";
import { openSubscriptions } from "../../http/subscriptions.ts";
import { acceptSubscriptions, isListening, sayHeard } from "../../json-rpc/updates.ts";
import type * as z from "zod";
import type { Fetch } from "../../shop/client.ts";
import { createServer, openShop, serveHttp, settingRows, settingsSchema } from "../../server.ts";
import { loadDialect } from "../../shop/mapping/load-dialect.ts";
import { bundledServer } from "./bundle.ts";
import { type Changes, hearInProcess, SECRET, type SendEvent, sendTo } from "./changes.ts";

/** Settings before they are parsed: those with a default may be left out. */
export type SettingsInput = z.input<typeof settingsSchema>;
/** A connected client: what the 1.x and the 2.x client have in common. */
export type Host = Pick<
  Client,
  | "callTool"
  | "complete"
  | "getInstructions"
  | "getPrompt"
  | "getServerCapabilities"
  | "getServerVersion"
  | "listPrompts"
  | "listResources"
  | "listResourceTemplates"
  | "listTools"
  | "readResource"
> & {
  close(): Promise<void>;
  /** Listens to a resource, as its era does. */
  listenTo(uri: string): Promise<unknown>;
  /** Sends the shop's event, where the server takes it. */
  sendEvent?: SendEvent | undefined;
};

const IDENTITY = { name: "tests", version: "1.0.0" };
const MODERN = { versionNegotiation: { mode: { pin: "2026-07-28" } } } as const;

/** How a host's configuration starts the program with these settings. */
const serverParameters = async (given: SettingsInput, command: string) => ({
  command,
  args: [await bundledServer()],
  stderr: "pipe" as const,
  env: Object.fromEntries(
    settingRows.flatMap(({ key, env }) => {
      const value = given[key as keyof SettingsInput];
      return value === undefined ? [] : [[env, String(value)]];
    }),
  ),
});

/** What a test may replace in a lane, or hear of it. */
export interface LaneOptions {
  /** How the server reaches Django. Memory lanes only. @default fetch */
  send?: Fetch;
  /** Makes the server. Memory lanes only. @default createServer */
  serve?: typeof createServer;
  /** Called with what the program writes to stderr. Stdio lanes only. */
  onStderr?: (text: string) => void;
  /** How the server hears of changes. @default it does not */
  changes?: Changes | undefined;
  /** Called with the address of each resource that is said to have changed. */
  onChange?: (uri: string) => void;
  /** Answers the server's questions to the user. Without it the client declares no elicitation. */
  answer?: ((question: string) => Promise<HostAnswer>) | undefined;
  /** Called with what each `tools/call` is sent with; what it returns is sent in its place. */
  onCall?: (params: CallParams) => CallParams;
}
/** An action of MCP's; or the host accepts with an empty form, or fails with a JSON-RPC error. */
type HostAnswer = "accept" | "decline" | "cancel" | "acceptByItself" | "failToAsk";
export type CallParams = Record<string, unknown> | undefined;

/** What a host says that fails to ask. A modern one says it to its model, and nothing to the server. */
export const NO_FORMS = "this host shows no forms";
const ELICITATION = { capabilities: { elicitation: {} } };
async function elicitResult(answer: NonNullable<LaneOptions["answer"]>, question: string) {
  const action = await answer(question);
  if (action === "failToAsk") throw Object.assign(new Error(NO_FORMS), { code: -32_601 });
  if (action === "decline" || action === "cancel") return { action };
  const content: Record<string, boolean> = action === "accept" ? { confirm: true } : {};
  return { action: "accept" as const, content };
}
/** Puts `onCall` between a client and its transport. */
function tapCalls<Message extends object, Rest extends unknown[]>(
  transport: { send(message: Message, ...rest: Rest): Promise<void> },
  { onCall }: LaneOptions,
): void {
  const send = transport.send.bind(transport);
  if (onCall)
    transport.send = (message, ...rest) => {
      const isCall = "method" in message && message.method === "tools/call";
      const params = "params" in message ? (message.params as CallParams) : {}; // those of MCP are objects
      return send(isCall ? { ...message, params: onCall(params) } : message, ...rest);
    };
}
type Stop = () => Promise<unknown>;
/** What stands behind a host: what stops it, and the way for the shop's events. */
interface Behind {
  stop?: Stop;
  sendEvent?: SendEvent | undefined;
}
interface Notification {
  method: string;
  params?: object | undefined;
}
const hearing =
  ({ onChange }: LaneOptions) =>
  async ({ method, params }: Notification) => {
    if (method === "notifications/resources/updated") onChange?.(Object(params).uri);
  };

/** Connects a 1.x client. */
async function connectLegacy(
  transport: Parameters<LegacyClient["connect"]>[0],
  options: LaneOptions = {},
  behind: Behind = {},
): Promise<Host> {
  const { answer } = options;
  tapCalls(transport, options);
  const client = new LegacyClient(IDENTITY, answer ? ELICITATION : {});
  client.fallbackNotificationHandler = hearing(options);
  if (answer)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) =>
      elicitResult(answer, params.message),
    );
  const callTool = (...[params, options]: Parameters<Host["callTool"]>) =>
    client.callTool(params, undefined, options);
  const listenTo = (uri: string) => client.subscribeResource({ uri });
  // The 1.x client gives the same results; its types are only less exact.
  const host = Object.assign(Object.create(client), { callTool, listenTo }) as Host;
  return closingWith(host, client.connect(transport), behind);
}
/** Connects a 2.x client. */
async function connectModern(
  transport: Parameters<Client["connect"]>[0],
  options: LaneOptions = {},
  behind: Behind = {},
): Promise<Host> {
  const { answer } = options;
  tapCalls(transport, options);
  const client = new Client(IDENTITY, { ...MODERN, ...(answer && ELICITATION) });
  client.fallbackNotificationHandler = hearing(options);
  if (answer)
    client.setRequestHandler("elicitation/create", ({ params }) =>
      elicitResult(answer, params.message),
    );
  const listenTo = (uri: string) => client.listen({ resourceSubscriptions: [uri] });
  const host: Host = Object.assign(Object.create(client) as Client, { listenTo });
  return closingWith(host, client.connect(transport), behind);
}
/** Waits for the connection; returns the client with a `close` that also stops its server. */
async function closingWith(
  client: Host,
  connecting: Promise<void>,
  { stop, sendEvent }: Behind,
): Promise<Host> {
  await connecting.catch(async (error: unknown) => {
    await stop?.();
    throw error;
  });
  const close = async () => {
    await client.close();
    await stop?.();
  };
  return Object.assign(Object.create(client) as Host, { close, sendEvent });
}

/** Opens the shop of these settings as the program does. */
async function open(given: SettingsInput, send?: LaneOptions["send"]) {
  const settings = settingsSchema.parse(given);
  const dialect = settings.shop ? await loadDialect(settings.shop) : undefined;
  return openShop(settings, { fetch: send, dialect });
}

/**
 * The SDK's own transport, but with one start for each client. With `StdioClientTransport` itself a 2.x client starts
 * the program twice: once to ask for its protocol version, since old servers exit at a question before `initialize`,
 * and again for the session. With a subclass it asks on the session's own process.
 */
class OneStartStdioTransport extends StdioClientTransport {}

async function stdioLegacy(
  given: SettingsInput,
  options: LaneOptions | undefined,
  command: string,
) {
  const transport = new LegacyStdioTransport(await serverParameters(given, command));
  transport.stderr?.on("data", (text) => options?.onStderr?.(String(text)));
  return connectLegacy(transport, options);
}
async function stdioModern(
  given: SettingsInput,
  options: LaneOptions | undefined,
  command: string,
) {
  const transport = new OneStartStdioTransport(await serverParameters(given, command));
  transport.stderr?.on("data", (text) => options?.onStderr?.(String(text)));
  return connectModern(transport, options);
}

/** A server over HTTP, and how hosts of the handshake era reach it that cannot be asked. */
async function serveOverHttp(given: SettingsInput, { changes, answer }: LaneOptions = {}) {
  const access = { webhookSecret: changes === "told" ? SECRET : undefined };
  const { url, stop } = serveHttp(await open(given), 0, { access });
  const behind = { stop, ...(changes === "told" && { sendEvent: sendTo(url) }) };
  return {
    url: new URL(url),
    behind,
    listening: new URL(changes && !answer ? `${url}?listen` : url),
  };
}

/** Each lane connects a host to a new server with these settings; closing the host stops that server. */
export const lanes = {
  async "memory-legacy"(given: SettingsInput, options: LaneOptions = {}) {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const { send, serve = createServer, changes } = options;
    const shop = await open(given, send);
    const server = serve(shop);
    const { updates, send: sendEvent } = changes ? hearInProcess(shop, changes) : {};
    if (updates) acceptSubscriptions(server, updates).open();
    await server.connect(theirs as Transport); // 1.x and 2.x transports differ in a type parameter only
    return connectLegacy(ours, options, { stop: () => server.close(), sendEvent });
  },
  async "memory-modern"(given: SettingsInput, options: LaneOptions = {}) {
    const { send, serve = createServer, changes } = options;
    const shop = await open(given, send);
    const { updates, send: sendEvent } = changes ? hearInProcess(shop, changes) : {};
    const create = () => {
      const made = serve(shop);
      if (updates) sayHeard(made);
      return made;
    };
    const handler = createMcpHandler(create);
    const subscriptions = openSubscriptions(create, { keepAliveMs: 5000 }, updates);
    const fetch = async (url: string | URL, init?: RequestInit) => {
      const request = new Request(String(url), init);
      const parsedBody = init?.method === "POST" ? await request.clone().json() : undefined;
      const answering = isListening(parsedBody) ? subscriptions : handler;
      return answering.fetch(request, { parsedBody });
    };
    const url = new URL("http://localhost/mcp");
    const transport = new StreamableHTTPClientTransport(url, { fetch });
    const stop = () => Promise.all([handler.close(), subscriptions.close()]);
    return connectModern(transport, options, { stop, sendEvent });
  },
  "stdio-legacy": (given: SettingsInput, options?: LaneOptions) =>
    stdioLegacy(given, options, process.execPath),
  "stdio-modern": (given: SettingsInput, options?: LaneOptions) =>
    stdioModern(given, options, process.execPath),
  async "http-legacy"(given: SettingsInput, options?: LaneOptions) {
    const { listening, behind } = await serveOverHttp(given, options);
    return connectLegacy(new LegacyHttpTransport(listening), options, behind);
  },
  async "http-modern"(given: SettingsInput, options?: LaneOptions) {
    const { url, behind } = await serveOverHttp(given, options);
    return connectModern(new StreamableHTTPClientTransport(url), options, behind);
  },
};
/** The stdio lanes once more, with the program under Node in place of Bun. */
const nodeLanes = {
  "node-legacy": (given: SettingsInput, options?: LaneOptions) =>
    stdioLegacy(given, options, "node"),
  "node-modern": (given: SettingsInput, options?: LaneOptions) =>
    stdioModern(given, options, "node"),
};
/** `http-legacy` once more, without elicitation: its users confirm with a code. */
const codeLanes = {
  "http-code": (given: SettingsInput, options?: LaneOptions) =>
    lanes["http-legacy"](given, { ...options, answer: undefined }),
};
/** Every lane by its name, those of other hosts included. */
export const connect = { ...lanes, ...nodeLanes, ...codeLanes };

export type Lane = keyof typeof lanes;
export type AnyLane = keyof typeof connect;
/** Whether the server can put a question to the user: where the host says that it can. */
export const canAsk = (lane: AnyLane): boolean => !Object.hasOwn(codeLanes, lane);
/** Whether the user's answer comes with the call, so that a host can send it again: not in the handshake era. */
export const sendsAnswers = (lane: AnyLane): boolean => !lane.endsWith("legacy");
export const LANES = Object.keys(lanes) as Lane[]; // the table's own keys
export const NODE_LANES = Object.keys(nodeLanes) as (keyof typeof nodeLanes)[]; // likewise
export const CODE_LANES = Object.keys(codeLanes) as (keyof typeof codeLanes)[]; // likewise
export const MEMORY_LANES = LANES.filter((lane) => lane.startsWith("memory"));
export const STDIO_LANES = LANES.filter((lane) => lane.startsWith("stdio"));
export const HTTP_LANES = LANES.filter((lane) => lane.startsWith("http"));

/** The text of a result that a model reads. */
export const textOf = (result: Awaited<ReturnType<Host["callTool"]>>): string => {
  const [first] = result.content;
  return first?.type === "text" ? first.text : "";
};
