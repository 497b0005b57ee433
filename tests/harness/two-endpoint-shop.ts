/** What a shop gets out of us that has nothing but the two given endpoints, in plain Django views. */
import { expect } from "bun:test";
import { lanes, textOf } from "./lanes.ts";

export async function expectPlainShopServed(django_api_base: string): Promise<void> {
  const host = await lanes["memory-modern"]({
    django_api_base,
    django_api_token: "t",
    currency: "EUR",
  });
  const call = async (name: string, args: Record<string, unknown>) => {
    const result = await host.callTool({ name, arguments: args });
    return result.isError ? textOf(result) : result.structuredContent;
  };
  const EUR = (amount: string) => ({ amount, currency: "EUR" });

  const cup = { product_id: "1", name: "Cup", price: EUR("12.50") };
  const saucer = { product_id: "2", name: "Cup & Saucer", price: EUR("19.90") };
  expect(await call("search_products", { query: "cup" })).toEqual({ products: [cup, saucer] });
  expect(await call("search_products", { query: "jug" })).toEqual({
    products: [{ product_id: "3", name: "Jug" }],
  });
  // A plain view ignores `limit`: the rest of its bare list is behind a cursor of ours.
  const first = await call("search_products", { query: "cup", limit: 1 });
  expect(first).toEqual({ products: [cup], next_cursor: expect.any(String) });
  const { next_cursor: cursor } = first as { next_cursor: string }; // seen just now
  expect(await call("search_products", { query: "cup", limit: 1, cursor })).toEqual({
    products: [saucer],
  });

  expect(await call("get_order_status", { order_id: "#7" })).toMatchObject({
    order_id: "7",
    status: "shipped",
  });
  expect(await call("get_order_status", { order_id: "8" })).toBe(
    "Nothing was found under 8 (order status): the id does not exist, or this shop has no order status at all (GET /api/orders/{order_id}/status/). Check the id; another tool may know it.",
  );

  const lacks = (what: string, path: string) =>
    `This shop has no ${what}: there is no GET ${path}. Do without it, or tell the user that this shop does not offer it here.`;
  expect(await call("list_orders", {})).toBe(lacks("order list", "/api/orders/"));
  expect(await call("get_shop_info", {})).toBe(lacks("shop information", "/api/shop/"));
  expect(await call("find_customer", { email: "a@b.c" })).toBe(
    lacks("customer search", "/api/customers/"),
  );
  for (const [name, args, what] of [
    ["get_product", { product_id: "1" }, "product record"],
    ["get_order", { order_id: "7" }, "order record"],
    ["get_customer", {}, "customer profile"],
  ] as const)
    expect(await call(name, args)).toContain(`or this shop has no ${what} at all (GET /api/`);
  await host.close();
}
