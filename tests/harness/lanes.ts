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
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { StreamableHTTPClientTransport as LegacyHttpTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { createMcpHandler, type Transport } from "@modelcontextprotocol/server";
import { openSubscriptions } from "../../http/subscriptions.ts";
import { acceptSubscriptions, isListening, sayHeard } from "../../json-rpc/updates.ts";
import type * as z from "zod";
import type { Fetch } from "../../shop/client.ts";
import { createServer, openShop, serveHttp, settingsSchema } from "../../server.ts";
import { loadDialect } from "../../shop/mapping/load-dialect.ts";
import { bundledServer } from "./bundle.ts";
import { type Changes, hearInProcess, SECRET, sendTo } from "./changes.ts";
import {
  type ClientOptions,
  connectLegacy,
  connectModern,
  environmentOf,
  startLegacy,
  startModern,
} from "./clients.ts";

export { type CallParams, canAsk, type Host, NO_FORMS, sendsAnswers, textOf } from "./clients.ts";

/** Settings before they are parsed: those with a default may be left out. */
export type SettingsInput = z.input<typeof settingsSchema>;
/** What a test may replace in a lane, or hear of it. */
export interface LaneOptions extends ClientOptions {
  /** How the server reaches Django. Memory lanes only. @default fetch */
  send?: Fetch;
  /** Makes the server. Memory lanes only. @default createServer */
  serve?: typeof createServer;
  /** How the server hears of changes. @default it does not */
  changes?: Changes | undefined;
}

/** How a host's configuration starts the program with these settings. */
const programOf = async (given: SettingsInput, command: string) => ({
  command,
  args: [await bundledServer()],
  env: environmentOf(given),
});

/** Opens the shop of these settings as the program does. */
async function open(given: SettingsInput, send?: LaneOptions["send"]) {
  const settings = settingsSchema.parse(given);
  const dialect = settings.shop ? await loadDialect(settings.shop) : undefined;
  return openShop(settings, { fetch: send, dialect });
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
  "stdio-legacy": async (given: SettingsInput, options?: LaneOptions) =>
    startLegacy(await programOf(given, process.execPath), options),
  "stdio-modern": async (given: SettingsInput, options?: LaneOptions) =>
    startModern(await programOf(given, process.execPath), options),
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
  "node-legacy": async (given: SettingsInput, options?: LaneOptions) =>
    startLegacy(await programOf(given, "node"), options),
  "node-modern": async (given: SettingsInput, options?: LaneOptions) =>
    startModern(await programOf(given, "node"), options),
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
export const LANES = Object.keys(lanes) as Lane[]; // the table's own keys
export const NODE_LANES = Object.keys(nodeLanes) as (keyof typeof nodeLanes)[]; // likewise
export const CODE_LANES = Object.keys(codeLanes) as (keyof typeof codeLanes)[]; // likewise
export const MEMORY_LANES = LANES.filter((lane) => lane.startsWith("memory"));
export const STDIO_LANES = LANES.filter((lane) => lane.startsWith("stdio"));
export const HTTP_LANES = LANES.filter((lane) => lane.startsWith("http"));
