/**
 * The clients of a story: the 1.x client (2025-11-25), on which most installed hosts are built, and the 2.x client
 * (2026-07-28), each over any transport. `lanes.ts` connects them to a server of ours, `scripts/stories/` to one of somebody
 * else.
 *
 * @module
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyStdioTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { settingRows } from "../../settings.ts";

/** Sends the shop's event of an order. */
export type SendEvent = (order_id: string) => Promise<unknown>;
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

/** How the user and the host of a story behave, and what they hear. */
export interface ClientOptions {
  /** Called with the address of each resource that is said to have changed. */
  onChange?: (uri: string) => void;
  /** Answers the server's questions to the user. Without it the client declares no elicitation. */
  answer?: ((question: string) => Promise<HostAnswer>) | undefined;
  /** Called with what each `tools/call` is sent with; what it returns is sent in its place. */
  onCall?: (params: CallParams) => CallParams;
  /** Called with what the program writes to stderr, where the client starts one. */
  onStderr?: (text: string) => void;
}
/** An action of MCP's; or the host accepts with an empty form, or fails with a JSON-RPC error. */
export type HostAnswer = "accept" | "decline" | "cancel" | "acceptByItself" | "failToAsk";
export type CallParams = Record<string, unknown> | undefined;

/** What a host says that fails to ask. A modern one says it to its model, and nothing to the server. */
export const NO_FORMS = "this host shows no forms";
const ELICITATION = { capabilities: { elicitation: {} } };
async function elicitResult(answer: NonNullable<ClientOptions["answer"]>, question: string) {
  const action = await answer(question);
  if (action === "failToAsk") throw Object.assign(new Error(NO_FORMS), { code: -32_601 });
  if (action === "decline" || action === "cancel") return { action };
  const content: Record<string, boolean> = action === "accept" ? { confirm: true } : {};
  return { action: "accept" as const, content };
}
/** Puts `onCall` between a client and its transport. */
function tapCalls<Message extends object, Rest extends unknown[]>(
  transport: { send(message: Message, ...rest: Rest): Promise<void> },
  { onCall }: ClientOptions,
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
  ({ onChange }: ClientOptions) =>
  async ({ method, params }: Notification) => {
    if (method === "notifications/resources/updated") onChange?.(Object(params).uri);
  };

/** Connects a 1.x client. */
export async function connectLegacy(
  transport: Parameters<LegacyClient["connect"]>[0],
  options: ClientOptions = {},
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
export async function connectModern(
  transport: Parameters<Client["connect"]>[0],
  options: ClientOptions = {},
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

/**
 * The SDK's own transport, but with one start for each client. With `StdioClientTransport` itself a 2.x client starts
 * the program twice: once to ask for its protocol version, since old servers exit at a question before `initialize`,
 * and again for the session. With a subclass it asks on the session's own process.
 */
class OneStartStdioTransport extends StdioClientTransport {}

/** How a program is started that speaks over stdio. */
export interface Program {
  command: string;
  args: string[];
  env: Record<string, string>;
}
/** The variables by which a program is given these settings. */
export const environmentOf = (given: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    settingRows.flatMap(({ key, env }) =>
      given[key] === undefined ? [] : [[env, String(given[key])]],
    ),
  );
/** Starts a program for a 1.x client. */
export async function startLegacy(program: Program, options: ClientOptions = {}): Promise<Host> {
  const transport = new LegacyStdioTransport({ ...program, stderr: "pipe" });
  transport.stderr?.on("data", (text) => options.onStderr?.(String(text)));
  return connectLegacy(transport, options);
}
/** Starts a program for a 2.x client. */
export async function startModern(program: Program, options: ClientOptions = {}): Promise<Host> {
  const transport = new OneStartStdioTransport({ ...program, stderr: "pipe" });
  transport.stderr?.on("data", (text) => options.onStderr?.(String(text)));
  return connectModern(transport, options);
}

/** Whether the server can put a question to the user: where the host says that it can. */
export const canAsk = (lane: string): boolean => !lane.endsWith("-code");
/** Whether the user's answer comes with the call, so that a host can send it again: not in the handshake era. */
export const sendsAnswers = (lane: string): boolean => !lane.endsWith("legacy");
/** The text of a result that a model reads. */
export const textOf = (result: Awaited<ReturnType<Host["callTool"]>>): string => {
  const [first] = result.content;
  return first?.type === "text" ? first.text : "";
};
