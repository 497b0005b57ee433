/**
 * Hears what hosts send to a server in memory, and writes it as they would send it over HTTP.
 *
 * @module
 */
import { createServer, type Shop } from "../../server.ts";
import type { Sent } from "./both-ways.ts";

const json: Sent["headers"] = [
  ["Content-Type", "application/json"],
  ["Accept", "application/json, text/event-stream"],
];

/** `serve` takes the place of `createServer`; `sent` are the requests that its servers have had since. */
export function hearRequests() {
  const sent: Sent<string>[] = [];
  const serve = (shop: Shop) => {
    const server = createServer(shop);
    const connect = server.connect.bind(server);
    server.connect = async (transport) => {
      await connect(transport);
      const hear = transport.onmessage;
      transport.onmessage = (message, extra) => {
        const body = JSON.stringify(message);
        // The 1.x client over HTTP sends the version that it has agreed upon, with all but its first request.
        const isFirst = "method" in message && message.method === "initialize";
        const version: Sent["headers"] = isFirst ? [] : [["MCP-Protocol-Version", "2025-11-25"]];
        const headers = extra?.request ? [...extra.request.headers] : [...json, ...version];
        const length = String(Buffer.byteLength(body));
        headers.push(["Host", "127.0.0.1:3000"], ["Content-Length", length]);
        sent.push({ method: "POST", headers, body });
        hear?.(message, extra);
      };
    };
    return server;
  };
  return { sent, serve };
}
