/** `paths`, `query` and `statuses` decide which request an endpoint becomes. */
import { describe, expect, test } from "bun:test";
import type { EndpointName } from "../../shop/contract.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { ids, mapRequest } from "./mapped-answers.ts";

describe("a request", () => {
  test.each<[string, Tables, EndpointName, object, string]>([
    ["goes where the contract says without a table", {}, "product", {}, "GET /api/products/a%3A1/"],
    [
      "goes to another path",
      { paths: { product: "/v2/items/{product_id}" } },
      "product",
      {},
      "GET /v2/items/a%3A1",
    ],
    [
      "goes by another method",
      { paths: { cancelOrder: "DELETE /orders/{order_id}" } },
      "cancelOrder",
      {},
      "DELETE /orders/7",
    ],
    ["goes nowhere where the path is null", { paths: { shop: null } }, "shop", {}, "nowhere"],
    [
      "goes nowhere with `only` and no path",
      { only: true, paths: { shop: "/about" } },
      "orders",
      {},
      "nowhere",
    ],
    [
      "goes where a function says",
      { paths: { customer: ({ customer_id }) => `/people/${customer_id}` } },
      "customer",
      {},
      "GET /people/me",
    ],
    [
      "keeps the query of its path",
      { paths: { shop: "/page?name=about" } },
      "shop",
      {},
      "GET /page?name=about",
    ],
    [
      "renames parameters",
      { query: { q: "search", limit: "page_size" } },
      "searchProducts",
      { q: "a b", limit: "3" },
      "GET /api/products/search/?search=a+b&page_size=3",
    ],
    [
      "drops a parameter that is null",
      { query: { limit: null } },
      "orders",
      { limit: "3" },
      "GET /api/orders/",
    ],
    [
      "changes a value by a function",
      { query: { ordering: (by) => ({ sort: by.replace("-", "down-"), not: undefined }) } },
      "searchProducts",
      { ordering: "-price" },
      "GET /api/products/search/?sort=down-price",
    ],
    [
      "sends the shop's name of a status",
      { statuses: { 3: "shipped" } },
      "orders",
      { status: "shipped" },
      "GET /api/orders/?status=3",
    ],
    [
      "sends a status that has no other name",
      { statuses: { 3: "shipped" } },
      "orders",
      { status: "pending" },
      "GET /api/orders/?status=pending",
    ],
    [
      "adds the parameters of the shop's next link",
      { query: { q: "search" } },
      "searchProducts",
      { q: "a", page: "2", search: "b" },
      "GET /api/products/search/?search=a&page=2",
    ],
  ])("%s", (_, tables, endpoint, query, expected) => {
    expect(mapRequest(tables, endpoint, ids, query)).toBe(expected);
  });

  test("asks for all of the shop's statuses that are one, by a function", () => {
    const statuses = { new: "pending", paid: "pending", sent: "shipped" } as const;
    const query: Tables["query"] = { status: (_, { own }) => ({ status__in: own.join() }) };
    const lineFor = (status: string) => mapRequest({ statuses, query }, "orders", {}, { status });
    expect(lineFor("pending")).toBe("GET /api/orders/?status__in=new%2Cpaid");
    expect(lineFor("shipped")).toBe("GET /api/orders/?status__in=sent");
    expect(lineFor("delivered")).toBe("GET /api/orders/?status__in=delivered");
  });
  test("sends each value of a list by itself", () => {
    const query: Tables["query"] = { status: (_, { own }) => ({ state: own, page: undefined }) };
    const tables: Tables = { query, statuses: { new: "pending", paid: "pending" } };
    expect(mapRequest(tables, "orders", {}, { status: "pending", limit: "5" })).toBe(
      "GET /api/orders/?state=new&state=paid&limit=5",
    );
  });
  test("is no table: that is named", () => {
    const query = { q: () => "search=tea" } as unknown as Tables["query"]; // from JavaScript
    expect(() => mapRequest({ query }, "searchProducts", {}, { q: "tea" })).toThrow(
      "query.q gives no table of parameters",
    );
  });
  test.each<[string, Tables, string]>([
    ["at the order's own path", { paths: { order: "/o/{order_id}" } }, "GET /o/7"],
    [
      "where else it is",
      { paths: { order: "/o/{order_id}", orderStatus: "/s/{order_id}" } },
      "GET /s/7",
    ],
    ["nowhere, if so said", { paths: { order: "/o/{order_id}", orderStatus: null } }, "nowhere"],
    ["where the contract has it", { paths: { order: null } }, "GET /api/orders/7/status/"],
  ])("reads a status %s", (_, tables, line) => {
    expect(mapRequest(tables, "orderStatus", ids)).toBe(line);
  });
});
