/** What is told of django-salesman's orders, compared with what its own models hold. */
import { afterAll, describe, expect, test } from "bun:test";
import { realShop } from "../real-shop.ts";

/** An order as `dump.py` prints it. */
export interface Kept {
  ref: string;
  owner: string | null;
  user: number | null;
  status: string;
  placed: string;
  total: string;
  address: string;
  payments: { amount: string; method: string }[];
  items: { code: string; name: string; quantity: number; total: string }[];
}
const shop = realShop("dialects/salesman.ts");
const paged = await shop.serve({ SHOP_PAGE_SIZE: "3" });
const local = await shop.serve({ SHOP_LOCAL_PRICES: "1" });
afterAll(() => Promise.all([paged.stop(), local.stop()]));
const kept: Kept[] = await shop.run("dump.py");
const of = (owner: string) => kept.filter((order) => order.owner === owner);
const refs = (orders: Kept[]) => orders.map(({ ref }) => ref);

const STATUSES: Record<string, string> = {
  HOLD: "pending",
  PROCESSING: "processing",
  SHIPPED: "shipped",
  COMPLETED: "delivered",
  CANCELLED: "cancelled",
};
const euros = (amount: string) => ({ amount, currency: "EUR" });
const cents = (amount: string) => BigInt(amount.replace(".", ""));
const instant = (written: string) => new Date(written).toISOString();

test("offers what the shop has, and nothing else", async () => {
  const mia = await shop.open("mia");
  expect(await mia.tools()).toEqual(["get_order_status", "get_order", "list_orders"]);
  const { tools } = await mia.host.listTools();
  const list = tools.find(({ name }) => name === "list_orders");
  expect(Object.keys(list?.inputSchema.properties ?? {})).toEqual(["status", "limit", "cursor"]);
});

test("has nothing to offer without a token, and says so at start", async () => {
  expect(shop.open()).rejects.toThrow(/nothing that this shop and these settings offer/);
});

test.each(of("mia"))("tells the whole order $ref", async (order) => {
  const mia = await shop.open("mia");
  const told = await mia.call("get_order", { order_id: order.ref });
  const status = STATUSES[order.status];
  expect(told).toMatchObject({
    order_id: order.ref,
    customer_id: String(order.user),
    status: status ?? "unknown",
    total: euros(order.total),
    address: { line1: order.address.replaceAll("\r\n", ", ") },
    payments: order.payments.map(({ amount, method }) => {
      return { kind: "payment", amount: euros(amount), payment_method_id: method };
    }),
  });
  const isSame = status === order.status.toLowerCase();
  expect(told.raw_status).toBe(isSame ? undefined : order.status);
  expect(instant(told.placed_at)).toBe(instant(order.placed));
  expect(told.order_number).toBeUndefined(); // the ref is both
  expect(told.can_cancel).toBeUndefined();
});

test("tells pieces, and what one cost to the cent with its tax; a price that does not divide is absent", async () => {
  const mia = await shop.open("mia");
  const prices: unknown[] = [];
  for (const order of of("mia")) {
    const { lines } = await mia.call("get_order", { order_id: order.ref });
    expect(lines).toHaveLength(order.items.length);
    for (const [n, { code, name, quantity, total }] of order.items.entries()) {
      expect(lines[n]).toMatchObject({ item_id: code, name, quantity });
      expect(lines[n].product_id).toBeUndefined();
      const { price } = lines[n];
      prices.push(price?.amount);
      if (price) expect(cents(price.amount) * BigInt(quantity)).toBe(cents(total));
      else expect(cents(total) % BigInt(quantity)).not.toBe(0n);
    }
  }
  expect(prices).toContain(undefined);
  expect(prices).toContain("8.51"); // 7.15 and 19 % of it
});

describe.each([
  ["whole", shop.url],
  ["in pages of three", paged.url],
])("where a list comes %s", (_, django_api_base) => {
  const open = () => shop.open("mia", { django_api_base });
  test("lists a customer's own orders, page by page to the end, the newest first", async () => {
    const mia = await open();
    const { rows, pages } = await mia.all("list_orders", "orders", { limit: 2 });
    expect(rows.map(({ order_id }) => order_id)).toEqual(refs(of("mia")));
    expect(pages).toBeGreaterThanOrEqual(Math.ceil(of("mia").length / 2));
    expect(rows.map(({ total }) => total)).toEqual(of("mia").map(({ total }) => euros(total)));
    expect(rows.map(({ item_count }) => item_count)).toEqual(
      of("mia").map(({ items }) => items.reduce((sum, { quantity }) => sum + quantity, 0)),
    );
  });

  test.each(["pending", "processing", "shipped", "delivered", "cancelled", "return_requested"])(
    "lists the orders that are %s",
    async (status) => {
      const mia = await open();
      const { rows } = await mia.all("list_orders", "orders", { status });
      const orders = of("mia").filter((order) => STATUSES[order.status] === status);
      expect(rows.map(({ order_id }) => order_id)).toEqual(refs(orders));
      expect(rows.every((row) => row.status === status)).toBe(true);
    },
  );
});

test("knows an order by the number on the mail, and tells its status", async () => {
  const mia = await shop.open("mia");
  const [order] = of("mia").filter(({ status }) => status === "SHIPPED");
  const told = await mia.call("get_order_status", { order_id: `#${order?.ref}` });
  expect(told).toMatchObject({ order_id: order?.ref, status: "shipped" });
});

test("does not show another customer's order, nor a guest's", async () => {
  const mia = await shop.open("mia");
  for (const { ref, owner } of kept.filter(({ owner }) => owner !== "mia")) {
    const told = await mia.failure("get_order", { order_id: ref });
    expect(told, owner ?? "a guest").toStartWith("Nothing was found");
    const status = await mia.failure("get_order_status", { order_id: ref });
    expect(status).toStartWith("Nothing was found");
  }
});

test("does not take the id of a row for the number", async () => {
  const mia = await shop.open("mia");
  const told = await mia.failure("get_order", { order_id: "3" });
  expect(told).toStartWith("Nothing was found");
});

test("leaves out prices that a formatter of the shop's own writes, and says so", async () => {
  const mia = await shop.open("mia", { django_api_base: local.url });
  const [order] = of("mia").filter(({ status }) => status === "SHIPPED");
  const told = await mia.call("get_order", { order_id: order?.ref });
  expect(told).toMatchObject({ order_id: order?.ref, status: "shipped" });
  expect(JSON.stringify(told)).not.toMatch(/amount/);
  for (const what of ["1 total", "1 payment", "2 prices"])
    expect(told.notes.join(" ")).toContain(`${what} of the shop's answer could not be read`);
});
