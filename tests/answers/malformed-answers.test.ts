/** Values that the contract does not expect are normalized or left out; the rest of the answer stays. */
import { expect, test } from "bun:test";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool, callWithText } = await openShopWithOneAnswer();

const EUR = (amount: string) => ({ amount, currency: "EUR" });
test.each<[string, object, object]>([
  ["a price as an integer", { price: 12 }, { price: EUR("12.00") }],
  ["a price as a float that is not exact", { price: 0.1 + 0.2 }, { price: EUR("0.30") }],
  ["a price with three decimals", { price: 1.005 }, { price: EUR("1.005") }],
  ["a price with white space and zeros", { price: " 12.5000 " }, { price: EUR("12.50") }],
  [
    "a price as an amount with its currency",
    { price: { amount: "5.00", currency: "USD" } },
    { price: { amount: "5.00", currency: "USD" } },
  ],
  ["a price as an exponent", { price: "1e3" }, { price: EUR("1000.00") }],
  [
    "a currency that is not a code",
    { price: 5, currency: "<b>\u202e" },
    { price: { amount: "5.00", currency: "XXX" } },
  ],
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
    "escaped markup",
    { description: "&lt;script&gt;alert(1)&lt;/script&gt;Good" },
    { description: "Good" },
  ],
  [
    "a description with blocks",
    { description: "<p>One</p><p>two<b>!</b></p>" },
    { description: "One two!" },
  ],
  [
    "characters that are not markup",
    { description: "A < B & C, 5 <3" },
    { description: "A < B & C, 5 <3" },
  ],
  [
    "optional fields of other types",
    { description: 7, images: null, category: {}, available: 3, url: "http://u:p@shop.test/" },
    {},
  ],
])("get_product normalizes %s", async (_, sent, expected) => {
  const row = { product_id: "p", name: "Cup" };
  const product = await callTool("get_product", { product_id: "p" }, { ...row, ...sent });
  expect(JSON.parse(JSON.stringify(product))).toEqual({ ...row, ...expected });
});

test("get_order_status gives a status in the shop's own words as text", async () => {
  const sent = { status: "Awaiting <i>collection</i>" };
  expect(await callTool("get_order_status", { order_id: "7" }, sent)).toMatchObject({
    status: "unknown",
    raw_status: "Awaiting collection",
  });
});

test("search_products applies the filters that a plain view ignores", async () => {
  const rows = [
    { id: 1, name: "a", price: 5 },
    { id: 2, name: "b", price: 50 },
    { id: 3, name: "c", price: 6, available: false },
    { id: 4, name: "d" },
  ];
  const { products } = await callTool(
    "search_products",
    { query: "x", max_price: 10, in_stock: true },
    rows,
  );
  expect(products).toEqual([
    expect.objectContaining({ product_id: "1" }),
    expect.objectContaining({ product_id: "4" }),
  ]);
});

test.each([
  { success: false, message: "down", results: [] },
  { status: "error", data: [] },
  { error: "Search is down.", results: [] },
  { data: { orders: [] }, errors: [{ message: "down" }] },
])("an empty list in an answer that says an error is no list of 0 orders: %j", async (sent) => {
  const { isError, content } = await callWithText("list_orders", {}, JSON.stringify(sent));
  expect(isError).toBe(true);
  expect(JSON.stringify(content)).toContain("in an unexpected shape: results is missing");
});
test.each([
  { success: true, error: null, results: [] },
  { status: "ok", errors: [], data: [] },
  { error: "", results: [] },
])("an empty list in an answer that says no error is one: %j", async (sent) => {
  expect(await callTool("list_orders", {}, sent)).toEqual({ orders: [] });
});
