/** Money and ids are proven or asked, and never guessed. */
import { describe, expect, test } from "bun:test";
import {
  omit,
  listView,
  ORDERS,
  otherShop,
  PRODUCTS,
  recordView,
  type Row,
  suggest,
} from "./other-shop.ts";

const withProducts = (change: (row: (typeof PRODUCTS)[number]) => Row) => {
  const rows = PRODUCTS.map(change);
  const routes = { "/api/products/": listView(rows), "/api/products/*/": recordView(rows, "pk") };
  return otherShop({ routes }).runtime;
};
const withOrders = (change: (row: (typeof ORDERS)[number]) => Row) => {
  const rows = ORDERS.map(change);
  return otherShop({
    routes: { "/api/orders/": listView(rows), "/api/orders/*/": recordView(rows, "ref") },
  }).runtime;
};

describe("a price", () => {
  test("with tax is told from one without by what was paid", async () => {
    const { linesWith } = await suggest(
      withProducts((row) => ({ ...row, price_net: (Number(row.price_gross) / 1.2).toFixed(2) })),
    );
    expect(linesWith('price: "price_gross"')).toHaveLength(1);
    expect(linesWith("price_net")).toEqual([]);
  });
  test("of which there are two is asked for", async () => {
    const { linesWith } = await suggest(
      withProducts(({ price_gross, ...row }) => ({
        ...row,
        price_a: Number(price_gross) + 1,
        price_b: Number(price_gross) + 2,
      })),
    );
    expect(linesWith("TODO price:")).toEqual([
      "// TODO price: which of price_a (13.50), price_b (14.50) is what one piece costs now, with tax?",
    ]);
    expect(linesWith('price: "price_')).toEqual([]);
  });
  test("without tax alone is asked for", async () => {
    const { linesWith } = await suggest(
      withProducts(({ price_gross, ...row }) => ({
        ...row,
        price_excl_tax: Number(price_gross) / 2,
      })),
    );
    expect(linesWith('price: "price_excl_tax"')).toEqual([]);
    expect(linesWith("TODO price: which of price_excl_tax (6.25)")).toHaveLength(1);
  });
});

describe("an amount in hundredths", () => {
  test("is divided where its name says so", async () => {
    const { linesWith } = await suggest(
      withProducts((row) => ({
        ...omit(row, "price_gross"),
        price_cents: Math.round(Number(row.price_gross) * 100),
      })),
    );
    expect(linesWith("price_cents")).toEqual([
      "price: (row) => row.price_cents / 100, // proven: price_cents says so itself: 12.50",
    ]);
  });
  test("may be any large whole number, so it is asked for", async () => {
    const { linesWith } = await suggest(
      withProducts((row) => ({
        ...omit(row, "price_gross"),
        price: Math.round(Number(row.price_gross) * 100),
      })),
    );
    expect(linesWith("hundredths")).toEqual([
      "// TODO price: price (1250): is that in hundredths?",
    ]);
    expect(linesWith("price: null")).toHaveLength(1);
  });
});

describe("a total", () => {
  test("that both net and gross lead to means that the gross was paid", async () => {
    const { linesWith } = await suggest(
      withOrders((row) => ({
        ...row,
        positions: row.positions.map((line) => ({
          ...omit(omit(line, "sum"), "each"),
          price_base: (Number(line.each) / 1.25).toFixed(2),
          price_full: line.each,
        })),
        tax_total: row.positions.reduce((sum, { sum: own }) => sum + Number(own) / 5, 0).toFixed(2),
      })),
    );
    expect(linesWith('price: "price_full"')).toHaveLength(1);
  });
  test("that the lines do not add up to is asked for, and never the tax", async () => {
    const { linesWith, out } = await suggest(
      withOrders((row) => ({ ...row, grand_total: "999.00" })),
    );
    expect(linesWith("TODO total:")).toHaveLength(1);
    expect(out).not.toContain('total: "');
  });
  test("with tax on top means that prices are without it", async () => {
    const { linesWith } = await suggest(
      withOrders(({ grand_total, ...row }) => ({
        ...row,
        grand_total: (Number(grand_total) + Number(row.tax_total)).toFixed(2),
      })),
    );
    expect(linesWith("price:").filter((line) => line.includes("each"))).toEqual([
      expect.stringContaining("// TODO price: each is without tax"),
    ]);
  });
});

describe("an id", () => {
  test("of a customer is never the order's own", async () => {
    const { out, linesWith } = await suggest(
      withOrders((row) => ({ ...omit(row, "owner"), id: 7 })),
    );
    expect(out).not.toContain('customer_id: "id", // proven: 7');
    expect(linesWith('customer_id: "owner"')).toEqual([]);
  });
  test("that no customer has is asked for", async () => {
    const { linesWith } = await suggest(withOrders((row) => ({ ...row, owner: 99 })));
    expect(linesWith("TODO customer_id")).toEqual([
      "// TODO customer_id: owner (99)? No customer was found with that id",
    ]);
  });
  test("of a line that has no other is its product's", async () => {
    const { linesWith } = await suggest(
      withOrders((row) => ({ ...row, positions: row.positions.map((line) => omit(line, "id")) })),
    );
    expect(linesWith('product_id: "product"')).toHaveLength(1);
    expect(linesWith('item_id: "product"')[0]).toContain(
      "is the product, and a line has no other id",
    );
  });
});
