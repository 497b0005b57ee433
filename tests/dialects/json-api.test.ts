/** The whole dialect of a JSON:API shop, as an example of how much its tables hold. */
import { expect, test } from "bun:test";
import { endpoints } from "../../shop/contract.ts";
import { tools } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { openMappedShop, SHOP } from "./mapped-answers.ts";

test("a dialect of JSON:API reads data, attributes, included lines and numbered pages", async () => {
  const jsonApi = defineShop({
    currency: "USD",
    page: "data",
    record: "data",
    next: ({ links }) =>
      links.next && `?cursor=${new URL(links.next).searchParams.get("page[number]")}`,
    paths: { searchProducts: "/v1/items?sort=title", order: "/v1/orders/{order_id}" },
    query: { q: "filter[search]", limit: "page[size]", cursor: "page[number]" },
    statuses: { SENT: "shipped" },
    fields: {
      product: {
        name: "attributes.title",
        price: (row) => row.attributes.cents / 100,
        available: (row) => row.attributes.availability === "IN_STOCK",
      },
      order: {
        status: "attributes.state",
        lines: {
          from: ({ relationships }, { included }) =>
            relationships.lines.data.map(({ id }: { id: string }) =>
              included.find(
                (one: { type: string; id: string }) => one.type === "lines" && one.id === id,
              ),
            ),
          repeat: "attributes.qty",
          each: { item_id: "attributes.sku", name: "attributes.title" },
        },
      },
    },
  });
  const page = (cents: number, next: string | null) => {
    const attributes = { title: "Cup", cents, availability: "IN_STOCK" };
    return { data: [{ type: "items", id: "c", attributes }], links: { next } };
  };
  const first = "/v1/items?sort=title&filter%5Bsearch%5D=cup&page%5Bsize%5D=1";
  const shop = openMappedShop(jsonApi, {
    [first]: page(1990, `${SHOP}/v1/items?page[number]=2`),
    [`${first}&page%5Bnumber%5D=2`]: page(5, null),
    "/v1/orders/7": {
      data: {
        type: "orders",
        id: "7",
        attributes: { state: "SENT" },
        relationships: { lines: { data: [{ type: "lines", id: "x" }] } },
      },
      included: [{ type: "lines", id: "x", attributes: { sku: "C-1", title: "Cup", qty: 2 } }],
    },
  });
  const search = (cursor?: string) =>
    tools.search_products.call("search_products", { query: "cup", limit: 1, cursor }, shop);
  const one = await search();
  expect(one.result).toMatchObject({
    products: [{ product_id: "c", price: { amount: "19.90", currency: "USD" }, available: true }],
  });
  const two = await search(String(one.result.next_cursor));
  expect(two.result).toMatchObject({
    products: [{ name: "Cup", price: { amount: "0.05", currency: "USD" } }],
  });
  expect(two.result.next_cursor).toBeUndefined();
  const line = { item_id: "C-1", name: "Cup" };
  expect(await shop.request(endpoints.order, { ids: { order_id: "7" } })).toMatchObject({
    status: "shipped",
    lines: [line, line],
  });
});
