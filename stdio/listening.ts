/**
 * `subscriptions/listen` over stdio, in the modern era. The SDK acknowledges whatever is asked for, and tells of it what
 * the server says; here an address is admitted first, and what is heard of it is said once, however many listen to it.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/utilities/subscriptions
 * @module
 */
import * as mcp from "@modelcontextprotocol/server";
import {
  type Admitted,
  addressesIn,
  isListening,
  type Updates,
  withAddresses,
} from "../json-rpc/updates.ts";
import { Refusal } from "../json-rpc/read.ts";

const MOST = 20; // subscriptions
const FULL = `This server holds ${MOST} subscriptions for a host. End one, or name more addresses in one.`;
const { InternalError } = mcp.ProtocolErrorCode;

/** @param tell says that an address has changed */
export function openListening({ admit }: Updates, tell: (uri: string) => void) {
  /** By the id of the request, as long as it is open. */
  const open = new Map<mcp.RequestId, { uris: string[] }>();
  /** What is watched for them, and what ends that. */
  const watched = new Map<string, () => void>();

  function watch({ uri, watch }: Admitted): string {
    if (!watched.has(uri))
      watched.set(
        uri,
        watch(() => tell(uri)),
      );
    return uri;
  }
  /** Ends what nobody listens to any more. */
  function prune(): void {
    const left = new Set([...open.values()].flatMap(({ uris }) => uris));
    for (const [uri, end] of watched) if (!left.has(uri) && watched.delete(uri)) end();
  }
  function end(id: mcp.RequestId): void {
    open.delete(id);
    prune();
  }
  return {
    /** Whether a message is for here. */
    concerns: (message: mcp.JSONRPCMessage): message is mcp.JSONRPCRequest =>
      isListening(message) && "id" in message && addressesIn(message).length > 0,
    /**
     * The request for what may be listened to; undefined where it was ended meanwhile.
     * @throws {Refusal} where there is nothing
     */
    async admitted(message: mcp.JSONRPCRequest): Promise<mcp.JSONRPCRequest | undefined> {
      const { id } = message;
      if (open.size >= MOST && !open.has(id)) throw new Refusal(InternalError, FULL, id);
      const own = { uris: [] as string[] };
      open.set(id, own);
      try {
        const all = await admit(addressesIn(message), undefined, new AbortController().signal);
        if (open.get(id) !== own) return undefined;
        own.uris = all.map(watch);
        prune(); // of one with the same id, whose place it takes
        return withAddresses(message, all);
      } catch (error) {
        end(id);
        const { code, message } = error instanceof mcp.ProtocolError ? error : UNKNOWN;
        throw new Refusal(code, message, id);
      }
    },
    end,
    close: () => [...open.keys()].forEach(end),
  };
}
const UNKNOWN = {
  code: InternalError,
  message: "This server failed unexpectedly. Try again once.",
};
