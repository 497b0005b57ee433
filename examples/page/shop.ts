/**
 * A shop's MCP server, as a page in a browser speaks to it: no session and no back end between the two.
 *
 * ```ts
 * const shop = openShop("https://mcp.shop.example/mcp");
 * const { structuredContent } = await shop.call("search_products", { query: "lantern" });
 * ```
 *
 * @module
 */
import { Client, ProtocolError, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { ToolResult } from "../../ui/host.ts";

/** Nothing older is spoken: in 2026-07-28 each call stands by itself, and an order reports its changes. */
const PROTOCOL = "2026-07-28";
const [FIRST_WAIT, LONGEST_WAIT] = [1000, 30_000]; // ms

/**
 * What is heard of a resource. `listening`: from now on, so read it; `changed`: read it again; `lost`: the connection is
 * gone, and sought anew; `silent`: the server reports nothing, so read it, and once.
 */
export type News = "listening" | "changed" | "lost" | "silent";
export type Shop = ReturnType<typeof openShop>;

/** @param tokenFor gives the token of whoever is signed in, where the server asks for one */
export function openShop(url: string, tokenFor?: () => Promise<string>) {
  const hearers = new Set<(uri: string) => void>();
  let connecting: Promise<Client> | undefined;

  async function connect(): Promise<Client> {
    const client = new Client(
      { name: "shop-page", version: "0.1.0" },
      { versionNegotiation: { mode: { pin: PROTOCOL } } },
    );
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      for (const hear of hearers) hear(params.uri);
    });
    const authProvider = tokenFor && { token: tokenFor };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }));
    return client;
  }
  /** The client, connected once for all. A failure is not kept: the next call tries again. */
  function connected(): Promise<Client> {
    return (connecting ??= connect().catch((error: unknown) => {
      connecting = undefined;
      throw error;
    }));
  }
  return {
    /** Calls a tool. @throws what {@link explain} has words for */
    async call(tool: string, args: object, signal?: AbortSignal): Promise<ToolResult> {
      const client = await connected();
      const params = { name: tool, arguments: { ...args } };
      const {
        content,
        structuredContent,
        isError = false,
      } = await client.callTool(params, { signal });
      const text = content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
      return { structuredContent, text, isError };
    },
    /** Follows a resource until `signal` ends it, through lost connections. */
    async follow(uri: string, tell: (news: News) => void, signal: AbortSignal): Promise<void> {
      const hear = (changed: string) => changed === uri && tell("changed");
      hearers.add(hear);
      signal.addEventListener("abort", () => hearers.delete(hear));
      let wait = FIRST_WAIT;
      while (!signal.aborted) {
        try {
          const client = await connected();
          if (!client.getServerCapabilities()?.resources?.subscribe) return tell("silent");
          const { closed } = await client.listen({ resourceSubscriptions: [uri] }, { signal });
          tell("listening");
          wait = FIRST_WAIT;
          await closed;
        } catch (error) {
          if (error instanceof ProtocolError) return tell("silent"); // such as: no order of this number
        }
        if (signal.aborted) break;
        tell("lost");
        await pause(wait, signal);
        wait = Math.min(2 * wait, LONGEST_WAIT);
      }
    },
  };
}
/** Waits, but no longer than until the network is back. */
const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const over = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
    over.addEventListener("abort", () => resolve());
    window.addEventListener("online", () => resolve(), { signal: over });
  });

/** A failed call in words for whoever looks at the page. */
export const explain = (error: unknown): string =>
  error instanceof ProtocolError
    ? error.message
    : "The shop cannot be reached just now. What you see may be out of date; try again in a moment.";
