/** An invalid world is refused, with one line per problem that says where it is. @module */
import { describe, expect, test } from "bun:test";
import { InvalidWorldError } from "../../mocks/errors.ts";
import { readWorld, seed } from "../../mocks/world.ts";

describe("a world", () => {
  const bare = { currency: "EUR", products: [], customers: [], orders: [] };
  const [product] = seed.products;
  const [customer] = seed.customers;
  const [order] = seed.orders;
  const withOrder = (changes: object) => ({
    ...bare,
    customers: seed.customers,
    orders: [{ ...order, ...changes }],
  });

  test.each([
    ["world: Invalid input: expected object, received array", []],
    ["currency: Not a currency such as EUR.", { ...bare, currency: "euro" }],
    ["extra: No such key in a world.", { ...bare, extra: 1 }],
    ["orders: This field is required.", { ...bare, orders: null }],
    [
      "products[0].product_id: Not an id.",
      { ...bare, products: [{ ...product, product_id: "a/b" }] },
    ],
    [
      "products[0].items: This list may not be empty.",
      { ...bare, products: [{ ...product, items: [] }] },
    ],
    ["products[0].name: Null characters", { ...bare, products: [{ ...product, name: "a\0" }] }],
    ['products[1].product_id: "', { ...bare, products: [product, product] }],
    [
      'customers[1].token: "demo-mia" is there twice.',
      { ...bare, customers: [customer, { ...customer, customer_id: "x" }] },
    ],
    ["orders[0].status: Invalid option", withOrder({ status: "lost" })],
    ["orders[0].placed_at: Not an instant", withOrder({ placed_at: "2026-13-01T00:00:00Z" })],
    ["orders[0].estimated_delivery: Not a date", withOrder({ estimated_delivery: "2026-11-31" })],
    [
      "orders[0].payments[0].amount: A valid number",
      withOrder({ payments: [{ kind: "refund", amount: "9.5", payment_method_id: "x" }] }),
    ],
    [
      "orders[0].payments[0].amount: Ensure this value",
      withOrder({ payments: [{ kind: "refund", amount: "-9.50", payment_method_id: "x" }] }),
    ],
    [
      "orders[0].address.line1: This field is required.",
      withOrder({ address: { ...order?.address, line1: null } }),
    ],
    ['orders[0].customer_id: there is no "nobody".', withOrder({ customer_id: "nobody" })],
  ])("that is bad says where: %s", (line, given) => {
    expect(() => readWorld(given)).toThrow(InvalidWorldError);
    expect(() => readWorld(given)).toThrow(line);
  });

  test("that is bad in several places has a line for each", () => {
    const given = { ...bare, currency: "e", orders: {}, one: 1, two: 2 };
    expect(() => readWorld(given)).toThrow(/^currency: .+\norders: .+\none: .+\ntwo: .+$/);
  });
});
