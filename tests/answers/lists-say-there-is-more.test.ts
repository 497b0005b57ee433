/** Whatever way a shop says that there is more, the result says so, with a cursor where one can be made. */
import { describe, expect, test } from "bun:test";
import { readPage } from "../../shop/contract.ts";
import { callOnce, openShopByRequest } from "./shop-by-request.ts";

const order = (id: number) => ({
  order_id: id,
  status: "shipped",
  placed_at: new Date(Date.UTC(2026, 10, 28) - id * 86_400_000).toISOString(),
});
const orders = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => order(from + n));
const NO_LINK = "and no link to them that can be followed: ask with a larger limit, or for";
type Page = Record<string, unknown>;

/** Pages of two orders out of many, and the query of the request that the cursor makes; none: there is no cursor. */
const more: [string, Page, string?][] = [
  ["a link", { next: "http://elsewhere.test/x/?page=2&limit=10" }, "page=2"],
  ["a relative link", { next: "/api/orders/?limit=10&offset=10" }, "offset=10"],
  ["a query", { next: "?cursor=a%2Bb" }, "cursor=a%2Bb"],
  ["a link with brackets", { next: "?page%5Bnumber%5D=2" }, "page%5Bnumber%5D=2"],
  ["a number", { next: 2 }, "page=2"],
  ["a number as text", { next: "2" }, "page=2"],
  ["true", { next: true }],
  ["a token of unknown use", { next: "abc" }],
  ["a link without parameters", { next: "/api/orders/page/2/" }],
  ["a link to the same page", { next: "?limit=10" }],
  ["a broken link", { next: "http://[bad" }],
  ["links.next", { links: { next: "?page=2" }, count: 57 }, "page=2"],
  ["links.next as an object", { links: { next: { href: "?page=2" } } }, "page=2"],
  ["_links.next of HAL", { _links: { next: { href: "?page=2" } } }, "page=2"],
  ["meta.next", { meta: { next: "?page=2", total: 57 } }, "page=2"],
  ["meta.pagination.links.next", { meta: { pagination: { next: "?page=2" } } }, "page=2"],
  ["next_page_url", { current_page: 1, next_page_url: "?page=2" }, "page=2"],
  ["next_page", { next_page: 2 }, "page=2"],
  ["next_cursor", { next_cursor: "a/b+=" }, "cursor=a%2Fb%2B%3D"],
  ["pagination.nextCursor", { pagination: { nextCursor: "a" } }, "cursor=a"],
  ["next_offset", { next_offset: 20 }, "offset=20"],
  ["count", { count: 10 }],
  ["count as text", { count: "10" }],
  ["total", { total: 57 }],
  ["total_count", { total_count: 57 }],
  ["totalCount", { totalCount: 57 }],
  ["meta.total", { meta: { total: 57 } }],
  ["a total beside the count of the page", { count: 2, total: 57 }],
  ["count against next", { count: 10, next: null }],
  ["has_more", { has_more: true }],
  ["hasNext", { hasNext: true }],
  ["page_info.has_next_page", { page_info: { has_next_page: true } }],
  ["pages", { page: 1, pages: 6 }],
  [
    "current_page and nb_pages, beside a link",
    { current_page: 1, nb_pages: 6, next: "?page=2" },
    "page=2",
  ],
  ["num_pages alone", { num_pages: 6 }],
  ["the parameters of the next page", { next: { page: 2, limit: 10 } }, "page=2"],
  [
    "a list of links",
    {
      links: [
        { rel: "self", href: "?" },
        { rel: "next", href: "?page=2" },
      ],
    },
    "page=2",
  ],
  ["hydra", { "hydra:view": { "hydra:next": "?page=2" } }, "page=2"],
  ["OData", { "@odata.nextLink": "?$skip=2" }, "%24skip=2"],
  ["a name of the next page", { cursor: { next: "abc" } }],
  ["a flag as text", { has_more: "True" }],
  ["a flag as a number", { hasMore: 1 }],
  ["no last page", { is_last: false }],
  ["meta.pagination.pages", { meta: { pagination: { page: 1, pages: 6, count: 57 } } }],
];
test.each<[Record<string, string>, string]>([
  [
    { Link: '<http://else.test/?page=1>; rel="prev", <http://else.test/?page=3>; rel="next"' },
    "page=3",
  ],
  [{ Link: "<?a=1,2&page=3>;title=x;rel=next" }, "a=1%2C2&page=3"],
  [{ "X-Total-Count": "57" }, ""],
  [{ "Content-Range": "orders 0-1/57" }, ""],
])(
  "list_orders says that there are more than a bare list where its headers do: %j",
  async (headers, query) => {
    const { asked, call } = openShopByRequest((_, n) =>
      n === 1 ? Response.json(orders(2), { headers }) : [],
    );
    const { summary, next_cursor: cursor, notes } = await call("list_orders");
    expect(summary).toBe("2 orders, and there are more");
    if (!query) return expect(notes?.[0]).toContain(`(57 in all, as the shop counts), ${NO_LINK}`);
    await call("list_orders", { cursor });
    expect(asked[1]).toBe(`/api/orders/?limit=10&${query}`);
  },
);
test.each<Record<string, string>>([
  { Link: '<http://else.test/?page=1>; rel="prev"' },
  { "X-Total-Count": "2" },
  { "Content-Range": "orders 0-1/*" },
])("and nothing of more where its headers do not: %j", async (headers) => {
  const page = Response.json(orders(2), { headers });
  expect((await openShopByRequest(() => page).call("list_orders")).summary).toBe("2 orders");
});
describe("list_orders says that there are more where the page has", () => {
  test.each(more.map(([name, page, query = ""]) => [name, page, query] as const))(
    "%s",
    async (_, page, query) => {
      const sent = { results: orders(2), ...page };
      const { asked, call } = openShopByRequest((_, n) => (n === 1 ? sent : []));
      const { summary, next_cursor: cursor, truncated, notes } = await call("list_orders");
      expect(summary).toBe("2 orders, and there are more");
      if (query) {
        expect([truncated, notes]).toEqual([undefined, undefined]);
        await call("list_orders", { cursor });
        expect(asked[1]).toBe(`/api/orders/?limit=10&${query}`);
      } else {
        expect([cursor, truncated]).toEqual([undefined, true]);
        expect(notes).toEqual([expect.stringMatching(/^There are more orders than these/)]);
        expect(notes?.[0]).toContain(NO_LINK);
      }
    },
  );
});

describe("list_orders says nothing of more where the page", () => {
  test.each<[string, unknown]>([
    ["is a bare list", orders(2)],
    ["has nothing else", { results: orders(2) }],
    ["is page 0 of 1", { page: 0, pages: 1, count: 2, results: orders(2) }],
    ["has a next without parameters", { next: { page: null }, results: orders(2) }],
    ["has no more, as text", { has_more: "false", results: orders(2) }],
    ["is the last", { last: true, results: orders(2) }],
    ["has the count of its rows", { count: 2, results: orders(2) }],
    ["has no next", { count: 2, next: null, previous: null, results: orders(2) }],
    ["has as many rows as were asked for, and no next", { next: null, results: orders(10) }],
    ["has as many rows as were asked for, and their count", { count: 10, items: orders(10) }],
    ["has an empty next", { next: "", results: orders(10) }],
    ["has links without next", { links: { next: null }, data: orders(10) }],
    ["has no more", { has_more: false, results: orders(10) }],
    ["is the last one", { page: 6, pages: 6, results: orders(2) }],
    ["is empty", { count: 0, results: [] }],
  ])("%s", async (_, sent) => {
    const { summary, notes, next_cursor, truncated } = await callOnce("list_orders", {}, sent);
    expect(summary).toMatch(/^\d+ orders?$/);
    expect([notes, next_cursor, truncated]).toEqual([undefined, undefined, undefined]);
  });
});

test("list_orders counts what was read before: the last page by count has no more", async () => {
  const { call } = openShopByRequest((query) => {
    const page = Number(query.get("page") ?? 1);
    const rows = orders(page === 3 ? 1 : 2, page * 2);
    return { count: 5, next: page < 3 ? `?page=${page + 1}` : undefined, results: rows };
  });
  const one = await call("list_orders");
  const two = await call("list_orders", { cursor: one.next_cursor });
  const three = await call("list_orders", { cursor: two.next_cursor });
  expect([one, two, three].map(({ summary }) => summary)).toEqual([
    "2 orders, and there are more",
    "2 orders, and there are more",
    "1 order",
  ]);
});

test("list_orders says that there may be more of a bare list as long as its limit", async () => {
  const rest = "and does not say whether there are more: ask";
  const ten = await callOnce("list_orders", {}, orders(10));
  expect(ten).toMatchObject({ summary: "10 orders, and there may be more" });
  expect(ten.notes).toEqual([
    `The shop gave as many orders as were asked for, ${rest} with a larger limit, or for something narrower.`,
  ]);
  const fifty = await callOnce("list_orders", { limit: 50 }, { items: orders(50) });
  expect(fifty.notes).toEqual([
    `The shop gave as many orders as were asked for, ${rest} for something narrower.`,
  ]);
  for (const result of [ten, fifty]) expect(result).not.toHaveProperty("truncated", true);
});

test("list_orders pages through django-ninja's items and count by offset", async () => {
  const { asked, call } = openShopByRequest((query) => {
    const [limit, offset] = [Number(query.get("limit")), Number(query.get("offset"))];
    return { items: orders(25).slice(offset, offset + limit), count: 25 };
  });
  const ids: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await call("list_orders", { cursor });
    ids.push(...(page.orders as { order_id: string }[]).map(({ order_id }) => order_id)); // a list of rows
    cursor = page.next_cursor;
  } while (cursor);
  expect(ids).toEqual(orders(25).map(({ order_id }) => `${order_id}`));
  expect(asked.at(-1)).toBe("/api/orders/?limit=10&offset=20");
});

describe("list_orders ends, and says so, where the shop", () => {
  const AGAIN =
    "The shop gave the same orders again as its next page, so its list cannot be read further: ask with a larger limit, or for something narrower.";
  test.each<[string, (query: URLSearchParams) => unknown, number]>([
    ["ignores offset", () => ({ items: orders(10), count: 25 }), 2],
    ["ignores the page", () => ({ results: orders(10), next: 2 }), 2],
    [
      "ignores a cursor that is always new",
      () => ({ results: orders(3), next: `?c=${Math.random()}` }),
      2,
    ],
    [
      "goes round in a circle",
      (query) => {
        const page = Number(query.get("page") ?? 1);
        return { results: orders(3, page * 3), next: `?page=${page === 3 ? 1 : page + 1}` };
      },
      4,
    ],
  ])("%s", async (_, answer, pages) => {
    const { asked, call } = openShopByRequest(answer);
    let page = await call("list_orders");
    while (page.next_cursor && asked.length < 20)
      page = await call("list_orders", { cursor: page.next_cursor });
    expect(asked).toHaveLength(pages);
    expect(page).toMatchObject({ summary: "0 orders, and there may be more", truncated: true });
    expect(page.notes).toEqual([AGAIN]);
  });

  test("gives a next that leads to itself", async () => {
    const { call } = openShopByRequest((query) => {
      return { results: orders(3, query.has("page") ? 3 : 0), next: "?page=2" };
    });
    const { next_cursor: cursor } = await call("list_orders");
    const second = await call("list_orders", { cursor });
    expect(second).toMatchObject({ summary: "3 orders, and there are more", truncated: true });
    expect(second.notes?.[0]).toContain(NO_LINK);
  });
});

test("search_products pages through a bare list whose view ignores limit, by its own cursor", async () => {
  const rows = Array.from({ length: 25 }, (_, id) => ({ id, name: `Cup ${id}` }));
  const { asked, call } = openShopByRequest(() => rows);
  const ids: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await call("search_products", { query: "cup", cursor });
    ids.push(...(page.products as { product_id: string }[]).map(({ product_id }) => product_id)); // a list of rows
    cursor = page.next_cursor;
  } while (cursor);
  expect(ids).toEqual(rows.map(({ id }) => `${id}`));
  expect(new Set(asked)).toEqual(new Set(["/api/products/search/?q=cup&limit=10"]));
});

test.each<[string, unknown]>([
  ["results", { results: [1] }],
  ["items", { items: [1] }],
  ["data", { data: [1], links: {}, meta: {} }],
  ["an envelope", { success: true, data: { products: [1], total: 1 } }],
  ["the name of what they are", { orders: [1] }],
  ["HAL", { _embedded: { orders: [1] }, page: { totalElements: 1 } }],
  ["a bare list", [1]],
])("readPage finds rows in %s", (_, json) => {
  expect(readPage(json).results).toEqual([1]);
});

test("a dialect passes on what the shop says of more", async () => {
  const fields = { order: { order_id: "nr" } };
  const rows = [{ nr: 1, status: "shipped" }];
  for (const page of [{ total: 9 }, { has_more: true }, { meta: { total: 9 } }]) {
    const { call } = openShopByRequest(() => ({ rows, ...page }), { fields });
    expect((await call("list_orders")).summary).toBe("1 order, and there are more");
  }
  const { call } = openShopByRequest(() => ({ rows, links: { more: "?p=2" } }), {
    fields,
    page: "rows",
    next: "links.more",
  });
  expect((await call("list_orders")).next_cursor).toBeString();
});
