/**
 * Streams of `subscriptions/listen`, in the modern era. Each has a bus of its own, on which there is nothing but what
 * its caller was admitted to, so that nothing of one caller reaches another.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/utilities/subscriptions
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import { addressesIn, type Updates, withAddresses } from "../json-rpc/updates.ts";

const MOST_STREAMS = 1000;
const MOST_OF_A_CALLER = 20;
const FULL =
  "This server holds no more subscriptions for you. End one, or name more addresses in one.";
const ENDING = "This server is ending. Listen again in a few seconds.";

/** What the SDK is handed with a request. */
interface Handed {
  parsedBody: unknown;
  authInfo?: mcp.AuthInfo;
}
interface Stream {
  key: string;
  handler?: mcp.McpHttpHandler;
}

/** @param updates what there is to hear of resources; without it they cannot be subscribed to */
export function openSubscriptions(
  create: mcp.McpServerFactory,
  options: { keepAliveMs: number },
  updates: Updates | undefined,
) {
  const others = mcp.createMcpHandler(create, options);
  const streams = new Set<Stream>();
  let isClosed = false;

  function begin(key: string): Stream {
    const own = [...streams].filter((stream) => key !== "" && stream.key === key);
    if (streams.size >= MOST_STREAMS || own.length >= MOST_OF_A_CALLER)
      throw new mcp.ProtocolError(mcp.ProtocolErrorCode.InternalError, FULL);
    const stream = { key };
    streams.add(stream);
    return stream;
  }
  async function listen(request: Request, more: Handed, key: string, { admit }: Updates) {
    const stream = begin(key);
    let isOpen = false;
    try {
      const asked = addressesIn(more.parsedBody);
      const admitted = await admit(asked, more.authInfo, request.signal);
      if (isClosed) throw new mcp.ProtocolError(mcp.ProtocolErrorCode.InternalError, ENDING);
      const bus: mcp.ServerEventBus = {
        publish() {},
        subscribe(hear) {
          isOpen = true;
          const ends = admitted.map(({ uri, watch }) =>
            watch(() => hear({ kind: "resource_updated", uri })),
          );
          return () => (ends.forEach((end) => end()), void streams.delete(stream));
        },
      };
      stream.handler = mcp.createMcpHandler(create, { ...options, bus });
      const parsedBody = withAddresses(more.parsedBody, admitted);
      return await stream.handler.fetch(request, { ...more, parsedBody });
    } finally {
      if (!isOpen) streams.delete(stream);
    }
  }
  return {
    async fetch(request: Request, more: Handed, key = ""): Promise<Response> {
      if (!updates || !addressesIn(more.parsedBody).length) return others.fetch(request, more);
      try {
        return await listen(request, more, key, updates);
      } catch (error) {
        if (!(error instanceof mcp.ProtocolError)) throw error;
        const { code, message } = error;
        const { id = null } = Object(more.parsedBody);
        return Response.json({ jsonrpc: "2.0", id, error: { code, message } });
      }
    },
    /** Ends all of them. */
    async close() {
      isClosed = true;
      await Promise.all(
        [others, ...Array.from(streams, ({ handler }) => handler)].map((one) => one?.close()),
      );
    },
  };
}
