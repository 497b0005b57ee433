/** Orders and people of the JWT shop, compared with what its models hold. */
import { expect, test } from "bun:test";
import { dump, euros, type KeptOrder, open, optionsOf } from "./kept.ts";

const { orders, users } = await dump();
const mine = orders.filter(({ owner }) => owner === "mia");
const STATUSES: Record<string, string> = {
  pending: "pending",
  awaiting_payment: "pending",
  paid: "processing",
  packed: "processing",
  shipped: "shipped",
  delivered: "delivered",
  cancelled: "cancelled",
  refunded: "unknown",
};
const ids = (rows: { order_id: string }[]) => rows.map(({ order_id }) => order_id);
const idsOf = (some: KeptOrder[]) => some.map(({ id }) => id);
const paymentsOf = ([status, sum, payment_method_id]: KeptOrder["payments"][number]) => {
  const paid = { kind: "payment", amount: euros(sum), payment_method_id };
  if (status === "refunded") return [paid, { ...paid, kind: "refund" }];
  return status === "succeeded" ? [paid] : [];
};

test("offers a shopper what the shop has, and nothing else", async () => {
  const mia = await open("mia");
  expect(await mia.tools()).toEqual([
    "search_products",
    "get_product",
    "get_order_status",
    "get_order",
    "list_orders",
    "find_customer",
    "get_customer",
    "cancel_order",
  ]);
  const { tools } = await mia.host.listTools();
  const argumentsOf = (tool: string) =>
    Object.keys(tools.find(({ name }) => name === tool)?.inputSchema.properties ?? {});
  expect(argumentsOf("list_orders")).toEqual(["status", "limit", "cursor"]);
  expect(argumentsOf("find_customer")).toEqual(["email", "first_name", "last_name"]);
});

test.each(mine.slice(0, 16))("tells the whole order $number by its number", async (order) => {
  const mia = await open("mia");
  const told = await mia.call("get_order", { order_id: order.number });
  const status = STATUSES[order.status];
  expect(told).toMatchObject({
    order_id: order.id,
    order_number: order.number,
    customer_id: users["mia"],
    status,
    total: euros(order.total),
    address: { line1: order.street, postcode: "411 06", city: "Göteborg", country: "SE" },
    lines: order.items.map(({ sku, product, name, size, color, quantity, price }) => {
      const options = optionsOf(size, color);
      return { item_id: sku, product_id: product, name, options, quantity, price: euros(price) };
    }),
    payments: order.payments.flatMap(paymentsOf),
  });
  expect(told.raw_status).toBe(status === order.status ? undefined : order.status);
  expect(told.shipments).toEqual(order.tracking ? [{ tracking_ids: [order.tracking] }] : undefined);
  expect(new Date(told.placed_at)).toEqual(new Date(order.created));
  expect(told.can_cancel).toBeUndefined();
});

test("knows the number in any case and behind a #, and the id", async () => {
  const mia = await open("mia");
  const [order] = mine.filter(({ tracking }) => tracking);
  for (const order_id of [order?.number.toLowerCase(), `#${order?.number}`, order?.id]) {
    const told = await mia.call("get_order_status", { order_id });
    const { id, number, tracking } = order ?? {};
    expect(told).toMatchObject({ order_id: id, order_number: number, tracking_ids: [tracking] });
  }
});

test("does not take a part of a number for the number", async () => {
  const mia = await open("mia");
  for (const order_id of ["ORD-2026-000", "ORD-2026", "2026-0007"])
    expect(await mia.failure("get_order", { order_id })).toStartWith("Nothing was found");
});

test("does not show another customer's order, by its number or its id", async () => {
  const mia = await open("mia");
  const [other] = orders.filter(({ owner }) => owner === "tom");
  for (const order_id of [other?.number, other?.id])
    for (const tool of ["get_order", "get_order_status"])
      expect(await mia.failure(tool, { order_id })).toStartWith("Nothing was found");
});

test("lists a customer's own orders, page by page to the end, the newest first", async () => {
  const mia = await open("mia");
  const { rows, pages } = await mia.all("list_orders", "orders", { limit: 6 });
  expect(ids(rows)).toEqual(idsOf(mine));
  expect(pages).toBeGreaterThanOrEqual(Math.ceil(mine.length / 6));
  for (const [n, { number, total, items }] of mine.entries()) {
    const item_count = items.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(rows[n]).toMatchObject({ order_number: number, total: euros(total), item_count });
  }
});

test("lists everybody's orders for staff", async () => {
  const rosa = await open("rosa");
  const { rows } = await rosa.all("list_orders", "orders");
  expect(ids(rows)).toEqual(idsOf(orders));
});

test.each(["pending", "processing", "shipped", "delivered", "cancelled"])(
  "lists all orders that are %s, and no others, whatever the shop calls them",
  async (status) => {
    const rosa = await open("rosa");
    const { rows } = await rosa.all("list_orders", "orders", { status, limit: 4 });
    const now = (await dump()).orders.filter((order) => STATUSES[order.status] === status);
    expect(ids(rows)).toEqual(idsOf(now));
    expect(rows.map((row) => row.status)).toEqual(now.map(() => status));
  },
);

test("lists no order with a status that the shop does not have", async () => {
  const mia = await open("mia");
  const page = await mia.call("list_orders", { status: "return_requested" });
  expect(page.orders).toEqual([]);
});

test("tells who one is", async () => {
  const mia = await open("mia");
  const expected = { customer_id: users["mia"], email: "mia@shop.example", first_name: "Mia" };
  expect(await mia.call("get_customer")).toMatchObject(expected);
  expect(mia.requests).toEqual(["GET /api/users/me/"]);
});

test("finds a customer for staff, by e-mail or by name", async () => {
  const rosa = await open("rosa");
  const found = async (asked: object) => {
    const { customers } = await rosa.call("find_customer", { ...asked });
    return customers.map(({ customer_id }: { customer_id: string }) => customer_id);
  };
  expect(await found({ email: "TOM@shop.example" })).toEqual([users["tom"]]);
  expect(await found({ first_name: "tom" })).toEqual([users["tom"]]);
  expect(rosa.requests.at(-1)).toBe("GET /api/users/?search=tom");
  expect(await found({ first_name: "Tom", last_name: "Okafor" })).toEqual([users["tom"]]);
  expect(rosa.requests.at(-1)).toBe("GET /api/users/?search=Tom+Okafor");
  expect(await found({ last_name: "Lindqvist", email: "mia@shop.example" })).toEqual([
    users["mia"],
  ]);
  expect(await found({ email: "nobody@shop.example" })).toEqual([]);
  expect(await found({ email: "shop.example" })).toEqual([]); // a part of all
  expect(await rosa.call("get_customer", { customer_id: users["tom"] })).toMatchObject({
    last_name: "Okafor",
  });
});

test("does not show other people to a customer", async () => {
  const mia = await open("mia");
  expect(await mia.failure("find_customer", { email: "tom@shop.example" })).toMatch(/permission/);
  expect(await mia.failure("get_customer", { customer_id: users["tom"] })).toMatch(/permission/);
});
