/** A world is parsed into one canonical form, and written key for key. @module */
import { describe, expect, test } from "bun:test";
import { createShop } from "../../mocks/shop.ts";
import { readWorld, seed } from "../../mocks/world.ts";
import seedFile from "../../mocks/world.json";
import { worldWithOrder } from "./setup.ts";

describe("a world", () => {
  const [product] = seed.products;
  const [customer] = seed.customers;
  const [order] = seed.orders;

  test("that is canonical comes back key for key", () => {
    expect(seed).toStrictEqual(readWorld(seedFile));
    expect(JSON.stringify(readWorld(seed))).toBe(JSON.stringify(seed));
    expect(createShop(seed).world()).toStrictEqual(seed);
  });

  test("comes back in one canonical form, however it was written", () => {
    const given = {
      ...worldWithOrder({
        placed_at: "2026-11-02T10:15:00.25+01:00",
        updated_at: "2026-11-02T09:15:00.000Z",
        items_modified: false,
        cancel_reason: null,
        timeline: [],
        order_id: "注文~7",
        order_number: "K/7",
        items: [1, 2].map((quantity) => ({ ...order?.items[0], quantity })),
      }),
      products: [{ ...product, items: [{ ...product?.items[0], price: 7 }] }],
      customers: [{ ...customer, customer_id: order?.customer_id, staff: false }],
      support_requests: [],
      shop: null,
    };
    const { orders, products, customers, ...rest } = readWorld(given);
    expect(orders[0]?.placed_at).toBe("2026-11-02T09:15:00.250000Z");
    expect(orders[0]?.updated_at).toBe("2026-11-02T09:15:00Z");
    expect(orders[0]?.timeline).toEqual([]);
    expect(orders[0]).toMatchObject({ order_id: "注文~7", order_number: "K/7" });
    expect(orders[0]?.items[0]).not.toContainKey("quantity"); // one piece
    expect(orders[0]?.items[1]?.quantity).toBe(2);
    expect(products[0]?.items[0]?.price).toBe("7.00");
    expect(orders[0]).not.toContainAnyKeys(["items_modified", "cancel_reason"]);
    expect(customers[0]).not.toContainKey("staff");
    expect(rest).toStrictEqual({ currency: "EUR" });
  });

  test("is copied by its shop", () => {
    expect(createShop(seed).product("nothing")).toBeUndefined();
    const copy = structuredClone(seed);
    const own = createShop(copy);
    copy.products.length = 0;
    expect(own.world()).toStrictEqual(seed);
  });
});
