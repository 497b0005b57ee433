/** A result that is too large is cut, says so, and no row is lost between one page and the next. */
import { describe, expect, test } from "bun:test";
import { lanes } from "../harness/lanes.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool, host } = await openShopWithOneAnswer();

const many = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));
const byName = (count: number, text: string) =>
  Object.fromEntries(many(count, (n) => [`name ${n}`, text]));
const order = { order_id: "7", status: "shipped" };
const product = { product_id: "p", name: "Cup" };
const pieces = (count: number) => many(count, (n) => ({ item_id: n, name: "x".repeat(200) }));

describe("a result has at most 24 kB and says what is left out", () => {
  test.each<[string, string, object, object, RegExp]>([
    [
      "images",
      "get_product",
      { product_id: "p" },
      { ...product, images: Array(3000).fill("https://images.test/".padEnd(200, "x")) },
      /^29\d\d of 3000 images are left out/,
    ],
    [
      "variants",
      "get_product",
      { product_id: "p" },
      { ...product, items: many(2000, (item_id) => ({ item_id, options: { size: "M" } })) },
      /^1[3-6]\d\d of 2000 items are left out/,
    ],
    [
      "options of one variant",
      "get_product",
      { product_id: "p" },
      { ...product, items: [{ item_id: 1, options: byName(1000, "x".repeat(60)) }] },
      /^7\d\d of 1000 options are left out/,
    ],
    [
      "options of many variants",
      "get_product",
      { product_id: "p" },
      { ...product, items: many(50, (item_id) => ({ item_id, options: byName(50, "x") })) },
      /^\d+ of \d+ (items|options) are left out/,
    ],
    [
      "timeline",
      "get_order",
      { order_id: "7" },
      { ...order, timeline: Array(3000).fill({ at: "now", status: "x", note: "n".repeat(200) }) },
      /^29\d\d of 3000 timeline entries are left out/,
    ],
    [
      "tracking ids within a shipment",
      "get_order",
      { order_id: "7" },
      { ...order, shipments: [{ tracking_ids: many(4000, (n) => `CD284208793BE${n}`) }] },
      /^\d+ of 4000 tracking ids are left out/,
    ],
    [
      "tracking ids of a status",
      "get_order_status",
      { order_id: "7" },
      { ...order, tracking_ids: many(4000, (n) => `CD284208793BE${n}`) },
      /^\d+ of 4000 tracking ids are left out/,
    ],
    [
      "payment methods",
      "get_customer",
      {},
      {
        customer_id: "c",
        payment_methods: Array(5000).fill({ payment_method_id: "m", kind: "card" }),
      },
      /^4\d\d\d of 5000 payment methods are left out/,
    ],
    [
      "categories",
      "get_shop_info",
      {},
      { name: "Shop", categories: Array(5000).fill({ name: "c" }) },
      /^3\d\d\d of 5000 categories are left out/,
    ],
    [
      "twelve long policies",
      "get_shop_info",
      {},
      { name: "Shop", policies: byName(12, "x".repeat(2000)) },
      /^[2-4] of 12 policies are left out/,
    ],
    [
      "four hundred short policies",
      "get_shop_info",
      {},
      { name: "Shop", policies: byName(400, "x".repeat(100)) },
      /^2\d\d of 400 policies are left out/,
    ],
    [
      "policies in letters of four bytes, with quotation marks",
      "get_shop_info",
      {},
      { name: "\u{1f375}".repeat(300), policies: byName(40, '\u{1f375}"'.repeat(1000)) },
      /^3\d of 40 policies are left out/,
    ],
  ])("%s", async (_, name, args, sent, note) => {
    const result = await callTool(name, { ...args }, sent);
    expect(result.truncated).toBe(true);
    expect(String(result.notes)).toMatch(note);
    expect(String(result.notes)).toContain("since a result holds 24 kB at most.");
    const { content } = await host.callTool({ name, arguments: { ...args } });
    const [{ text } = { text: "" }] = content as { text: string }[]; // one text
    for (const whole of [JSON.stringify(result), text])
      expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(24_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(12_000);
  });
});

test("get_order leaves short lists alone where another is too long", async () => {
  const lines = pieces(3000);
  const payments = [{ kind: "payment", amount: "5.00" }];
  const result = await callTool("get_order", { order_id: "7" }, { ...order, payments, lines });
  expect(result.payments).toHaveLength(1);
  expect(result.notes).toEqual([expect.stringMatching(/^29\d\d of 3000 lines are left out/)]);
});
test("get_product counts the variants of the shop, not those that had room", async () => {
  const items = many(2000, (item_id) => ({ item_id, options: { size: "M" } }));
  const args = { product_id: "p" };
  await callTool("get_product", args, { ...product, items });
  const { content } = await host.callTool({ name: "get_product", arguments: args });
  expect(JSON.stringify(content)).toContain("Cup: 2000 variants");
});
test("a text that is shortened makes a result truncated", async () => {
  const { truncated, notes } = await callTool(
    "get_product",
    { product_id: "p" },
    {
      ...product,
      description: "x".repeat(3000),
    },
  );
  expect([truncated, notes]).toEqual([true, [expect.stringMatching(/^1 text .* shortened/)]]);
});

test("list_orders gives no cursor that it would refuse, and says that there are more", async () => {
  const results = [{ ...order, placed_at: "2026-11-01" }];
  for (const length of [100, 1200, 1600, 3000, 100_000]) {
    const next = `?cursor=${"c".repeat(length)}`;
    const result = await callTool("list_orders", {}, { results, next });
    if (length < 1300) expect(String(result.next_cursor).length).toBeLessThanOrEqual(2000);
    else {
      expect(result).not.toHaveProperty("next_cursor", expect.any(String));
      expect(result.truncated).toBe(true);
      expect(String(result.notes)).toContain("no link to them that can be followed");
    }
  }
});

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
