import { afterAll, describe, expect, test } from "bun:test";
import { first, money, type Order, ordersOf, productWith, shop } from "./oscar.ts";

const mia = await shop.open("mia");
const pages = { SHOP_PAGINATION: "PageNumberPagination", SHOP_PAGE_SIZE: "4" };
const paged = await shop.serve({ ...pages, SHOP_MORE_FIELDS: "1" });
const elsewhere = await shop.open("mia", { django_api_base: paged.url });
afterAll(async () => {
  await mia.host.close();
  await elsewhere.host.close();
  await paged.stop();
});

/** What the dialect calls oscar's statuses. */
const STATUSES: Record<string, object> = {
  new: { status: "pending", raw_status: "new" },
  Pending: { status: "pending" },
  "Being processed": { status: "processing", raw_status: "Being processed" },
  Complete: { status: "unknown", raw_status: "Complete" },
  Cancelled: { status: "cancelled" },
};
const row = ({ id, number, status, total }: Order) => ({
  order_id: id,
  order_number: number,
  ...STATUSES[status],
  total: money(total),
});
const sent = (row: object): object => ({ ...row, placed_at: undefined });
const mine = ordersOf("mia");
const withLines = (pieces: number[]) =>
  first(mine.filter(({ lines }) => `${lines.map((line) => line.quantity)}` === `${pieces}`));

describe("list_orders", () => {
  test("gives the caller's own, the newest first", async () => {
    const { rows } = await mia.all("list_orders", "orders");
    expect(rows.map(sent)).toEqual(mine.map(row));
    expect(rows.map(({ placed_at }) => Date.parse(placed_at))).toEqual(
      mine.map(({ placed_at }) => placed_at),
    );
    expect(mine).toHaveLength(13);
  });
  test.each([1, 5, 50])("gives %d at a time, each once, to the end", async (limit) => {
    for (const customer of [mia, elsewhere]) {
      const { rows } = await customer.all("list_orders", "orders", { limit });
      expect(rows.map(({ order_id }) => order_id)).toEqual(mine.map(({ id }) => id));
    }
  });
  test.each(["pending", "processing", "cancelled", "shipped"])("filters by %s", async (status) => {
    const fitting = mine.map(row).filter((one) => "status" in one && one.status === status);
    for (const customer of [mia, elsewhere]) {
      const { rows } = await customer.all("list_orders", "orders", { status, limit: 4 });
      const certain = rows.filter((one) => one.status === status);
      expect(certain.map(sent)).toEqual(fitting);
    }
  });
  test("gives nothing to a customer without orders, and others theirs", async () => {
    for (const name of ["new", "tom"]) {
      const other = await shop.open(name);
      const { orders } = await other.call("list_orders");
      expect(orders.map(sent)).toEqual(ordersOf(name).map(row));
      await other.host.close();
    }
  });
});

describe("get_order", () => {
  test("has lines with pieces, prices with VAT, options and the address", async () => {
    const order = withLines([2, 1, 3]);
    const { lines, address, ...rest } = await mia.call("get_order", { order_id: order.id });
    expect(rest).toMatchObject({ ...row(order), order_id: order.id });
    expect(address).toEqual({ ...order.address, state: "" });
    expect(address).toMatchObject({ line2: "Bus 4", city: "Gent", country: "Belgium" });
    const [tea, plate, red] = ["mug-tea", "plate", "mug-set-red"].map(productWith);
    expect(lines).toEqual([
      line(tea, "Tea mug", 2, "9.68"),
      line(plate, "Soup plate", 1, "15.00"),
      line(red, "mug-set-red", 3, undefined), // 34.48 in all
    ]);
    expect(order.lines.map(({ gross }) => gross)).toEqual(["19.36", "15.00", "34.48"]);
  });
  test("has the total with shipping and discounts, and pieces at what was paid for them", async () => {
    const order = withLines([3, 1]);
    const { lines, total } = await mia.call("get_order", { order_id: order.id });
    expect(total).toEqual(money(order.total));
    const [{ price, quantity }] = lines;
    expect([price.amount, quantity]).toEqual(["23.99", 3]);
    expect(order.lines.map(({ gross }) => gross)).toEqual(["71.97", "9.68"]);
  });
  test("keeps a line whose product is gone", async () => {
    const order = first(mine.filter(({ lines }) => lines.some((one) => one.product === null)));
    const gone = order.lines.findIndex((one) => one.product === null);
    const { lines, notes } = await mia.call("get_order", { order_id: order.id });
    expect(lines).toHaveLength(order.lines.length);
    expect(lines[gone]).toEqual({
      item_id: `line-${order.lines[gone]?.id}`,
      name: "A product that the shop no longer has",
      options: {},
      price: money("3.63"),
      quantity: 1,
    });
    expect(notes).toBeUndefined();
  });
  test("names a line as it was bought, where the API says how", async () => {
    const orders = mine.filter(
      ({ lines }) => lines.some(({ product }) => !product) || lines.length > 2,
    );
    expect(orders).toHaveLength(2);
    for (const { id, lines } of orders) {
      const told = await elsewhere.call("get_order", { order_id: id });
      expect(told.lines.map(({ name }: { name: string }) => name)).toEqual(
        lines.map(({ title }) => title),
      );
      expect(lines.map(({ title }) => title).join()).toMatch(/Painted mug|Sieve/);
    }
  });
  test.each(["get_order", "get_order_status"])("%s takes the number on the mail", async (tool) => {
    for (const customer of [mia, elsewhere])
      for (const order of [mine[0], mine[12]])
        for (const order_id of [order?.number, order?.id])
          expect(await customer.call(tool, { order_id })).toMatchObject({
            order_id: order?.id,
            order_number: order?.number,
            ...STATUSES[order?.status ?? ""],
          });
  });
  test.each(["get_order", "get_order_status"])(
    "%s gives nobody the order of another",
    async (tool) => {
      const { id, number } = first(ordersOf("tom"));
      expect(await mia.failure(tool, { order_id: id })).toContain("not allowed");
      expect(await mia.failure(tool, { order_id: number })).toContain("Nothing was found");
      expect(await mia.failure(tool, { order_id: "100999" })).toContain("Nothing was found");
    },
  );
});

/** A line as the tools have it. */
function line(
  product: ReturnType<typeof productWith> | undefined,
  name: string,
  quantity: number,
  amount?: string,
) {
  const options = { ...product?.attributes, UPC: product?.upc };
  const [item_id, product_id] = [product?.id, product?.id];
  return { item_id, product_id, name, quantity, options, ...(amount && { price: money(amount) }) };
}
