/**
 * The six ways in which a host reaches the server: in memory, over stdio and over HTTP, each with the 1.x
 * client (2025-11-25), on which most installed hosts are built, and with the 2.x client (2026-07-28).
 */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyStdioTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as LegacyHttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { createMcpHandler, type Transport } from "@modelcontextprotocol/server";
import type * as z from "zod";
import type { Fetch } from "../../shop/client.ts";
import { createServer, openShop, serveHttp, settingRows, settingsSchema } from "../../server.ts";
import { loadDialect } from "../../shop/mapping/load-dialect.ts";

/** Settings as a person gives them: texts, numbers and switches, defaults left out. */
export type Given = z.input<typeof settingsSchema>;
/** What a test does with a client; both generations can. */
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
> & { close(): Promise<void> };

const IDENTITY = { name: "tests", version: "1.0.0" };
const MODERN = { versionNegotiation: { mode: { pin: "2026-07-28" } } } as const;
const program = new URL("../../server.ts", import.meta.url).pathname;

/** What starts the program with these settings, as a host's configuration would. */
const childOf = (given: Given) => ({
  command: process.execPath,
  args: [program],
  stderr: "pipe" as const,
  env: Object.fromEntries(
    settingRows.flatMap(({ key, env }) => {
      const value = given[key as keyof Given];
      return value === undefined ? [] : [[env, String(value)]];
    }),
  ),
});

/** What a test may hold of a lane. */
export interface Hold {
  /** How the server reaches Django; only the lanes in memory can be held by it. */
  send?: Fetch;
  /** Another server in place of ours; only the lanes in memory can be given one. */
  serve?: typeof createServer;
  /** Is told what a program says on stderr; only the lanes over stdio have one. */
  said?: (words: string) => void;
  /** Is told of every notification that no call has asked for. */
  notified?: (method: string) => void;
  /** Answers the questions that the server puts to the person. Without it the client says that nobody can be asked. */
  answer?: (question: string) => Promise<"accept" | "decline" | "cancel">;
}

const asks = { capabilities: { elicitation: {} } };
async function answered(answer: NonNullable<Hold["answer"]>, question: string) {
  const action = await answer(question);
  return action === "accept" ? { action, content: {} } : { action };
}
type Stop = () => Promise<unknown>;
const nothing: Stop = async () => undefined;

async function legacy(
  transport: Parameters<LegacyClient["connect"]>[0],
  { answer, notified }: Hold = {},
  stop = nothing,
): Promise<Host> {
  const client = new LegacyClient(IDENTITY, answer ? asks : {});
  client.fallbackNotificationHandler = async ({ method }) => notified?.(method);
  if (answer)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => answered(answer, params.message));
  const callTool = (...[params, options]: Parameters<Host["callTool"]>) =>
    client.callTool(params, undefined, options);
  // The 1.x client answers the calls of `Host` with the same results; only its types say less.
  const host = Object.assign(Object.create(client), { callTool }) as Host;
  return connected(host, client.connect(transport), stop);
}
async function modern(
  transport: Parameters<Client["connect"]>[0],
  { answer, notified }: Hold = {},
  stop = nothing,
): Promise<Host> {
  const client = new Client(IDENTITY, { ...MODERN, ...(answer && asks) });
  client.fallbackNotificationHandler = async ({ method }) => notified?.(method);
  if (answer)
    client.setRequestHandler("elicitation/create", ({ params }) =>
      answered(answer, params.message),
    );
  return connected(client, client.connect(transport), stop);
}
/** The client with a `close` that also stops its server. */
async function connected(client: Host, connecting: Promise<void>, stop: Stop): Promise<Host> {
  await connecting.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const close = async () => {
    await client.close();
    await stop();
  };
  return Object.assign(Object.create(client) as Host, { close });
}

/** The shop of these settings, as the program opens it. */
async function opened(given: Given, send?: Hold["send"]) {
  const settings = settingsSchema.parse(given);
  const dialect = settings.shop ? await loadDialect(settings.shop) : undefined;
  return openShop(settings, { fetch: send, dialect });
}

/** Each lane connects a host to a server with these settings; closing the host stops that server. */
export const lanes = {
  async "memory-legacy"(given: Given, hold?: Hold) {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const { send, serve = createServer } = hold ?? {};
    const server = serve(await opened(given, send));
    await server.connect(theirs as Transport); // 1.x and 2.x transports differ in a type parameter only
    return legacy(ours, hold, () => server.close());
  },
  async "memory-modern"(given: Given, hold?: Hold) {
    const { send, serve = createServer } = hold ?? {};
    const shop = await opened(given, send);
    const handler = createMcpHandler(() => serve(shop));
    const fetch = (url: string | URL, init?: RequestInit) =>
      handler.fetch(new Request(String(url), init));
    const url = new URL("http://localhost/mcp");
    return modern(new StreamableHTTPClientTransport(url, { fetch }), hold, () => handler.close());
  },
  "stdio-legacy"(given: Given, hold?: Hold) {
    const transport = new LegacyStdioTransport(childOf(given));
    transport.stderr?.on("data", (words) => hold?.said?.(String(words)));
    return legacy(transport, hold);
  },
  "stdio-modern"(given: Given, hold?: Hold) {
    const transport = new StdioClientTransport(childOf(given));
    transport.stderr?.on("data", (words) => hold?.said?.(String(words)));
    return modern(transport, hold);
  },
  async "http-legacy"(given: Given, hold?: Hold) {
    const { url, stop } = serveHttp(await opened(given), 0);
    return legacy(new LegacyHttpTransport(new URL(url)), hold, stop);
  },
  async "http-modern"(given: Given, hold?: Hold) {
    const { url, stop } = serveHttp(await opened(given), 0);
    return modern(new StreamableHTTPClientTransport(new URL(url)), hold, stop);
  },
};
export type Lane = keyof typeof lanes;
/** Whether a server has a way to ask the person: stateless HTTP of 2025-11-25 leads only from host to server. */
export const canAsk = (lane: Lane): boolean => lane !== "http-legacy";
export const LANES = Object.keys(lanes) as Lane[]; // the table's own keys
export const MEMORY_LANES = LANES.filter((lane) => lane.startsWith("memory"));
export const WIRE_LANES = LANES.filter((lane) => !lane.startsWith("memory"));

/** What a model reads of a result: its first text. */
export const textOf = (result: Awaited<ReturnType<Host["callTool"]>>): string => {
  const [first] = result.content;
  return first?.type === "text" ? first.text : "";
};
