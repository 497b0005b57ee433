/** Results that are cut. */
import { expect, test } from "bun:test";
import { lanes } from "../harness/lanes.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { told } = await openShopWithOneAnswer();

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

test("a result too big is cut, says so, and its cursor goes on where it stopped", async () => {
  const big = Array.from({ length: 50 }, (_, index) => ({
    id: index,
    name: "ü".repeat(280),
    url: `/${"u".repeat(250)}`,
  }));
  using django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(big) });
  const host = await lanes["memory-legacy"]({ django_api_base: String(django.url) });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const call = { name: "search_products", arguments: { query: "cup", limit: 50, cursor } };
    const told = (await host.callTool(call)).structuredContent as {
      products: { product_id: string }[];
      next_cursor?: string;
      truncated?: boolean;
    };
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(25_000);
    expect(told.truncated).toBe(told.next_cursor ? true : undefined);
    seen.push(...told.products.map(({ product_id }) => product_id));
    cursor = told.next_cursor;
  } while (cursor);
  await host.close();
  expect(seen).toEqual(big.map(({ id }) => String(id)));
});
