import { expect, test } from "bun:test";
import { shop } from "./oscar.ts";

test("a customer is offered what the API can do, and nothing that changes anything", async () => {
  const mia = await shop.open("mia");
  expect(await mia.tools()).toEqual([
    "search_products",
    "get_product",
    "get_order_status",
    "get_order",
    "list_orders",
    "get_customer",
  ]);
  const { tools } = await mia.host.listTools();
  const orders = tools.find(({ name }) => name === "list_orders");
  expect(Object.keys(Object(orders?.inputSchema.properties))).toEqual([
    "status",
    "limit",
    "cursor",
  ]);
  await mia.host.close();
});
test("without a token the catalog is", async () => {
  const anybody = await shop.open();
  expect(await anybody.tools()).toEqual(["search_products", "get_product"]);
  await anybody.host.close();
});
test("get_customer has the caller's default address alone", async () => {
  const mia = await shop.open("mia");
  expect(await mia.call("get_customer")).toEqual({
    customer_id: "me",
    address: {
      line1: "Korenmarkt 1",
      line2: "",
      city: "Gent",
      state: "",
      postcode: "9000",
      country: "Belgium",
    },
  });
  expect(await mia.failure("get_customer", { customer_id: "1" })).toContain(
    "offers no customer profile",
  );
  await mia.host.close();
});
test("a customer who has saved no address has none", async () => {
  const customer = await shop.open("new");
  expect(await customer.call("get_customer")).toEqual({ customer_id: "me" });
  await customer.host.close();
});
test("a token that the shop does not know is refused in words", async () => {
  const stranger = await shop.open(undefined, { django_api_token: "unknown", tools: "orders" });
  expect(await stranger.failure("list_orders")).toContain("token");
  await stranger.host.close();
});
