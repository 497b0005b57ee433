/**
 * What passes between a client and the server, whichever client it is: `Wire` reads it, `openHttpTap` lets HTTP pass
 * through it. Over stdio, watch.ts does.
 *
 * @module
 */
import { connect, createServer, type Socket } from "node:net";

/** A revision of the protocol: a header of HTTP, the answer to a handshake, or what a modern request says of itself. */
const REVISION = /(?:mcp-protocol-version: *|protocolVersion" *: *")(\d{4}-\d\d-\d\d)/gi;

export class Wire {
  /** The revision that was spoken last. */
  revision: string | undefined;
  /** How often the client said that it waits for a call no longer. */
  cancellations = 0;
  /** Whether the client has a session over HTTP, and ended it. */
  session: "none" | "open" | "ended" = "none";

  hear(text: string): void {
    this.revision =
      Array.from(text.matchAll(REVISION), ([, revision]) => revision).at(-1) ?? this.revision;
    if (text.includes('"notifications/cancelled"')) this.cancellations += 1;
    if (/^mcp-session-id:/im.test(text)) this.session = "open";
    if (text.startsWith("DELETE ")) this.session = "ended";
  }
}

/** Lets a client reach a server of this machine, and hears what passes. */
export async function openHttpTap(url: string) {
  const wire = new Wire();
  const open = new Set<Socket>();
  const { hostname, port, pathname } = new URL(url);
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on("data", (bytes) => wire.hear(bytes.toString()));
      from.on("error", () => to.destroy()); // the other side is gone
      from.on("close", () => (open.delete(from), to.destroy()));
      from.pipe(to);
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the tap has no port");
  return {
    url: `http://127.0.0.1:${address.port}${pathname}`,
    wire,
    stop() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
