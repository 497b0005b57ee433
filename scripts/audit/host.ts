/**
 * A host of either era on a link: what it adds to each request, and what it learnt at its beginning.
 *
 * @module
 */
import * as z from "zod";
import { rpc } from "../../tests/cve/target.ts";
import type { ExchangeOptions, Link, Reply } from "./link.ts";

export const MODERN = "2026-07-28";
export const HANDSHAKE = "2025-11-25";
const CLIENT = { name: "mcp-audit", version: "1" };
const META = "io.modelcontextprotocol/";

export type Capabilities = Record<string, object>;
/** What a server says of itself at first; what is not as it should be is left out. */
const introductionSchema = z.object({
  serverInfo: z.object({ name: z.string(), version: z.string() }).optional().catch(undefined),
  capabilities: z
    .record(
      z.string(),
      z.object({ listChanged: z.boolean(), subscribe: z.boolean() }).partial().catch({}),
    )
    .catch({}),
  instructions: z.string().optional().catch(undefined),
  protocolVersion: z.string().optional().catch(undefined),
});
export type Introduction = z.output<typeof introductionSchema>;
export interface Host {
  era: "modern" | "handshake";
  version: string;
  introduction: Introduction;
  sessionId?: string | undefined;
  /** The headers of each of its requests. */
  headers: Record<string, string>;
  ask(method: string, params?: object, options?: ExchangeOptions): Promise<Reply>;
  call(name: string, args: object, options?: ExchangeOptions & { more?: object }): Promise<Reply>;
  notify(method: string, params?: object): Promise<Reply>;
}

/** How a host of the handshake era begins. */
export const handshake = (id: unknown, capabilities: Capabilities = {}, version = HANDSHAKE) =>
  rpc(id, "initialize", { protocolVersion: version, capabilities, clientInfo: CLIENT });

let lastId = 0;
type Ask = Host["ask"];
type Known = Omit<Host, "ask" | "call" | "notify">;
const hostOf = (link: Link, known: Known, ask: Ask): Host => ({
  ...known,
  ask,
  call: (name, args, { more = {}, ...options } = {}) =>
    ask("tools/call", { name, arguments: args, ...more }, options),
  notify(method, params = {}) {
    const headers = { ...known.headers, ...(known.era === "modern" && { "Mcp-Method": method }) };
    return link.exchange({ jsonrpc: "2.0", method, params }, { headers });
  },
});
/** A header's value: what is no visible ASCII is sent as base64. */
const encode = (value: string) =>
  /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)
    ? value
    : `=?base64?${Buffer.from(value).toString("base64")}?=`;

/** A host without a handshake, or undefined where the server knows none. */
export async function openModern(link: Link, capabilities: Capabilities = {}) {
  const _meta = {
    [`${META}protocolVersion`]: MODERN,
    [`${META}clientInfo`]: CLIENT,
    [`${META}clientCapabilities`]: capabilities,
  };
  const headers = { "MCP-Protocol-Version": MODERN };
  const ask: Ask = (method, params = {}, options = {}) => {
    const { name, uri } = params as { name?: string; uri?: string }; // where it has one
    const named = name ?? uri;
    const own = { "Mcp-Method": method, ...(named !== undefined && { "Mcp-Name": encode(named) }) };
    const sent = { ...headers, ...own, ...options.headers };
    return link.exchange(rpc(++lastId, method, { ...params, _meta }), {
      ...options,
      headers: sent,
    });
  };
  const { answer } = await ask("server/discover");
  if (!answer?.result) return undefined;
  const introduction = introductionSchema.parse(answer.result);
  return hostOf(link, { era: "modern", version: MODERN, introduction, headers }, ask);
}

/** A host of the handshake era, or undefined where the server refuses it. */
export async function openHandshake(link: Link, capabilities: Capabilities = {}) {
  const begun = await link.exchange(handshake(++lastId, capabilities));
  if (!begun.answer?.result) return undefined;
  const introduction = introductionSchema.parse(begun.answer.result);
  const version = introduction.protocolVersion ?? HANDSHAKE;
  const sessionId = begun.headers.get("mcp-session-id") ?? undefined;
  const headers = {
    ...(version >= "2025-06-18" && { "MCP-Protocol-Version": version }),
    ...(sessionId !== undefined && { "Mcp-Session-Id": sessionId }),
  };
  const ask: Ask = (method, params = {}, options = {}) =>
    link.exchange(rpc(++lastId, method, params), {
      ...options,
      headers: { ...headers, ...options.headers },
    });
  const known: Known = { era: "handshake", version, introduction, sessionId, headers };
  const host = hostOf(link, known, ask);
  await host.notify("notifications/initialized");
  return host;
}
