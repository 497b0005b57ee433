/** A shop that has only the two given endpoints, as a plain Django view writes them, is served without a dialect. */
import { expect, test } from "bun:test";
import { lanes } from "./harness/lanes.ts";
import { expectPlainShopServed } from "./harness/two-endpoint-shop.ts";

const rows = [
  { id: 1, name: "Cup", price: 12.5 },
  { id: 2, name: "Cup &amp; <b>Saucer</b>", price: "19.90" },
  { id: 3, name: "Jug", price: null },
];

test("a shop with only the two given endpoints is served", async () => {
  const notFound = () =>
    new Response("<h1>Not Found</h1>", { status: 404, headers: { "Content-Type": "text/html" } });
  using django = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: {
      "/api/products/search/": ({ url }) => {
        const wanted = new URL(url).searchParams.get("q") ?? "";
        return Response.json(rows.filter(({ name }) => name.toLowerCase().includes(wanted)));
      },
      "/api/orders/7/status/": () => Response.json({ status: "shipped" }),
    },
    fetch: notFound,
  });
  await expectPlainShopServed(String(django.url));
});

test.each([
  ["other common names", { pk: 5, title: "Cup" }, { product_id: "5", name: "Cup" }],
  ["a sku", { sku: "C-5", name: "Cup" }, { product_id: "C-5", name: "Cup" }],
  [
    "the contract's name before all others",
    { id: 9, slug: "x", product_id: "p", name: "Cup", title: "t" },
    { product_id: "p", name: "Cup" },
  ],
  [
    "values of other types",
    { id: 5, name: "Cup", price: null, available: "maybe", category: { id: 1 }, image: 7 },
    { product_id: "5", name: "Cup" },
  ],
  [
    "a currency of its own",
    { id: 5, name: "Cup", price: 3, currency: "GBP" },
    { product_id: "5", name: "Cup", price: { amount: "3.00", currency: "GBP" } },
  ],
  [
    "links that are not absolute",
    { id: 5, name: "Cup", url: "/shop/5/", image: "javascript:alert(1)" },
    { product_id: "5", name: "Cup", url: "BASE/shop/5/" },
  ],
])("search_products reads a row with %s", async (_, row, expected) => {
  using django = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => Response.json({ count: 1, results: [row] }),
  });
  const host = await lanes["memory-legacy"]({ django_api_base: String(django.url) });
  const { structuredContent } = await host.callTool({
    name: "search_products",
    arguments: { query: "cup" },
  });
  await host.close();
  const whole = JSON.stringify(expected).replace("BASE", django.url.origin);
  expect(structuredContent).toEqual({ products: [JSON.parse(whole)] });
});

test("get_order_status keeps a status of the shop's own as raw_status and never guesses", async () => {
  using django = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => Response.json({ status: "Awaiting <i>collection</i>" }),
  });
  const host = await lanes["memory-legacy"]({
    django_api_base: String(django.url),
    django_api_token: "t",
  });
  const call = { name: "get_order_status", arguments: { order_id: "7" } };
  expect((await host.callTool(call)).structuredContent).toMatchObject({
    status: "unknown",
    raw_status: "Awaiting collection",
    next_step: "This status is the shop's own (raw_status); only the shop can say more.",
  });
  await host.close();
});
