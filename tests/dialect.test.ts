/** Shops that speak otherwise: what tables make of their answers, and what is said when a table is wrong. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dialect, type EndpointName, endpoints } from "../shop/contract.ts";
import { loadDialect } from "../shop/mapping/load-dialect.ts";
import { openShop, settingsSchema, tools } from "../server.ts";
import { defineShop } from "../shop/mapping/define-shop.ts";
import type { Tables } from "../shop/mapping/tables.ts";
import tutorial from "../dialects/tutorial.ts";

/** What a dialect makes of JSON, with these documents behind links. */
async function told(
  tables: Tables,
  endpoint: EndpointName,
  json: unknown,
  links: Record<string, unknown> = {},
) {
  const followed: string[] = [];
  const load = async (link: string) => (followed.push(link), links[link]);
  return { json: await defineShop(tables).answer(endpoint, json, load), followed };
}
const request = (tables: Tables, name: EndpointName, ids = {}, query = {}) => {
  const { method, path } = defineShop(tables).request(name, ids, query) ?? { path: "nowhere" };
  return method ? `${method} ${path}` : path;
};
const ids = { product_id: "a:1", order_id: "7", customer_id: "me" };

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

describe("fields", () => {
  const product = async (
    fields: NonNullable<Tables["fields"]>["product"],
    row: object,
    links = {},
  ) => (await told({ fields: { product: fields } }, "product", row, links)).json;
  test.each<[string, Parameters<typeof product>, object]>([
    ["another name", [{ name: "title" }, { title: "Cup" }], { name: "Cup", title: "Cup" }],
    ["a part of a part", [{ price: "price.gross" }, { price: { gross: 2 } }], { price: 2 }],
    ["a name with a dot in it", [{ name: "t.en" }, { "t.en": "Cup" }], { name: "Cup" }],
    ["one of a list", [{ url: "links.1" }, { links: ["a", "b"] }], { url: "b" }],
    ["a count", [{ category: "tags.length" }, { tags: ["a", "b"] }], { category: 2 }],
    ["a function", [{ available: (row) => row.stock > 0 }, { stock: 0 }], { available: false }],
    ["nowhere", [{ price: null }, { price: 3 }], { price: undefined }],
    ["not there", [{ name: "title.en" }, { name: "x", title: null }], { name: undefined }],
    ["as it is named", [{}, { name: "Cup" }], { name: "Cup" }],
    ["nothing that every object has", [{ name: "constructor" }, {}], { name: undefined }],
    [
      "a list",
      [
        { items: { from: "sizes", each: { item_id: "code", price: "cost" } } },
        { sizes: [{ code: 1, cost: 2 }] },
      ],
      { items: [{ item_id: 1, price: 2, code: 1, cost: 2 }] },
    ],
    [
      "one value of each",
      [{ images: { from: "photos", each: "src" } }, { photos: [{ src: "a" }] }],
      { images: ["a"] },
    ],
    [
      "money with its currency",
      [
        { price: { from: "cost", each: { amount: "gross", currency: "code" } } },
        { cost: { gross: 2, code: "EUR" } },
      ],
      { price: { amount: 2, currency: "EUR" } },
    ],
    [
      "a list of nothing",
      [{ items: { from: "sizes", each: { item_id: "code" } } }, { sizes: null }],
      { items: null },
    ],
    [
      "one for each piece",
      [
        { items: { from: "all", repeat: "qty", each: "code" } },
        { all: [{ code: 1, qty: 2 }, { code: 2, qty: 0 }, { code: 3, qty: -1 }, { code: 4 }] },
      ],
      { items: [1, 1, 3, 4] },
    ],
    [
      "free names, of options",
      [
        { items: { from: "sizes", each: { options: { from: "is", each: { Size: "s" } } } } },
        { sizes: [{ is: { s: "L" } }] },
      ],
      { items: [{ options: { Size: "L" } }] },
    ],
    [
      "an answer around it",
      [{ category: (_, answer) => answer.meta }, { meta: "Tea" }],
      { category: "Tea" },
    ],
  ])("%s", async (_, given, expected) => {
    expect(await product(...given)).toMatchObject(expected);
  });

  test("statuses, of orders and in what happened to them", async () => {
    const statuses = { 3: "shipped", "on its way": "shipped" } as const;
    const order = { status: 3, timeline: [{ status: "on its way" }, { status: "lost" }] };
    expect((await told({ statuses }, "order", order)).json).toEqual({
      status: "shipped",
      timeline: [{ status: "shipped" }, { status: "lost" }],
    });
    expect((await told({ statuses }, "orderStatus", { status: 9 })).json).toEqual({ status: 9 });
  });
});

describe("lists", () => {
  const fields = { product: { name: "title" } };
  const rows = [{ title: "Cup" }];
  const results = [{ title: "Cup", name: "Cup" }];
  test.each<[string, Tables, unknown, unknown]>([
    ["bare", { fields }, rows, undefined],
    ["of DRF", { fields }, { results: rows, next: "?page=2" }, "?page=2"],
    [
      "elsewhere",
      { fields, page: "data.items", next: "data.more" },
      { data: { items: rows, more: "?p=2" } },
      "?p=2",
    ],
    ["by functions", { fields, page: (all) => all[0], next: () => "?p=2" }, [rows], "?p=2"],
    ["bare, where others are not", { fields, page: "data" }, rows, undefined],
  ])("%s", async (_, tables, json, next) => {
    expect((await told(tables, "searchProducts", json)).json).toEqual({ results, next });
  });
  test("that are none", async () => {
    await expect(told({ page: "itmes" }, "orders", { items: [] })).rejects.toThrow(
      "page: there are no rows at itmes",
    );
  });
  test("a thing in a wrapping", async () => {
    expect((await told({ record: "data", fields }, "product", { data: rows[0] })).json).toEqual(
      results[0],
    );
  });
});

describe("hyperlinks", () => {
  const line = { from: "lines", load: true, each: { item_id: "sku" } } as const;
  const fields = { order: { lines: line } } satisfies Tables["fields"];
  const lines = [{ sku: "a" }, { sku: "b" }].map((row) => ({ ...row, item_id: row.sku }));
  test.each<[string, unknown, Record<string, unknown>, number]>([
    ["to a list", "/lines", { "/lines": lines }, 1],
    ["to a page", "/lines", { "/lines": { results: lines, next: null } }, 1],
    [
      "to two pages",
      "/l?p=1",
      { "/l?p=1": { results: [lines[0]], next: "?p=2" }, "/l?p=2": { results: [lines[1]] } },
      2,
    ],
    ["one for each", ["/1", "/2"], { "/1": lines[0], "/2": lines[1] }, 2],
    ["that are whole already", lines, {}, 0],
  ])("%s", async (_, given, links, count) => {
    const { json, followed } = await told({ fields }, "order", { lines: given }, links);
    expect(json).toEqual({ lines });
    expect(followed).toHaveLength(count);
  });
  test("the same link is followed once, and none for a field that a row has not", async () => {
    const order = { lines: ["/1", "/1"] };
    const { followed } = await told({ fields }, "order", order, { "/1": lines[0] });
    expect(followed).toEqual(["/1"]);
    expect((await told({ fields }, "orders", [order])).followed).toEqual([]);
  });
  test("a row follows one only where it is told to", async () => {
    const price = { from: "price", load: "rows" as const, each: "gross" };
    const row = { price: "/p", availability: "/a" };
    const available = { from: "availability", load: true, each: "is_available" };
    const tables = { fields: { product: { price, available } } };
    const { json, followed } = await told(tables, "searchProducts", [row], { "/p": { gross: 2 } });
    expect(json).toEqual({ results: [{ ...row, price: 2, available: undefined }] });
    expect(followed).toEqual(["/p"]);
  });
  test("what they lead to may be in a wrapping, and may be the only one", async () => {
    const tables = { record: "data", fields };
    const links = { "/1": { data: lines[0] }, "/lines": { data: lines[1] } };
    const { json } = await told(tables, "order", { data: { lines: ["/1"] } }, links);
    expect(json).toEqual({ lines: [lines[0]] });
    const { json: only } = await told(tables, "order", { data: { lines: "/lines" } }, links);
    expect(only).toEqual({ lines: [lines[1]] });
  });
  test("a thing with a list in it is no page", async () => {
    const product = { from: "product", load: true, each: "id" } as const;
    const each = { item_id: "sku", product_id: product };
    const tables: Tables = { page: "items", fields: { order: { lines: { ...line, each } } } };
    const links = { "/1": { sku: "a", product: "/p" }, "/p": { id: 5, items: [1, 2] } };
    const { json } = await told(tables, "order", { lines: ["/1"] }, links);
    expect(json).toMatchObject({ lines: [{ item_id: "a", product_id: 5 }] });
  });
});

describe("a function that", () => {
  const read = (work: () => unknown) =>
    told({ fields: { product: { name: work } } }, "product", {});
  test("throws is named", async () => {
    const broken = () => {
      throw new Error("no such row");
    };
    await expect(read(broken)).rejects.toThrow("fields.product.name threw Error: no such row");
  });
  test("promises is named, whatever becomes of the promise", async () => {
    const words = "fields.product.name gives a promise, where a value belongs";
    await expect(read(async () => "Cup")).rejects.toThrow(words);
    await expect(read(() => Promise.reject(new Error("late")))).rejects.toThrow(words);
  });
  test("makes a body or a path is held to the same", () => {
    const bodies = { cancelOrder: async () => ({}) };
    const { body } = defineShop({ bodies });
    expect(() => body("cancelOrder", {})).toThrow("bodies.cancelOrder gives a promise");
    const paths = { product: () => "https://elsewhere.example/" };
    expect(() => request({ paths }, "product", ids)).toThrow("paths.product gives no path");
  });
});

// A module need not have met a compiler: here as JSON or JavaScript would give it.
const wrong: [unknown, message: string][] = [
  [undefined, "defineShop is not a table"],
  [Promise.resolve({}), "defineShop is not a table"],
  [{ feilds: {} }, "defineShop.feilds is no entry: there are currency, idempotency, paths"],
  [{ currency: "euro" }, "currency is not a code such as EUR"],
  [{ idempotency: "no" }, "idempotency is not true or false"],
  [{ page: 1 }, "page is not a name of the shop's, or a function"],
  [
    { paths: { cancelOrders: null } },
    "paths.cancelOrders is no endpoint of the contract: there are searchProducts",
  ],
  [{ paths: { shop: 5 } }, 'paths.shop is not "/path", "METHOD /path", a function or null'],
  [{ paths: { shop: "about" } }, 'paths.shop is not "/path"'],
  [{ paths: { shop: "//elsewhere/about" } }, 'paths.shop is not "/path"'],
  [{ paths: { shop: "POST /about" } }, "paths.shop is not read by GET"],
  [
    { paths: { cancelOrder: "GET /orders/{order_id}" } },
    "paths.cancelOrder is not changed by POST",
  ],
  [{ paths: { order: "/orders/{id}" } }, "paths.order has {id}: there is {order_id}"],
  [{ paths: { order: "/orders" } }, "paths.order has no {order_id}"],
  [{ query: { search: "q" } }, "query.search is no parameter of the contract: there are q, limit"],
  [{ query: { q: 5 } }, "query.q is not a name, a function or null"],
  [{ statuses: { 1: "sent" } }, "statuses.1 is not one of pending, processing"],
  [{ statuses: ["pending"] }, "statuses is not a table"],
  [
    { fields: { products: {} } },
    "fields.products is no thing of the contract: there are product, order",
  ],
  [
    { fields: { product: { titel: "t" } } },
    "fields.product.titel is no field of the contract: there are product_id, name",
  ],
  [
    { fields: { product: { name: 5 } } },
    "fields.product.name is not a name of the shop's, a function, null or",
  ],
  [{ fields: { product: { name: "" } } }, "fields.product.name is not a name of the shop's"],
  [
    { fields: { product: { name: { each: "x" } } } },
    "fields.product.name is not a name of the shop's",
  ],
  [
    { fields: { product: { items: { from: "x", load: 1 } } } },
    'fields.product.items.load is not true, false or "rows"',
  ],
  [
    { fields: { product: { items: { from: "x", to: 1 } } } },
    "fields.product.items.to is no part: there are from, load, repeat, each",
  ],
  [
    { fields: { product: { items: { from: "x", each: { sku: "y" } } } } },
    "fields.product.items.each.sku is no field of the contract: there are item_id, options, price, available, currency",
  ],
  [
    { fields: { product: { name: { from: "x", each: { en: "y" } } } } },
    "fields.product.name.each.en is no field",
  ],
  [
    { fields: { order: { address: { from: "a", each: { zip: "z" } } } } },
    "fields.order.address.each.zip is no field",
  ],
  [
    { fields: { product: { items: { from: "x", repeat: 2 } } } },
    "fields.product.items.repeat is not a name of the shop's",
  ],
  [
    { bodies: { order: () => 1 } },
    "bodies.order is no change of the contract: there are cancelOrder",
  ],
  [{ bodies: { cancelOrder: {} } }, "bodies.cancelOrder is not a function"],
];
test.each(wrong.map(([tables, message]) => [message, tables]))("%s", (message, tables) => {
  expect(() => defineShop(tables as Tables)).toThrow(String(message)); // no Tables, which is the point
});

test("what cannot be does not compile", () => {
  const never = () => [
    // @ts-expect-error no such endpoint
    defineShop({ paths: { cancelOrders: null } }),
    // @ts-expect-error no such field
    defineShop({ fields: { product: { titel: "title" } } }),
    // @ts-expect-error no such field of an item
    defineShop({ fields: { product: { items: { from: "a", each: { sku: "b" } } } } }),
    // @ts-expect-error no such status
    defineShop({ statuses: { 1: "sent" } }),
    // @ts-expect-error no such part of a body
    defineShop({ bodies: { cancelOrder: (body) => body.why } }),
  ];
  expect(never).toBeFunction();
});

// ── In the server ───────────────────────────────────────────────────────────────────────────────

const SHOP = "https://shop.example";
/** A shop with these documents, and what it was asked for. */
function openWith(dialect: Dialect, documents: Record<string, unknown>, given = {}) {
  const asked: string[] = [];
  const send = async (url: string, { method, body }: RequestInit) => {
    const path = url.replace(SHOP, "");
    const line = `${method ?? "GET"} ${path}`;
    asked.push(body ? `${line} ${body}` : line);
    const document = documents[line.replace(/^GET /, "")];
    return document === undefined
      ? Response.json({ detail: "Not found." }, { status: 404 })
      : Response.json(document);
  };
  const settings = { django_api_base: SHOP, django_api_token: "t", ...given };
  return { asked, ...openShop(settingsSchema.parse(settings), send, undefined, dialect) };
}

describe("links in the server", () => {
  const { order } = endpoints;
  const line = { from: "lines", load: true, each: { item_id: "sku", name: "sku" } } as const;
  const dialect = defineShop({
    fields: { order: { lines: line, address: { from: "to", load: true } } },
  });
  const look = (lines: unknown, documents = {}) => {
    const row = { id: 7, status: "shipped", lines, to: "/gone" };
    const shop = openWith(dialect, { "/api/orders/7/": row, ...documents });
    return shop.request(order, { ids: { order_id: "7" } });
  };

  test("lead to the same origin", async () => {
    const documents = { "/l/1": { sku: "a" } };
    expect((await look([`${SHOP}/l/1`, "/l/1"], documents)).lines).toHaveLength(2);
  });
  test.each([
    "https://elsewhere.example/l",
    "http://shop.example/l",
    "//elsewhere.example/l",
    "file:///etc/passwd",
    "http://[",
    "javascript:1",
  ])("never to %s", async (link) => {
    await expect(look([link])).rejects.toThrow(
      "The order record does not work here: this server's mapping of the shop is wrong (a link leads elsewhere).",
    );
  });
  test("are bounded in number", async () => {
    const lines = Array.from({ length: 200 }, (_, nth) => `/l/${nth}`);
    const documents = Object.fromEntries(lines.map((link) => [link, { sku: link }]));
    await expect(look(lines, documents)).rejects.toThrow("leads to more than 60 further addresses");
  });
  test("are followed for the rows that are needed, and no others", async () => {
    const asked: string[] = [];
    const price = { from: "link", load: "rows", each: "amount" } as const;
    const shop = defineShop({ fields: { product: { price } } });
    const rows = Array.from({ length: 100 }, (_, id) => ({ id, title: "t", link: `/p/${id}` }));
    const load = async (link: string) => {
      asked.push(link);
      return { amount: "1.00" };
    };
    await shop.answer("searchProducts", rows, load, 11);
    expect(asked).toEqual(rows.slice(0, 11).map(({ link }) => link));
  });
  test("that go round in a ring end", async () => {
    await expect(look("/l", { "/l": { results: [], next: "/l" } })).rejects.toThrow(
      "more than 60 further addresses",
    );
  });
  test("to what is not there: a part is left out, a line of a list is not", async () => {
    expect((await look([])).address).toBeUndefined();
    await expect(look(["/l/9"])).rejects.toThrow("nothing under 7");
  });
});

test("a change is answered by what a mapping makes of it, and a broken mapping is no done", async () => {
  const paths = { cancelOrder: "PUT /o/{order_id}/stop" };
  const bodies = { cancelOrder: ({ reason }: { reason: string }) => ({ why: reason }) };
  const answer = { "PUT /o/7/stop": { id: 7, status: 5 } };
  const change = { key: "k", body: { reason: "no_longer_needed" as const } };
  const { cancelOrder } = endpoints;
  const good = openWith(defineShop({ paths, bodies, statuses: { 5: "cancelled" } }), answer);
  expect(await good.request(cancelOrder, { ids: { order_id: "7" }, change })).toMatchObject({
    order_id: "7",
    status: "cancelled",
  });
  expect(good.asked).toEqual(['PUT /o/7/stop {"why":"no_longer_needed"}']);
  const fields = { order: { placed_at: (row: { at: { date: string } }) => row.at.date } };
  const bad = openWith(defineShop({ paths, bodies, fields, idempotency: false }), answer);
  await expect(bad.request(cancelOrder, { ids: { order_id: "7" }, change })).rejects.toThrow(
    "It is not known whether",
  );
});

describe("a module that", () => {
  const folder = mkdtempSync(join(tmpdir(), "shops-"));
  const engine = JSON.stringify(
    new URL("../shop/mapping/define-shop.ts", import.meta.url).pathname,
  );
  const start = async (source: string | undefined) => {
    const file = join(folder, `${crypto.randomUUID()}.ts`);
    if (source !== undefined) await Bun.write(file, source.replace("dialect", engine));
    return loadDialect(file).catch((error: Error) => error.message.replace(file, "FILE"));
  };
  test.each([
    ["is not there", undefined, /^SHOP_MCP_SHOP \(--shop\) FILE: Cannot find module/],
    ["throws", 'throw new Error("no tea")', /FILE: no tea$/],
    ["has no default export", "export const shop = 1;", /FILE: it has no default export/],
    ["exports its tables only", "export default { paths: {} };", /FILE: it has no default export/],
    [
      "exports a promise",
      "export default (async () => ({}))();",
      /FILE: its default export is a promise/,
    ],
    ["is no TypeScript", "export default {", /FILE: /],
    [
      "names a field that there is not",
      'import { defineShop } from dialect; export default defineShop({ fields: { product: { titel: "t" } } });',
      /FILE: fields\.product\.titel is no field of the contract: there are product_id, /,
    ],
  ])("%s stops the start in one line", async (_, source, words) => {
    const said = await start(source);
    expect(said).toMatch(words);
    expect(said).not.toContain("\n");
  });
  test("is the tutorial's loads", async () => {
    expect(await loadDialect("dialects/tutorial.ts")).toBe(tutorial);
    rmSync(folder, { recursive: true });
  });
});

// ── Shops of other makes, and how much there is to say about them ───────────────────────────────

test("django-oscar-api: prices, availability, lines and countries behind hyperlinks", async () => {
  const gross = { amount: "incl_tax", currency: "currency" } as const;
  const product = { from: "product", load: true } as const;
  const oscar = defineShop({
    idempotency: false,
    only: true,
    paths: {
      searchProducts: "/api/products/",
      product: "/api/products/{product_id}/",
      orders: "/api/orders/",
      order: "/api/orders/{order_id}/",
      orderStatus: "/api/orders/{order_id}/",
    },
    query: { q: "search", limit: (n) => ({ page_size: `${Math.min(+n, 20)}` }) },
    statuses: { new: "pending", "Being processed": "processing", Complete: "delivered" },
    fields: {
      product: {
        name: "title",
        url: null,
        category: "categories.0",
        images: { from: "images", each: "original" },
        price: { from: (row) => `/api/products/${row.id}/price/`, load: "rows", each: gross },
        available: { from: "availability", load: true, each: "is_available_to_buy" },
        items: {
          from: (row) => (row.children?.length ? row.children : [row]),
          each: {
            item_id: "id",
            options: (item) =>
              Object.fromEntries(
                item.attributes.map((one: { name: string; value: string }) => [
                  one.name,
                  one.value,
                ]),
              ),
            price: { from: "price", load: true, each: gross },
            available: { from: "availability", load: true, each: "is_available_to_buy" },
          },
        },
      },
      order: {
        order_id: (order) => /(\d+)\/$/.exec(order.url)?.[1],
        placed_at: "date_placed",
        total: "total_incl_tax",
        address: {
          from: "shipping_address",
          each: { city: "line4", country: { from: "country", load: true, each: "printable_name" } },
        },
        lines: {
          from: "lines",
          load: true,
          repeat: "quantity",
          each: {
            item_id: { ...product, each: "id" },
            product_id: { ...product, each: "id" },
            name: { ...product, each: "title" },
            price: (line) => line.price_incl_tax / line.quantity,
            currency: "price_currency",
          },
        },
      },
    },
  });
  const api = `${SHOP}/api`;
  const [mug, red] = [`${api}/products/1`, `${api}/products/2`];
  const child = {
    url: `${red}/`,
    id: 2,
    upc: "M-R",
    title: "Mug, red",
    attributes: [{ name: "Colour", value: "red", code: "colour" }],
    price: `${red}/price/`,
    availability: `${red}/availability/`,
  };
  const documents = {
    "/api/products/?search=mug&page_size=20": [{ url: `${mug}/`, id: 1, upc: "M", title: "Mug" }],
    "/api/products/1/": {
      ...child,
      url: `${mug}/`,
      id: 1,
      title: "Mug",
      description: "<p>Holds tea.</p>",
      categories: ["Kitchen > Mugs"],
      images: [{ original: `${SHOP}/media/mug.jpg` }],
      price: `${mug}/price/`,
      availability: `${mug}/availability/`,
      children: [child],
    },
    "/api/products/1/price/": { currency: "EUR", excl_tax: "8.00", incl_tax: "9.68" },
    "/api/products/1/availability/": { is_available_to_buy: false, message: "" },
    "/api/products/2/": child,
    "/api/products/2/price/": { currency: "EUR", excl_tax: "8.00", incl_tax: "9.68" },
    "/api/products/2/availability/": { is_available_to_buy: true, num_available: 3, message: "" },
    "/api/orders/12/": {
      number: "100012",
      url: `${api}/orders/12/`,
      lines: `${api}/orders/12/lines/`,
      currency: "EUR",
      total_incl_tax: "19.36",
      shipping_address: {
        line1: "Korenmarkt 1",
        line4: "Gent",
        postcode: "9000",
        country: `${api}/countries/BE/`,
      },
      status: "Being processed",
      date_placed: "2026-11-20T10:00:00Z",
    },
    "/api/orders/12/lines/": [
      { product: `${red}/`, quantity: 2, price_currency: "EUR", price_incl_tax: "19.36" },
    ],
    "/api/countries/BE/": { printable_name: "Belgium" },
  };
  const shop = openWith(oscar, documents);
  const [price, EUR] = [{ amount: "9.68", currency: "EUR" }, "EUR"];
  const query = { q: "mug", limit: 50 };
  expect(await shop.request(endpoints.searchProducts, { query })).toMatchObject({
    results: [{ product_id: "1", name: "Mug", price }],
  });
  expect(await shop.request(endpoints.product, { ids: { product_id: "1" } })).toMatchObject({
    name: "Mug",
    description: "Holds tea.",
    category: "Kitchen > Mugs",
    available: false,
    price,
    images: [`${SHOP}/media/mug.jpg`],
    items: [{ item_id: "2", options: { Colour: "red" }, price, available: true }],
  });
  const line = { item_id: "2", product_id: "2", name: "Mug, red", price };
  expect(await shop.request(endpoints.order, { ids: { order_id: "12" } })).toMatchObject({
    order_id: "12",
    status: "processing",
    total: { amount: "19.36", currency: EUR },
    address: { line1: "Korenmarkt 1", city: "Gent", postcode: "9000", country: "Belgium" },
    lines: [line, line],
  });
  expect(shop.asked.slice(-4).toSorted()).toEqual(
    ["12/", "12/lines/"]
      .map((at) => `GET /api/orders/${at}`)
      .concat("GET /api/countries/BE/", "GET /api/products/2/")
      .toSorted(),
  );
  expect([...shop.offered]).toEqual([
    "search_products",
    "get_product",
    "get_order_status",
    "get_order",
    "list_orders",
  ]);
});

test("JSON:API: everything in data and attributes, lines in what is included, pages by number", async () => {
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
  const shop = openWith(jsonApi, {
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

test("a change that answers nothing: the order is read again, and told done", async () => {
  let status = 1;
  const send = async (url: string, { method }: RequestInit) => {
    if (url.endsWith("/lines")) return Response.json([]);
    if (method === "POST") status = 5;
    if (method === "POST") return new Response(null, { status: 204 });
    return Response.json({
      id: "7",
      status,
      created: "2026-11-20",
      lines: `${SHOP}/orders/7/lines`,
    });
  };
  const settings = settingsSchema.parse({ django_api_base: SHOP, django_api_token: "t" });
  const shop = openShop(settings, send, undefined, tutorial);
  const args = { order_id: "7", reason: "no_longer_needed" };
  const { result: asked } = await tools.cancel_order.call("cancel_order", args, shop);
  const { confirmation } = asked;
  const { result: told } = await tools.cancel_order.call(
    "cancel_order",
    { ...args, confirmation },
    shop,
  );
  expect(told).toMatchObject({ outcome: "done", status: "cancelled" });
});
