/** Several servers before one shop, each a process of its own, and calls to them by hand. */
import { readWorld, seed } from "../../../mocks/world.ts";
import { serveShop } from "../../../scripts/shop.ts";
import { rpc, startHttp } from "../../hosts/start-program.ts";

/** What the tests read of an answer to a call. */
interface Answer {
  result?: {
    isError?: boolean;
    content: { text: string }[];
    structuredContent?: { outcome?: string; confirmation?: string; summary?: string };
  };
}
/** Calls a tool of the server at an address, as a host does that cannot ask its user. */
export async function callTool(url: string, name: string, args: object, headers: object = {}) {
  const accept = "application/json, text/event-stream";
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept, ...headers },
    body: JSON.stringify(rpc(1, "tools/call", { name, arguments: args })),
  });
  const body = await response.text();
  const json = body.startsWith("{") ? body : (/^data: (\{.*)$/m.exec(body)?.[1] ?? "{}");
  const { result }: Answer = JSON.parse(json);
  return {
    text: result?.content[0]?.text ?? body,
    isError: result?.isError ?? false,
    ...result?.structuredContent,
  };
}

/**
 * A mock shop that counts its changes.
 * @param honoursKeys whether it makes a change once for each Idempotency-Key
 */
export function startShop({ honoursKeys = true } = {}) {
  const { url, shop, stop } = serveShop({ world: readWorld(seed) });
  const counted = { changes: 0, reads: 0 };
  /** A change waits here until the test lets it go on. */
  let gate: Promise<void> = Promise.resolve();
  const proxy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const isChange = request.method !== "GET" && !pathname.endsWith("/previews/");
      counted[isChange ? "changes" : "reads"]++;
      const headers = new Headers(request.headers);
      if (isChange && !honoursKeys) headers.set("Idempotency-Key", crypto.randomUUID());
      if (isChange) await gate;
      const { method } = request;
      const body = method === "GET" ? null : await request.arrayBuffer();
      return fetch(url + pathname + search, { method, headers, body });
    },
  });
  return {
    url: proxy.url.origin,
    counted,
    world: shop.world,
    /** Lets no change go on until the function that it gives is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    async [Symbol.asyncDispose]() {
      await proxy.stop(true);
      await stop();
    },
  };
}

/** Two servers that share a Redis and a key, before one shop. */
export async function startTwo(shop: { url: string }, redis: { url: string }, env: object = {}) {
  const shared = {
    DJANGO_API_BASE: shop.url,
    DJANGO_API_TOKEN: "demo-mia",
    CONFIRMATION_KEY: "a secret of thirty-two characters",
    REDIS_URL: redis.url,
    ...env,
  };
  const servers = await Promise.all([startHttp(shared), startHttp(shared)]);
  const [one, other] = servers;
  return {
    one,
    other,
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  };
}
/** What makes servers treat their shop as one that makes a change as often as it is sent. */
export const NO_KEYS = { SHOP_MCP_SHOP: new URL("no-keys.ts", import.meta.url).pathname };
