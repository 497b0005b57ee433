/** A parameter that is null takes its argument out of the tools; a function that sends nothing leaves it there. */
import { expect, test } from "bun:test";
import { createServer } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { openMappedShop } from "./mapped-answers.ts";

const propertiesOf = (tables: Tables) => {
  const shop = openMappedShop(defineShop(tables), {});
  return Object.fromEntries(
    [...shop.offered].map(([name, { inputSchema }]) => {
      const schema = inputSchema["~standard"].jsonSchema.input({ target: "draft-2020-12" });
      return [name, Object.keys(Object(schema["properties"]))];
    }),
  );
};

test("null withdraws an argument, under whatever name the tool has it", () => {
  const query = { category: null, ordering: null, min_price: null, customer: null, status: null };
  const { search_products, list_orders } = propertiesOf({ query });
  expect(search_products).toEqual(["query", "limit", "max_price", "in_stock", "cursor"]);
  expect(list_orders).toEqual(["limit", "cursor"]);
});
test("words and pages stay: the server sees to them itself", () => {
  const { search_products } = propertiesOf({ query: { q: null, limit: null, cursor: null } });
  expect(search_products).toEqual(expect.arrayContaining(["query", "limit", "cursor"]));
});
test("a tool without any argument that the shop knows is not offered", () => {
  const query = { email: null, first_name: null, last_name: null };
  expect(propertiesOf({ query }).find_customer).toEqual(["postcode"]);
  expect(propertiesOf({ query: { ...query, postcode: null } })).not.toHaveProperty("find_customer");
});
test("a function that sends nothing keeps the argument, and the rows are filtered", async () => {
  const dialect = defineShop({ query: { status: () => ({}) } });
  const rows = [
    { id: 1, status: "shipped" },
    { id: 2, status: "pending" },
  ];
  const shop = openMappedShop(dialect, { "/api/orders/?limit=10": rows });
  const tool = shop.offered.get("list_orders");
  const answer = await tool?.call("list_orders", { status: "pending" }, shop);
  expect(answer?.result).toMatchObject({ orders: [{ order_id: "2" }] });
});
test("a withdrawn argument that a host sends all the same is ignored, and that is said", async () => {
  const dialect = defineShop({ query: { category: null } });
  const shop = openMappedShop(dialect, {
    "/api/products/search/?q=tea&limit=10": [{ id: 1, name: "Tea", category: "Green" }],
  });
  const tool = shop.offered.get("search_products");
  const answer = await tool?.call("search_products", { query: "tea", category: "Black" }, shop);
  expect(answer?.result).toMatchObject({
    products: [{ product_id: "1" }],
    notes: ["Ignored unknown argument: category."],
  });
  expect(createServer(shop)).toBeDefined();
});
test("find_customer still wants one of the arguments that are left", async () => {
  const shop = openMappedShop(defineShop({ query: { email: null } }), {});
  const call = shop.offered.get("find_customer")?.call("find_customer", {}, shop);
  await expect(call).rejects.toThrow("expected at least one of its arguments");
});
