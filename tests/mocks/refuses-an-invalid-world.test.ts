/** An invalid world is refused, with one line per problem that says where it is. @module */
import { describe, expect, test } from "bun:test";
import { InvalidWorldError } from "../../mocks/errors.ts";
import { readWorld, seed } from "../../mocks/world.ts";
import { bareWorld, worldWithOrder } from "./setup.ts";

const worldWithQuantity = (quantity: unknown) =>
  worldWithOrder({ items: [{ ...seed.orders[0]?.items[0], quantity }] });

describe("a world", () => {
  const [product] = seed.products;
  const [customer] = seed.customers;
  const [order] = seed.orders;

  test.each([
    ["world: Invalid input: expected object, received array", []],
    ["currency: Not a currency such as EUR.", { ...bareWorld, currency: "euro" }],
    ["extra: No such key in a world.", { ...bareWorld, extra: 1 }],
    ["orders: This field is required.", { ...bareWorld, orders: null }],
    [
      "products[0].product_id: Not an id.",
      { ...bareWorld, products: [{ ...product, product_id: "a/b" }] },
    ],
    [
      "products[0].items: This list may not be empty.",
      { ...bareWorld, products: [{ ...product, items: [] }] },
    ],
    [
      "products[0].name: Null characters",
      { ...bareWorld, products: [{ ...product, name: "a\0" }] },
    ],
    ['products[1].product_id: "', { ...bareWorld, products: [product, product] }],
    [
      'customers[1].token: "demo-mia" is there twice.',
      { ...bareWorld, customers: [customer, { ...customer, customer_id: "x" }] },
    ],
    ["orders[0].status: Invalid option", worldWithOrder({ status: "lost" })],
    ["orders[0].placed_at: Not an instant", worldWithOrder({ placed_at: "2026-13-01T00:00:00Z" })],
    [
      "orders[0].estimated_delivery: Not a date",
      worldWithOrder({ estimated_delivery: "2026-11-31" }),
    ],
    [
      "orders[0].payments[0].amount: A valid number",
      worldWithOrder({ payments: [{ kind: "refund", amount: "9.5", payment_method_id: "x" }] }),
    ],
    [
      "orders[0].payments[0].amount: Ensure this value",
      worldWithOrder({ payments: [{ kind: "refund", amount: "-9.50", payment_method_id: "x" }] }),
    ],
    [
      "orders[0].address.line1: This field is required.",
      worldWithOrder({ address: { ...order?.address, line1: null } }),
    ],
    ["orders[0].order_id: Not an id.", worldWithOrder({ order_id: "-1" })],
    ["orders[0].order_id: Not an id.", worldWithOrder({ order_id: "é".repeat(129) })],
    ["orders[0].items[0].quantity: Too small", worldWithQuantity(0)],
    ["orders[0].items[0].quantity: Too big", worldWithQuantity(1001)],
    ["orders[0].items[0].quantity: Invalid input", worldWithQuantity("2")],
    ["orders[0].order_number: Invalid input", worldWithOrder({ order_number: 7 })],
    ['orders[0].customer_id: there is no "nobody".', worldWithOrder({ customer_id: "nobody" })],
  ])("that is invalid is refused with the place: %s", (line, given) => {
    expect(() => readWorld(given)).toThrow(InvalidWorldError);
    expect(() => readWorld(given)).toThrow(line);
  });

  test("that is invalid in several places is refused with a line for each", () => {
    const given = { ...bareWorld, currency: "e", orders: {}, one: 1, two: 2 };
    expect(() => readWorld(given)).toThrow(/^currency: .+\norders: .+\none: .+\ntwo: .+$/);
  });
});
