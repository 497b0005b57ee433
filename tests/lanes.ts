/**
 * The six ways in which a host reaches the server: in memory, over stdio and over HTTP, each with the 1.x
 * client (2025-11-25), on which most installed hosts are built, and with the 2.x client (2026-07-28).
 */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyStdioTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as LegacyHttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { createMcpHandler, type Transport } from "@modelcontextprotocol/server";
import type * as z from "zod";
import { createServer, openShop, serveHttp, settingRows, settingsSchema } from "../server.ts";

/** Settings as a person gives them: texts, numbers and switches, defaults left out. */
export type Given = z.input<typeof settingsSchema>;
/** What a test does with a client; both generations can. */
export type Host = Pick<
  Client,
  | "callTool"
  | "complete"
  | "getInstructions"
  | "getPrompt"
  | "getServerVersion"
  | "listPrompts"
  | "listResources"
  | "listResourceTemplates"
  | "listTools"
  | "readResource"
> & { close(): Promise<void> };

const IDENTITY = { name: "tests", version: "1.0.0" };
const MODERN = { versionNegotiation: { mode: { pin: "2026-07-28" } } } as const;
const program = new URL("../server.ts", import.meta.url).pathname;

/** What starts the program with these settings, as a host's configuration would. */
const childOf = (given: Given) => ({
  command: process.execPath,
  args: [program],
  stderr: "ignore" as const,
  env: Object.fromEntries(
    settingRows.flatMap(({ key, env }) => {
      const value = given[key as keyof Given];
      return value === undefined ? [] : [[env, String(value)]];
    }),
  ),
});

async function legacy(
  transport: Parameters<LegacyClient["connect"]>[0],
  after: () => Promise<unknown> = async () => undefined,
) {
  const client = new LegacyClient(IDENTITY);
  await client.connect(transport);
  const close = async () => {
    await client.close();
    await after();
  };
  // The 1.x client answers the calls of `Host` with the same results; only its types say less.
  return Object.assign(Object.create(client) as unknown as Host, { close });
}
async function modern(
  transport: Parameters<Client["connect"]>[0],
  after: () => Promise<unknown> = async () => undefined,
) {
  const client = new Client(IDENTITY, MODERN);
  await client.connect(transport);
  const close = async () => {
    await client.close();
    await after();
  };
  return Object.assign(Object.create(client) as Host, { close });
}

/** Each lane connects a host to a server with these settings; closing the host stops that server. */
export const lanes = {
  async "memory-legacy"(given: Given) {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const server = createServer(openShop(settingsSchema.parse(given)));
    await server.connect(theirs as Transport); // 1.x and 2.x transports differ in a type parameter only
    return legacy(ours, () => server.close());
  },
  async "memory-modern"(given: Given) {
    const shop = openShop(settingsSchema.parse(given));
    const handler = createMcpHandler(() => createServer(shop));
    const fetch = (url: string | URL, init?: RequestInit) =>
      handler.fetch(new Request(String(url), init));
    const url = new URL("http://localhost/mcp");
    return modern(new StreamableHTTPClientTransport(url, { fetch }), () => handler.close());
  },
  "stdio-legacy": (given: Given) => legacy(new LegacyStdioTransport(childOf(given))),
  "stdio-modern": (given: Given) => modern(new StdioClientTransport(childOf(given))),
  async "http-legacy"(given: Given) {
    const { url, stop } = serveHttp(openShop(settingsSchema.parse(given)), 0);
    return legacy(new LegacyHttpTransport(new URL(url)), stop);
  },
  async "http-modern"(given: Given) {
    const { url, stop } = serveHttp(openShop(settingsSchema.parse(given)), 0);
    return modern(new StreamableHTTPClientTransport(new URL(url)), stop);
  },
};
export type Lane = keyof typeof lanes;
export const LANES = Object.keys(lanes) as Lane[]; // the table's own keys

/** What a model reads of a result: its first text. */
export const textOf = (result: Awaited<ReturnType<Host["callTool"]>>): string => {
  const [first] = result.content;
  return first?.type === "text" ? first.text : "";
};
