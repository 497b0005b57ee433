/** Shops that send what nobody expects, and hosts that do: the answer stays whole, plain and bounded. */
import { afterAll, expect, spyOn, test } from "bun:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { openShop, serveHttp, settingsSchema } from "../server.ts";
import { lanes, textOf } from "./harness/lanes.ts";

let body: unknown;
const django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(body) });
const given = { django_api_base: django.url.origin, django_api_token: "t", currency: "EUR" };
const host = await lanes["memory-legacy"](given);
afterAll(async () => {
  await host.close();
  await django.stop(true);
});
async function told(name: string, args: Record<string, unknown>, sent: unknown) {
  body = sent;
  const { structuredContent, isError, content } = await host.callTool({ name, arguments: args });
  expect(isError, JSON.stringify(content)).toBeUndefined();
  return structuredContent as Record<string, unknown>;
}

const EUR = (amount: string) => ({ amount, currency: "EUR" });
test.each<[string, object, object]>([
  ["a price as an integer", { price: 12 }, { price: EUR("12.00") }],
  ["a price as a float that is not exact", { price: 0.1 + 0.2 }, { price: EUR("0.30") }],
  ["a price with three decimals", { price: 1.005 }, { price: EUR("1.005") }],
  ["a price with white space and zeros", { price: " 12.5000 " }, { price: EUR("12.50") }],
  [
    "a price as the money it will be",
    { price: { amount: "5.00", currency: "USD" } },
    { price: { amount: "5.00", currency: "USD" } },
  ],
  ["a price in words", { price: "on request" }, {}],
  ["a price as an exponent", { price: "1e3" }, {}],
  ["a currency that is none", { price: 5, currency: "<b>\u202e" }, { price: EUR("5.00") }],
  [
    "options named like money and links",
    { items: [{ item_id: 1, options: { amount: 500, image: "red", toString: "t" } }] },
    { items: [{ item_id: "1", options: { amount: "500", image: "red", toString: "t" } }] },
  ],
  [
    "options with markup in their names",
    { items: [{ item_id: 1, options: { "<i>si\u202eze</i>": "<b>M</b>", ok: true } }] },
    { items: [{ item_id: "1", options: { size: "M", ok: "true" } }] },
  ],
  [
    "markup that is escaped",
    { description: "&lt;script&gt;alert(1)&lt;/script&gt;Good" },
    { description: "Good" },
  ],
  [
    "a description with blocks",
    { description: "<p>One</p><p>two<b>!</b></p>" },
    { description: "One two!" },
  ],
  [
    "signs that are no markup",
    { description: "A < B & C, 5 <3" },
    { description: "A < B & C, 5 <3" },
  ],
  [
    "optional fields of other types",
    { description: 7, images: "x", category: {}, available: 3, url: "http://u:p@shop.test/" },
    {},
  ],
])("%s", async (_, sent, expected) => {
  const row = { product_id: "p", name: "Cup" };
  const product = await told("get_product", { product_id: "p" }, { ...row, ...sent });
  expect(JSON.parse(JSON.stringify(product))).toEqual({ ...row, ...expected });
});

test.each<[string, object, object]>([
  ["in capitals", { status: "SHIPPED" }, { status: "shipped" }],
  ["as a number", { status: 30 }, { status: "unknown", raw_status: "30" }],
  [
    "in the shop's own words",
    { status: "Awaiting <i>collection</i>" },
    { status: "unknown", raw_status: "Awaiting collection" },
  ],
])("a status %s", async (_, sent, expected) => {
  expect(await told("get_order_status", { order_id: "7" }, sent)).toMatchObject(expected);
});

test.each<[string, Record<string, unknown>, object]>([
  [
    "get_product",
    { product_id: "p" },
    {
      product_id: "p",
      name: "Cup",
      images: Array(3000).fill("https://images.test/".padEnd(200, "x")),
    },
  ],
  [
    "get_order",
    { order_id: "7" },
    {
      order_id: "7",
      status: "shipped",
      timeline: Array(3000).fill({ at: "now", status: "x", note: "n".repeat(200) }),
    },
  ],
  [
    "get_customer",
    {},
    {
      customer_id: "c",
      payment_methods: Array(5000).fill({ payment_method_id: "m", kind: "card" }),
    },
  ],
  ["get_shop_info", {}, { name: "Shop", categories: Array(5000).fill({ name: "c" }) }],
])("%s stays small whatever the shop sends, and says that it was cut", async (name, args, sent) => {
  const result = await told(name, args, sent);
  expect(result.truncated).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(24_001);
});

test("a cursor belongs to its limit, and a next that leads nowhere ends the list", async () => {
  const results = [{ order_id: 1, status: "shipped" }];
  const first = await told("list_orders", { limit: 1 }, { results, next: "?limit=1&cursor=a" });
  const other = { limit: 5, cursor: first.next_cursor };
  expect((await host.callTool({ name: "list_orders", arguments: other })).isError).toBe(true);
  const args = { limit: 1, cursor: first.next_cursor };
  expect(
    await told("list_orders", args, { results, next: "?limit=1&cursor=a" }),
  ).not.toHaveProperty("next_cursor", expect.any(String));
  expect(await told("list_orders", {}, { results, next: "http://[bad" })).not.toHaveProperty(
    "next_cursor",
    expect.any(String),
  );
});

test("pages that just fit lose no row to the cursor beside them", async () => {
  for (let length = 560; length < 600; length += 3) {
    const rows = Array.from({ length: 80 }, (_, id) => ({
      id,
      name: "n",
      url: `/${"u".repeat(length - 330)}`,
      image: `/${"i".repeat(250)}`,
    }));
    const seen: unknown[] = [];
    let cursor: unknown;
    do {
      const result = await told("search_products", { query: "x", limit: 40, cursor }, rows);
      seen.push(
        ...(result.products as { product_id: string }[]).map(({ product_id }) => product_id),
      );
      cursor = result.next_cursor;
    } while (cursor);
    expect(seen).toEqual(rows.map(({ id }) => String(id)));
  }
});

test("filters that a plain view ignores hold all the same", async () => {
  const rows = [
    { id: 1, name: "a", price: 5 },
    { id: 2, name: "b", price: 50 },
    { id: 3, name: "c", price: 6, available: false },
    { id: 4, name: "d" },
  ];
  const { products } = await told(
    "search_products",
    { query: "x", max_price: 10, in_stock: true },
    rows,
  );
  expect(products).toEqual([
    expect.objectContaining({ product_id: "1" }),
    expect.objectContaining({ product_id: "4" }),
  ]);
});

test("a fault of our own is explained to the operator only", async () => {
  const log = spyOn(console, "error").mockImplementation(() => {});
  const send = () => Promise.reject(new Error("unreached")).catch(() => undefined as never); // no Response
  const broken = await lanes["memory-legacy"](given, { send });
  const call = { name: "get_order_status", arguments: { order_id: "7" } };
  expect(textOf(await broken.callTool(call))).toBe(
    "This server failed in a way it should not. Look at what is there before you try once more; if it fails again, the operator finds the cause in the server's log.",
  );
  expect(log).toHaveBeenCalledTimes(1);
  log.mockRestore();
  await broken.close();
});

test("arguments nested without end are refused in words", async () => {
  const limit = '{"a":'.repeat(50_000);
  const result = await host.callTool({ name: "search_products", arguments: { query: "x", limit } });
  expect(JSON.stringify(result.content)).toContain("limit: expected number, received string");
});

test("an optional argument of a prompt may be left blank", async () => {
  const { messages } = await host.getPrompt({
    name: "find_gift",
    arguments: { for_whom: "a cook", max_price: "" },
  });
  expect(JSON.stringify(messages)).toContain("Help me find a gift for a cook. Search");
});

test("a Host that is not one is turned away without a page of Bun's", async () => {
  const http = serveHttp(openShop(settingsSchema.parse(given)), 0);
  const { port } = new URL(http.url);
  let answer = "";
  const ended = Promise.withResolvers<void>();
  await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: {
      open: (socket) =>
        void socket.write(
          "POST /mcp HTTP/1.1\r\nHost: evil.com@localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ),
      data: (_, bytes) => void (answer += bytes.toString()),
      close: () => ended.resolve(),
    },
  });
  await ended.promise;
  await http.stop();
  expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
  expect(answer).not.toContain("<html");
});

test("a call that its client gives up stops at Django, and is nobody's fault", async () => {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const fetch = (request: Request) => {
    request.signal.addEventListener("abort", () => gone.resolve());
    asked.resolve();
    return new Promise<Response>(() => {});
  };
  using slow = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
  const http = serveHttp(
    openShop(settingsSchema.parse({ ...given, django_api_base: slow.url.origin })),
    0,
  );
  const client = new Client({ name: "t", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(http.url)));
  const hurry = new AbortController();
  const call = client.callTool({ name: "get_shop_info", arguments: {} }, { signal: hurry.signal });
  await asked.promise;
  hurry.abort();
  expect(call).rejects.toThrow();
  await gone.promise;
  await client.close();
  await http.stop();
  await slow.stop(true);
});
