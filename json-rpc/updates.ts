/**
 * Hearing of what has changed, as far as it is the same on all transports; and `resources/subscribe`, by which a
 * connection of the handshake era says what it wants to hear of.
 *
 * @see https://modelcontextprotocol.io/specification/2025-11-25/server/resources#subscriptions
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";

const MOST_ADDRESSES = 50; // of a connection

/** An address that a caller may read. */
export interface Admitted {
  uri: string;
  /**
   * Tells of each change from now on; when it is watched again, also of one that came in between.
   * @param authInfo who listens now, where it is a newer token of the same caller
   * @returns what ends it
   */
  watch(tell: () => void, authInfo?: mcp.AuthInfo): () => void;
}
/** What can be heard of resources. */
export interface Updates {
  /**
   * Those of these addresses that a caller may hear of.
   * @throws {mcp.ProtocolError} in words, where there is none
   */
  admit(
    uris: string[],
    authInfo: mcp.AuthInfo | undefined,
    signal: AbortSignal,
  ): Promise<Admitted[]>;
}

/** Says of a server which is not connected yet that its resources can be subscribed to. */
export const sayHeard = ({ server }: mcp.McpServer): void =>
  server.registerCapabilities({ resources: { subscribe: true } });

// ── Of the modern era ───────────────────────────────────────────────────────────────────────────

const LISTEN = "subscriptions/listen";
export const isListening = (json: unknown): boolean => Object(json).method === LISTEN;
/** The addresses that a request to listen names, where it names any. */
export function addressesIn(json: unknown): string[] {
  const uris: unknown = Object(Object(Object(json).params).notifications).resourceSubscriptions;
  return Array.isArray(uris) && uris.every((uri) => typeof uri === "string") ? uris : [];
}
/** The same request, for these addresses. */
export function withAddresses<T>(json: T, admitted: Admitted[]): T {
  const { params, ...message } = Object(json);
  const resourceSubscriptions = admitted.map(({ uri }) => uri);
  const notifications = { ...params.notifications, resourceSubscriptions };
  return { ...message, params: { ...params, notifications } };
}

// ── Of the handshake era ────────────────────────────────────────────────────────────────────────

const FULL = new mcp.ProtocolError(
  mcp.ProtocolErrorCode.InvalidParams,
  `A connection subscribes to ${MOST_ADDRESSES} resources at most. Unsubscribe from one first.`,
);
/** Takes the subscriptions of a server's one connection, until that ends. */
export function acceptSubscriptions(made: mcp.McpServer, updates: Updates) {
  const { server } = made;
  /** What ends each that is watched. */
  const subscribed = new Map<string, { admitted: Admitted; end?: () => void }>();
  /** Requests to subscribe that are being looked at, by address: the last one counts. */
  const asked = new Map<string, object>();
  /** Whether there is somebody to tell: an open stream. */
  let isOpen = false;

  function watch(admitted: Admitted, authInfo?: mcp.AuthInfo) {
    const { uri } = admitted;
    const tell = () => void server.sendResourceUpdated({ uri }).catch(() => {}); // its host is gone
    return { admitted, end: admitted.watch(tell, authInfo) };
  }
  function unsubscribe(uri: string) {
    asked.delete(uri);
    subscribed.get(uri)?.end?.();
    subscribed.delete(uri);
  }
  sayHeard(made);
  server.setRequestHandler("resources/subscribe", async ({ params: { uri } }, ctx) => {
    const { signal } = ctx.mcpReq;
    const uris = new Set([...subscribed.keys(), ...asked.keys(), uri]);
    if (uris.size > MOST_ADDRESSES) throw FULL;
    asked.set(uri, signal);
    try {
      const [admitted] = await updates.admit([uri], ctx.http?.authInfo, signal);
      if (!admitted || signal.aborted || asked.get(uri) !== signal) return {};
      unsubscribe(uri);
      subscribed.set(uri, isOpen ? watch(admitted) : { admitted });
      return {};
    } finally {
      if (asked.get(uri) === signal) asked.delete(uri);
    }
  });
  server.setRequestHandler("resources/unsubscribe", ({ params: { uri } }) => {
    unsubscribe(uri);
    return {};
  });
  /** Nobody hears any more. What is subscribed to stays so. */
  function close() {
    isOpen = false;
    for (const [uri, { admitted, end }] of subscribed) {
      end?.();
      subscribed.set(uri, { admitted });
    }
  }
  server.onclose = close;
  return {
    /** There is somebody to tell. @param authInfo who it is, where that is said anew */
    open(authInfo?: mcp.AuthInfo) {
      isOpen = true;
      for (const [uri, { admitted, end }] of subscribed)
        if (!end) subscribed.set(uri, watch(admitted, authInfo));
    },
    close,
  };
}
