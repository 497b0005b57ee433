/** A result that is too large is cut, says so, and no row is lost between one page and the next. */
import { expect, test } from "bun:test";
import { lanes } from "../harness/lanes.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool } = await openShopWithOneAnswer();

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
])(
  "%s returns at most 24 kB of a large answer, and says that it was cut",
  async (name, args, sent) => {
    const result = await callTool(name, args, sent);
    expect(result.truncated).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(24_001);
  },
);

test("search_products loses no row of pages that just fit beside their cursor", async () => {
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
      const result = await callTool("search_products", { query: "x", limit: 40, cursor }, rows);
      seen.push(
        ...(result.products as { product_id: string }[]).map(({ product_id }) => product_id),
      );
      cursor = result.next_cursor;
    } while (cursor);
    expect(seen).toEqual(rows.map(({ id }) => String(id)));
  }
});

test("search_products cuts a large page, says so, and its cursor continues there", async () => {
  const rows = Array.from({ length: 50 }, (_, index) => ({
    id: index,
    name: "ü".repeat(280),
    url: `/${"u".repeat(250)}`,
  }));
  using django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(rows) });
  const host = await lanes["memory-legacy"]({ django_api_base: String(django.url) });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const call = { name: "search_products", arguments: { query: "cup", limit: 50, cursor } };
    const result = (await host.callTool(call)).structuredContent as {
      products: { product_id: string }[];
      next_cursor?: string;
      truncated?: boolean;
    };
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(25_000);
    expect(result.truncated).toBe(result.next_cursor ? true : undefined);
    seen.push(...result.products.map(({ product_id }) => product_id));
    cursor = result.next_cursor;
  } while (cursor);
  await host.close();
  expect(seen).toEqual(rows.map(({ id }) => String(id)));
});
