/** Functions of the tables see what is asked, in the contract's terms. */
import { expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { mapAnswer, mapRequest, openMappedShop } from "./mapped-answers.ts";
import { endpoints } from "../../shop/contract.ts";

const asked = { ids: { order_id: "7" }, query: { status: "shipped" } };

test("a field's function sees the endpoint, the ids and the query", async () => {
  const tables = {
    fields: {
      order: {
        order_id: (_: unknown, __: unknown, { ids }: { ids: Record<string, string> }) =>
          ids["order_id"],
        raw_status: {
          from: (_: unknown, __: unknown, { endpoint }: { endpoint: string }) => endpoint,
        },
        lines: {
          from: "lines",
          each: {
            name: (_: unknown, __: unknown, { query }: { query: Record<string, string> }) =>
              query["status"],
          },
        },
      },
    },
  };
  const { json } = await mapAnswer(tables, "order", { lines: [{}] }, {}, asked);
  expect(json).toMatchObject({ order_id: "7", raw_status: "order", lines: [{ name: "shipped" }] });
});
test("page, next and record see it", async () => {
  const { json } = await mapAnswer(
    {
      page: (all, _, { query }) => all.filter((row: { s: string }) => row.s === query["status"]),
      next: (_, __, { endpoint }) => `?of=${endpoint}`,
    },
    "orders",
    [
      { id: 1, s: "new" },
      { id: 2, s: "shipped" },
    ],
    {},
    asked,
  );
  expect(json).toMatchObject({ results: [{ id: 2 }], next: "?of=orders" });
  const envelope = {
    record: (all: Record<string, object>, _: unknown, { ids }: { ids: Record<string, string> }) =>
      all[ids["order_id"] ?? ""],
  };
  const keyed = { 6: { status: "new" }, 7: { status: "sent" } };
  expect((await mapAnswer(envelope, "order", keyed, {}, asked)).json).toMatchObject({
    status: "sent",
  });
});
test("a path's function sees the query, a parameter's what else is asked", () => {
  const tables = {
    paths: {
      searchProducts: (_: unknown, { category }: Record<string, string>) =>
        category ? `/in/${category}` : "/all",
    },
    query: {
      limit: (n: string, { endpoint }: { endpoint: string }) => ({
        [endpoint === "orders" ? "size" : "page_size"]: n,
      }),
    },
  };
  const lineFor = (name: "searchProducts" | "orders", query: object) =>
    mapRequest(tables, name, {}, query);
  expect(lineFor("searchProducts", { limit: "3" })).toBe("GET /all?page_size=3");
  expect(lineFor("searchProducts", { category: "tea" })).toBe("GET /in/tea?category=tea");
  expect(lineFor("orders", { limit: "3" })).toBe("GET /api/orders/?size=3");
});
test("a body's function sees the ids", () => {
  const shop = defineShop({
    bodies: { cancelOrder: ({ reason }, { ids }) => ({ reason, order: ids["order_id"] }) },
  });
  const body = shop.body(
    { endpoint: "cancelOrder", ids: { order_id: "7" }, query: {} },
    { reason: "no_longer_needed" },
  );
  expect(body).toEqual({ reason: "no_longer_needed", order: "7" });
});

test("a path's function that gives nothing for an id says that the shop has nothing for it", async () => {
  const dialect = defineShop({
    paths: { customer: ({ customer_id }) => (customer_id === "me" ? "/account" : null) },
  });
  const shop = openMappedShop(dialect, {
    "/account": { customer_id: 5, email: "mia@shop.example" },
  });
  expect([...shop.offered.keys()]).toContain("get_customer");
  const customer = (customer_id: string) =>
    shop.request(endpoints.customer, { ids: { customer_id } });
  expect(await customer("me")).toMatchObject({ email: "mia@shop.example" });
  await expect(customer("5")).rejects.toThrow(
    "This shop offers no customer profile for 5, unless it is the caller, whose id is me.",
  );
  expect(shop.asked).toEqual(["GET /account"]);
});
test("a path's function that fails for the id 1 does not stop the start", () => {
  const byUuid = ({ order_id }: Record<string, string>) =>
    `/orders/${/^\w{8}-/.exec(order_id ?? "")?.[0].length}`;
  const throws = () => {
    throw new RangeError("no uuid");
  };
  const shop = openMappedShop(defineShop({ paths: { order: byUuid, product: throws } }), {});
  expect([...shop.offered.keys()]).toContain("get_product");
});
