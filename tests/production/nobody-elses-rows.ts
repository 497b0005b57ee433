/**
 * Two users, the same questions at the same time under the same ids, over two processes: each is told what is theirs,
 * and nothing of the other. The shop answers whoever an assertion names, slowly enough for reads to be shared.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { decodeJwt, exportJWK, generateKeyPair } from "jose";
import { serveIssuer } from "../gate/authorization-server.ts";
import { initialize, rpc, startHttp } from "../hosts/start-program.ts";
import { freePort } from "./parts/redis.ts";

const CALLS = 10_000;
const AT_ONCE = 64;
const AUDIENCE = "https://mcp.shop.example/mcp";
const USERS = ["mia", "bram"];
type User = (typeof USERS)[number];
const markOf = (user: User) => `for-${user}-alone`;

/** Answers everything with rows that say whose they are. */
function serveShop() {
  const seen = new Map<string, number>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const [, assertion] = /^Bearer (.*)$/.exec(request.headers.get("authorization") ?? "") ?? [];
      const { sub } = assertion ? decodeJwt(assertion) : {};
      if (!sub) return Response.json({ detail: "Who are you?" }, { status: 401 }); // a server asks at its start
      seen.set(sub, (seen.get(sub) ?? 0) + 1);
      await new Promise((next) => setImmediate(next)); // others of the same moment come in
      const { pathname } = new URL(request.url);
      const mark = markOf(sub);
      const order = {
        order_id: "1054",
        customer_id: sub,
        status: mark,
        placed_at: "2026-11-01T10:00:00Z",
      };
      if (pathname.endsWith("/status/")) return Response.json({ order_id: "1054", status: mark });
      if (pathname === "/api/orders/") return Response.json({ results: [order], next: null });
      if (pathname.startsWith("/api/orders/"))
        return Response.json({ ...order, items: [], payments: [], shipments: [] });
      if (pathname.startsWith("/api/customers/"))
        return Response.json({
          customer_id: sub,
          first_name: mark,
          last_name: "L",
          email: `${sub}@shop.example`,
        });
      return Response.json([{ product_id: "lamp", name: `Lamp ${mark}`, price: "12.50" }]);
    },
  });
  return { url: server.url.origin, seen, stop: () => server.stop(true) };
}

const QUESTIONS: [tool: string, args: object][] = [
  ["get_order_status", { order_id: "1054" }],
  ["get_order", { order_id: "1054" }],
  ["list_orders", {}],
  ["get_customer", {}],
  ["search_products", { query: "lamp" }],
];
const stack = new AsyncDisposableStack();
let shop: ReturnType<typeof serveShop>;
let urls: string[] = [];
const tokens = new Map<User, string>();

beforeAll(async () => {
  shop = serveShop();
  stack.defer(shop.stop);
  const issuer = stack.use(await serveIssuer());
  for (const user of USERS) tokens.set(user, await issuer.sign({ sub: user, aud: AUDIENCE }));
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const env = {
    DJANGO_API_BASE: shop.url,
    DJANGO_API_TOKEN: "",
    CONFIRMATION_KEY: "a secret of thirty-two characters",
    SHOP_MCP_OAUTH_ISSUER: issuer.issuer,
    SHOP_MCP_PUBLIC_URL: AUDIENCE,
    SHOP_MCP_ASSERTION_KEY: JSON.stringify(await exportJWK(privateKey)),
    SHOP_MCP_RATE_LIMIT: "0",
  };
  const ports = [await freePort(), await freePort()];
  for (const port of ports) stack.use(await startHttp(env, port));
  urls = ports.map((port) => `http://127.0.0.1:${port}/mcp`);
});
afterAll(() => stack.disposeAsync());

const MODERN = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "tests", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};
const headersFor = (user: User, more: object) => ({
  Accept: "application/json, text/event-stream",
  "Content-Type": "application/json",
  Authorization: `Bearer ${tokens.get(user)}`,
  ...more,
});
const send = (url: string, headers: object, message: object) =>
  fetch(url, { method: "POST", headers: { ...headers }, body: JSON.stringify(message) });

/** How a host may call: without a session, in one, or by the protocol of 2026. */
const sessions = new Map<string, Record<string, string>>();
const kinds: ((user: User, url: string) => [headers: object, meta: object])[] = [
  () => [{}, {}],
  (user, url) => [sessions.get(user + url) ?? {}, {}],
  () => [{ "MCP-Protocol-Version": "2026-07-28", "MCP-Method": "tools/call" }, { _meta: MODERN }],
];

test(`of ${CALLS} calls none is told anything of the other user`, async () => {
  for (const user of USERS)
    for (const url of urls) {
      const begun = await send(url, headersFor(user, {}), initialize({ elicitation: {} }));
      await begun.text();
      const id = begun.headers.get("mcp-session-id") ?? "";
      expect(id).not.toBe("");
      sessions.set(user + url, { "Mcp-Session-Id": id, "MCP-Protocol-Version": "2025-11-25" });
    }
  let [told, foreign] = [0, 0];
  const wrong: string[] = [];
  async function call(nth: number): Promise<void> {
    const user = USERS[nth % 2] ?? "";
    const other = USERS[(nth + 1) % 2] ?? "";
    const pair = nth >> 1; // both users ask the same, in the same way, at the same moment
    const url = urls[(pair >> 1) % 2] ?? "";
    const [tool, args] = QUESTIONS[pair % QUESTIONS.length] ?? ["", {}];
    const [headers, meta] = kinds[pair % kinds.length]?.(user, url) ?? [{}, {}];
    const named = "MCP-Method" in headers ? { ...headers, "MCP-Name": tool } : headers;
    const message = rpc(pair, "tools/call", { name: tool, arguments: args, ...meta });
    const answer = await (await send(url, headersFor(user, named), message)).text();
    if (answer.includes(markOf(user)) && answer.includes(`"id":${pair}`)) told++;
    else wrong.push(answer.slice(0, 300));
    if (answer.includes(markOf(other))) foreign++;
  }
  let next = 0;
  const worker = async () => {
    while (next < CALLS) await call(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  expect(wrong.slice(0, 3)).toEqual([]);
  expect([told, foreign]).toEqual([CALLS, 0]);
  expect([...shop.seen.keys()].toSorted()).toEqual(USERS.toSorted());
}, 180_000);
