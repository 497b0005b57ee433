/** Where to ask. */
import { describe, expect, test } from "bun:test";
import type { EndpointName } from "../../server.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { ids, request } from "./mapped-shop.ts";

describe("where to ask", () => {
  test.each<[string, Tables, EndpointName, object, string]>([
    ["as in the contract", {}, "product", {}, "GET /api/products/a%3A1/"],
    [
      "elsewhere",
      { paths: { product: "/v2/items/{product_id}" } },
      "product",
      {},
      "GET /v2/items/a%3A1",
    ],
    [
      "by another method",
      { paths: { cancelOrder: "DELETE /orders/{order_id}" } },
      "cancelOrder",
      {},
      "DELETE /orders/7",
    ],
    ["nowhere", { paths: { shop: null } }, "shop", {}, "nowhere"],
    [
      "nowhere but where it is said",
      { only: true, paths: { shop: "/about" } },
      "orders",
      {},
      "nowhere",
    ],
    [
      "by a function",
      { paths: { customer: ({ customer_id }) => `/people/${customer_id}` } },
      "customer",
      {},
      "GET /people/me",
    ],
    [
      "with a query of its own",
      { paths: { shop: "/page?name=about" } },
      "shop",
      {},
      "GET /page?name=about",
    ],
    [
      "with other parameters",
      { query: { q: "search", limit: "page_size" } },
      "searchProducts",
      { q: "a b", limit: "3" },
      "GET /api/products/search/?search=a+b&page_size=3",
    ],
    [
      "without a parameter",
      { query: { limit: null } },
      "orders",
      { limit: "3" },
      "GET /api/orders/",
    ],
    [
      "with another value",
      { query: { ordering: (by) => ({ sort: by.replace("-", "down-"), not: undefined }) } },
      "searchProducts",
      { ordering: "-price" },
      "GET /api/products/search/?sort=down-price",
    ],
    [
      "with the shop's status",
      { statuses: { 3: "shipped" } },
      "orders",
      { status: "shipped" },
      "GET /api/orders/?status=3",
    ],
    [
      "with a status that it calls the same",
      { statuses: { 3: "shipped" } },
      "orders",
      { status: "pending" },
      "GET /api/orders/?status=pending",
    ],
    [
      "with what its own next link added",
      { query: { q: "search" } },
      "searchProducts",
      { q: "a", page: "2", search: "b" },
      "GET /api/products/search/?search=a&page=2",
    ],
  ])("%s", (_, tables, endpoint, query, expected) => {
    expect(request(tables, endpoint, ids, query)).toBe(expected);
  });

  test("two statuses of the shop's for one: which is asked for has to be said", () => {
    const statuses = { new: "pending", paid: "pending" } as const;
    expect(() => request({ statuses }, "orders", {}, { status: "pending" })).toThrow(
      "query.status has to be a function: new, paid are all pending",
    );
    const query = { status: (status: string) => ({ state: status }) };
    expect(request({ statuses, query }, "orders", {}, { status: "pending" })).toContain(
      "?state=pending",
    );
  });
});
