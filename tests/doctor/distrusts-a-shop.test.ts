/** Shops that answer everywhere, lie in their schema, throttle, send too much, or lead elsewhere. */
import { expect, test } from "bun:test";
import { BASE, NOW } from "./run-doctor.ts";
import {
  listView,
  ORDERS,
  otherShop,
  PRODUCTS,
  recordView,
  type Route,
  suggest,
} from "./other-shop.ts";

const html = (body: string) => new Response(body, { headers: { "Content-Type": "text/html" } });

test.each<[string, Route]>([
  ["{}", () => ({})],
  ["one list", () => PRODUCTS],
  ["a page for people", () => html("<!doctype html><div id=root></div>")],
])("what is answered at every path is taken for nothing: %s", async (_, fallback) => {
  const { out, linesWith } = await suggest(otherShop({ fallback }).runtime);
  expect(linesWith("searchProducts:")).toEqual([
    'searchProducts: "/api/products/", // proven: 6 rows',
  ]);
  expect(linesWith("customer: (")).toHaveLength(1);
  expect(out).not.toContain("payments");
  expect(out).not.toContain("cancelOrder");
});

test("a shop that answers every path alike has no list at all", async () => {
  const routes = {
    "/api/": null,
    "/api/products/": null,
    "/api/products/*/": null,
    "/api/orders/": null,
    "/api/orders/*/": null,
    "/api/me/": null,
  };
  const { err, out } = await suggest(otherShop({ routes, fallback: () => PRODUCTS }).runtime);
  expect(err + out).not.toContain('searchProducts: "');
});

test("paths of a schema that are not there are not used, and that is said", async () => {
  const paths = Object.fromEntries(
    ["/api/v9/products/", "/api/v9/orders/", "/api/v9/products/{id}/"].map((path) => [
      path,
      { get: {} },
    ]),
  );
  const { out, notesWith } = await suggest(
    otherShop({ routes: { "/api/schema/": () => ({ openapi: "3.0.3", info: {}, paths }) } })
      .runtime,
  );
  expect(out).not.toContain('"/api/v9');
  expect(notesWith("Note: its OpenAPI document has 2 paths that answer 404")).toHaveLength(1);
});

test("a root that links to another host is not followed there with the token, and that is said", async () => {
  const { runtime, requests } = otherShop({
    routes: {
      "/api/": () => ({
        products: "https://evil.example/api/products/",
        orders: `${BASE}/api/orders/`,
      }),
    },
  });
  const { notesWith } = await suggest(runtime);
  expect(requests.filter((request) => request.includes("evil.example"))).toEqual([]);
  expect(notesWith("links lead to https://evil.example: they are not followed")).toHaveLength(1);
});

test("a shop that throttles is waited for as long as it says, and that is said", async () => {
  let asked = 0;
  const busy: Route = (url, init) =>
    ++asked % 3
      ? listView(PRODUCTS, { search: "search" })(url, init)
      : new Response("{}", { status: 429, headers: { "Retry-After": "1" } });
  const { runtime, waits } = otherShop({ routes: { "/api/products/": busy } });
  const { linesWith, notesWith } = await suggest(runtime);
  expect(new Set(waits)).toEqual(new Set([1000]));
  expect(linesWith('q: "search"')).toHaveLength(1);
  expect(
    notesWith(
      `Note: it throttles: it answered 429 ${waits.length} times, which took ${waits.length} s of waiting.`,
    ),
  ).toHaveLength(1);
});

test("Retry-After may be a date", async () => {
  let asked = 0;
  const later = new Date(NOW + 3000).toUTCString();
  const busy: Route = (url, init) =>
    asked++
      ? listView(PRODUCTS)(url, init)
      : new Response("{}", { status: 429, headers: { "Retry-After": later } });
  const { runtime, waits } = otherShop({ routes: { "/api/products/": busy } });
  await suggest(runtime);
  expect(waits).toEqual([3000]);
});

test("a shop that throttles for longer than a visit is not waited for", async () => {
  const { runtime, waits } = otherShop({
    routes: {
      "/api/products/": () =>
        new Response("{}", { status: 429, headers: { "Retry-After": "3600" } }),
    },
  });
  await suggest(runtime);
  expect(waits).toEqual([]);
});

test("of a list of 100,000 products a part is read", async () => {
  const many = Array.from({ length: 100_000 }, (_, index) => ({
    ...PRODUCTS[index % 6],
    pk: index,
    title: `${PRODUCTS[index % 6]?.title} ${index}`,
  }));
  const all = JSON.stringify(many);
  const route: Route = (url) => {
    const size = url.searchParams.get("page_size");
    return size ? many.slice(0, Number(size)) : new Response(all);
  };
  const { linesWith, notesWith } = await suggest(
    otherShop({ routes: { "/api/products/": route } }).runtime,
  );
  expect(notesWith("sends more than 1 MiB at once: it was read in parts")).toHaveLength(1);
  expect(linesWith("searchProducts:")[0]).toContain('"/api/products/"');
});

test("a list that is one object by its ids is read as rows", async () => {
  const byId = () => Object.fromEntries(PRODUCTS.map(({ pk, ...row }) => [`p${pk}`, row]));
  const record: Route = (url) =>
    PRODUCTS.find(({ pk }) => url.pathname === `/api/products/p${pk}/`);
  const { dialect, linesWith } = await suggest(
    otherShop({ routes: { "/api/products/": byId, "/api/products/*/": record } }).runtime,
  );
  expect(linesWith("page: (")).toHaveLength(1);
  const asked = { endpoint: "searchProducts", ids: {}, query: {} } as const;
  const page = await dialect?.answer(asked, byId(), async () => ({}));
  expect(page).toMatchObject({ results: [{ id: "p11", title: "Blue Cup" }, {}, {}, {}, {}, {}] });
});

test("pages of a browsable API are passed over", async () => {
  const { linesWith } = await suggest(
    otherShop({
      routes: {
        "/": () => html("<title>Django REST framework</title>"),
        "/api/v1/": () => html("<html>"),
      },
    }).runtime,
  );
  expect(linesWith("searchProducts:")).toHaveLength(1);
});

test("addresses that do more than tell are left alone", async () => {
  const links = ["logout", "basket", "checkout", "login", "token/refresh"];
  const root = () => ({
    ...Object.fromEntries(links.map((name) => [name, `${BASE}/api/${name}/`])),
    products: `${BASE}/api/products/`,
  });
  const { runtime, requests } = otherShop({ routes: { "/api/": root } });
  await suggest(runtime);
  expect(
    requests.filter((request) => links.some((name) => request === `GET /api/${name}/`)),
  ).toEqual([]);
});

test("an order that is empty, and a shop without any, is asked for and not made up", async () => {
  const { linesWith, dialect } = await suggest(
    otherShop({ routes: { "/api/orders/": listView([]) } }).runtime,
  );
  expect(dialect).toBeObject();
  expect(linesWith("TODO order:")).toHaveLength(1);
  expect(linesWith("TODO orders:")).toEqual([
    '// TODO orders: "/api/orders/" is empty: run the doctor with a token that sees some',
  ]);
});

test("a shop of which nothing can be offered still gets a module that starts", async () => {
  const routes = { "/api/products/": listView([]), "/api/orders/": listView([]), "/api/me/": null };
  const { code, dialect } = await suggest(otherShop({ routes }).runtime);
  expect(code).toBe(0);
  expect(dialect).toBeObject();
});

test("a link that says what it does is never followed: some views act on GET", async () => {
  const rows = ORDERS.map((row) => ({
    ...row,
    cancel_url: `${BASE}/api/orders/${row.ref}/cancel/`,
    actions: [`${BASE}/api/orders/${row.ref}/refund`],
  }));
  const { runtime, requests } = otherShop({
    routes: { "/api/orders/": listView(rows), "/api/orders/*/": recordView(rows, "ref") },
    fallback: () => ({ done: true }),
  });
  await suggest(runtime);
  expect(requests).toContain("GET /api/orders/R-100/");
  expect(requests.filter((line) => /^GET .*\/(cancel|refund)/.test(line))).toEqual([]);
});
test("a list whose second page is its first is noted", async () => {
  const cached: Route = () => ({
    count: 12,
    next: `${BASE}/api/products/?page=2`,
    results: PRODUCTS,
  });
  const { notesWith } = await suggest(otherShop({ routes: { "/api/products/": cached } }).runtime);
  expect(notesWith("page 2 of /api/products/ is page 1 again")).toHaveLength(1);
});
