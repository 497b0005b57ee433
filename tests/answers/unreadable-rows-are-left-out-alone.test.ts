/** A row or line that cannot be read is left out alone, and counted; only where nothing is left is the answer wrong. */
import { expect, test } from "bun:test";
import { textOf } from "../harness/lanes.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool, callWithText } = await openShopWithOneAnswer();
const note = (what: string) => [`${what} left out.`];

test("two of three lines are told, and that the third is missing", async () => {
  const line = { item_id: "a", name: "Cup" };
  const sent = { order_id: 7, status: "shipped", lines: [line, { name: "Jug" }, line] };
  const { lines, notes } = await callTool("get_order", { order_id: "7" }, sent);
  expect(lines).toEqual([line, line]);
  expect(notes).toEqual(note("1 order line of the shop's answer could not be read and is"));
});

test("of every list in an order and a customer, only the unreadable entries are missing", async () => {
  const sent = {
    order_id: 7,
    status: "shipped",
    payments: [
      { kind: "payment", amount: "1,50" },
      { kind: "payment", amount: "2.00" },
    ],
    shipments: [null, { tracking_ids: ["T", {}] }],
    timeline: [{ at: "2026-11-01" }, { at: "2026-11-02", status: "shipped" }, [], 7],
    return: { item_ids: ["a", null] },
  };
  expect(await callTool("get_order", { order_id: "7" }, sent)).toMatchObject({
    payments: [{ kind: "payment", amount: { amount: "2.00" } }],
    shipments: [{ tracking_ids: ["T"] }],
    timeline: [{ at: "2026-11-02", status: "shipped" }],
    return: { item_ids: ["a"] },
    notes: [
      "1 payment of the shop's answer could not be read and is left out.",
      "1 shipment of the shop's answer could not be read and is left out.",
      "1 tracking id of the shop's answer could not be read and is left out.",
      "3 timeline entries of the shop's answer could not be read and are left out.",
      "1 item id of the shop's answer could not be read and is left out.",
    ],
  });
  const payment_methods = [{ kind: "paypal" }, { payment_method_id: "p", kind: "paypal" }];
  expect(await callTool("get_customer", {}, { customer_id: 1, payment_methods })).toEqual({
    customer_id: "1",
    payment_methods: [{ payment_method_id: "p", kind: "paypal" }],
    notes: note("1 payment method of the shop's answer could not be read and is"),
  });
});

test("one variant without an id leaves the others", async () => {
  const sent = { id: 1, name: "Cup", items: [{ id: 2 }, { item_id: 3, price: "2.00" }] };
  expect(await callTool("get_product", { product_id: "1" }, sent)).toMatchObject({
    items: [{ item_id: "3" }],
    notes: note("1 variant of the shop's answer could not be read and is"),
  });
});

test.each([
  ["a name that is null", { id: 2, name: null }],
  ["no id", { name: "Jug" }],
  ["an array where a row belongs", [2, "Jug"]],
  ["null", null],
  ["a text", "Jug"],
])("a product with %s is left out of the search alone", async (_, row) => {
  for (const sent of [
    [row, { id: 1, name: "Cup" }],
    { count: 2, results: [{ id: 1, name: "Cup" }, row] },
  ])
    expect(await callTool("search_products", { query: "cup" }, sent)).toEqual({
      products: [{ product_id: "1", name: "Cup" }],
      notes: note("1 product of the shop's answer could not be read and is"),
    });
});

test("orders and customers are counted by their own names", async () => {
  const orders = [{ id: 1, status: "shipped" }, { id: 2 }, { id: 3, status: null }];
  expect(await callTool("list_orders", {}, orders)).toEqual({
    orders: [{ order_id: "1", status: "shipped" }],
    notes: note("2 orders of the shop's answer could not be read and are"),
  });
  const customers = [{ customer_id: 1, email: "a@b.example" }, {}];
  expect(await callTool("find_customer", { email: "a@b.example" }, customers)).toMatchObject({
    notes: note("1 customer of the shop's answer could not be read and is"),
  });
});

test("lines of which none can be read are absent, not none; a list that is no list is said", async () => {
  const order = {
    order_id: 7,
    status: "shipped",
    lines: [{}, {}],
    payments: { "0": {} },
    shipments: null,
  };
  const result = await callTool("get_order", { order_id: "7" }, order);
  expect(result).not.toContainAnyKeys(["lines", "payments", "shipments"]);
  expect(result.notes).toEqual([
    "2 order lines of the shop's answer could not be read and are left out.",
    "1 list of payments of the shop's answer could not be read and is left out.",
  ]);
  const empty = { order_id: 7, status: "shipped", lines: [] };
  expect(await callTool("get_order", { order_id: "7" }, empty)).toMatchObject({ lines: [] });
});

test("an answer of which nothing can be read is in an unexpected shape", async () => {
  for (const sent of ["[{}, {}]", "[[]]", '{"results": [null]}', '{"results": {}}', "7"]) {
    const result = await callWithText("list_orders", {}, sent);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toStartWith("The shop answered the order list in an unexpected shape: ");
  }
  expect(await callTool("list_orders", {}, [])).toEqual({ orders: [] });
});

test("an option or policy without words is left out alone", async () => {
  const options = { size: "M", colour: null, note: "", extra: { a: 1 }, tags: ["x"], wide: false };
  const sent = { id: 1, name: "Cup", items: [{ item_id: 2, options }] };
  expect(await callTool("get_product", { product_id: "1" }, sent)).toMatchObject({
    items: [{ item_id: "2", options: { size: "M", wide: "false" } }],
    notes: note("2 options of the shop's answer could not be read and are"),
  });
  const info = { name: "Shop", policies: { returns: "30 days", shipping: null, gifts: [] } };
  expect(await callTool("get_shop_info", {}, info)).toEqual({
    name: "Shop",
    policies: { returns: "30 days" },
    notes: note("1 policy of the shop's answer could not be read and is"),
  });
});

test("parts of an address may be numbers; one that cannot be read is left out alone, and noted", async () => {
  const order = { order_id: 7, status: "shipped" };
  const address = { line1: 7, city: "Malmö", state: "", postcode: 21120, country: "SE" };
  expect(await callTool("get_order", { order_id: "7" }, { ...order, address })).toMatchObject({
    address: { line1: "7", city: "Malmö", postcode: "21120", country: "SE" },
  });
  const parts = { line1: ["Street 2"], city: "Malmö" };
  expect(
    await callTool("get_order", { order_id: "7" }, { ...order, address: parts }),
  ).toMatchObject({
    address: { city: "Malmö" },
    notes: note("1 line1 of the shop's answer could not be read and is"),
  });
  expect(
    await callTool("get_order", { order_id: "7" }, { ...order, address: "Street 2" }),
  ).toMatchObject({
    notes: note("1 address of the shop's answer could not be read and is"),
  });
});

test("a return has its amount, and is there without items that can be read", async () => {
  const order = { order_id: 7, status: "return_requested" };
  const sent = { item_ids: ["a"], amount: "12.5", payment_method_id: "visa" };
  expect(await callTool("get_order", { order_id: "7" }, { ...order, return: sent })).toMatchObject({
    return: {
      item_ids: ["a"],
      amount: { amount: "12.50", currency: "EUR" },
      payment_method_id: "visa",
    },
  });
  expect(
    await callTool("get_order", { order_id: "7" }, { ...order, return: { ...sent, item_ids: 7 } }),
  ).toMatchObject({
    return: { payment_method_id: "visa" },
    notes: note("1 list of item ids of the shop's answer could not be read and is"),
  });
});

test("variants that the shop does not list are not counted", async () => {
  const result = await callWithText("get_product", { product_id: "1" }, '{"id": 1, "name": "Cup"}');
  expect(textOf(result)).toStartWith("Cup\n");
});
