/** Where a shop has its API: behind roots and their roots, in an OpenAPI document, or at a usual address. */
import { expect, test } from "bun:test";
import { BASE } from "./run-doctor.ts";
import {
  omit,
  ORDERS,
  listView,
  otherShop,
  PRODUCTS,
  recordView,
  type Route,
  suggest,
} from "./other-shop.ts";

/** The shop at other paths, without its own root. */
const moved = (products: string, orders: string, routes: Record<string, Route>) =>
  otherShop({
    routes: {
      "/api/": null,
      "/api/products/": null,
      "/api/products/*/": null,
      "/api/orders/": null,
      "/api/orders/*/": null,
      [products]: listView(PRODUCTS),
      [`${products.replace(/\/$/, "")}/*${products.endsWith("/") ? "/" : ""}`]: recordView(
        PRODUCTS,
        "pk",
      ),
      [orders]: listView(ORDERS),
      [`${orders.replace(/\/$/, "")}/*${orders.endsWith("/") ? "/" : ""}`]: recordView(
        ORDERS,
        "ref",
      ),
      ...routes,
    },
  }).runtime;
const paths = (names: string[]) => Object.fromEntries(names.map((name) => [name, { get: {} }]));
const found = async (runtime: ReturnType<typeof moved>) => {
  const { linesWith } = await suggest(runtime);
  return [...linesWith('searchProducts: "'), ...linesWith('orders: "')].map((line) =>
    line.replace(/, \/\/.*/, ""),
  );
};

test.each<[string, Record<string, Route>]>([
  [
    "a root at /api/",
    { "/api/": () => ({ wares: `${BASE}/x/wares/`, buys: `${BASE}/x/purchases/` }) },
  ],
  ["a root at /", { "/": () => ({ wares: "/x/wares/", buys: "/x/purchases/" }) }],
  [
    "a root behind a root",
    {
      "/api/v1/": () => ({ shop: `${BASE}/api/v1/shop/` }),
      "/api/v1/shop/": () => ({ a: "/x/wares/", b: "/x/purchases/" }),
    },
  ],
  [
    "a root with parts",
    { "/api/": () => ({ public: { wares: "/x/wares/" }, own: { buys: "/x/purchases/" } }) },
  ],
  [
    "drf-spectacular",
    {
      "/api/schema/": () => ({
        openapi: "3.0.3",
        info: {},
        paths: paths(["/x/wares/", "/x/purchases/"]),
      }),
    },
  ],
  [
    "drf-yasg",
    {
      "/swagger.json": () => ({
        swagger: "2.0",
        info: {},
        basePath: "/x",
        paths: paths(["/wares/", "/purchases/"]),
      }),
    },
  ],
  [
    "drf-yasg by a parameter",
    {
      "/swagger/": (url) =>
        url.search === "?format=openapi"
          ? { swagger: "2.0", info: {}, basePath: "/x", paths: paths(["/wares/", "/purchases/"]) }
          : undefined,
    },
  ],
  [
    "django-ninja",
    {
      "/api/openapi.json": () => ({
        openapi: "3.1.0",
        info: {},
        paths: paths(["/x/wares/", "/x/purchases/"]),
      }),
    },
  ],
  [
    "servers",
    {
      "/openapi.json": () => ({
        openapi: "3.1.0",
        info: {},
        servers: [{ url: "/x" }],
        paths: paths(["/wares/", "/purchases/"]),
      }),
    },
  ],
  [
    "a root that gives http for https, or a host behind a proxy",
    {
      "/api/": () => ({
        wares: "http://10.0.0.7:8000/x/wares/",
        buys: "https://internal/x/purchases/",
      }),
    },
  ],
])("%s", async (_, routes) => {
  expect(await found(moved("/x/wares/", "/x/purchases/", routes))).toEqual([
    'searchProducts: "/x/wares/"',
    'orders: "/x/purchases/"',
  ]);
});

test.each([
  ["/products/", "/orders/"],
  ["/api/v1/items", "/api/v1/purchases"],
])("usual addresses without any of these: %s", async (products, orders) => {
  expect(await found(moved(products, orders, {}))).toEqual([
    `searchProducts: "${products}"`,
    `orders: "${orders}"`,
  ]);
});

test.each(["/api/users/me/", "/api/profile/", "/dj-rest-auth/user/", "/api/auth/users/me/"])(
  "a profile at %s",
  async (path) => {
    const me = () => ({ pk: 7, email: "ann@shop.example" });
    const { linesWith } = await suggest(
      otherShop({ routes: { "/api/me/": null, [path]: me } }).runtime,
    );
    expect(linesWith("customer: (")[0]).toContain(`customer_id === "me" ? "${path}" : null`);
  },
);

test("payments and lines in lists of their own", async () => {
  const bare = ORDERS.map((row) => omit(row, "positions"));
  const of = (url: URL) => ORDERS.find(({ ref }) => url.pathname.includes(ref));
  const { linesWith, dialect } = await suggest(
    otherShop({
      routes: {
        "/api/orders/": listView(bare),
        "/api/orders/*/": recordView(bare, "ref"),
        "/api/orders/*/lines/": (url) => of(url)?.positions,
        "/api/orders/*/payments/": (url) => [{ reference: "p", amount: of(url)?.grand_total }],
      },
    }).runtime,
  );
  expect(dialect).toBeObject();
  expect(linesWith('from: "/api/orders/{order_id}/lines/"')).toHaveLength(1);
  expect(linesWith('from: "/api/orders/{order_id}/payments/"')[0]).toContain(
    "they add up to the total, 110.00",
  );
});

test("a schema that leaves out what all of its paths begin with", async () => {
  const document = { openapi: "3.0.2", info: {}, paths: paths(["/wares/", "/purchases/"]) };
  const runtime = moved("/api/v1/wares/", "/api/v1/purchases/", {
    "/openapi.json": () => document,
  });
  expect(await found(runtime)).toEqual([
    'searchProducts: "/api/v1/wares/"',
    'orders: "/api/v1/purchases/"',
  ]);
});

test("everybody's orders, where staff have them beside their own", async () => {
  const view: Route = (url, init) =>
    url.pathname.endsWith("/all/")
      ? listView(ORDERS)(url, init)
      : recordView(ORDERS, "ref")(url, init);
  const routes = { "/api/orders/": listView([]), "/api/orders/*/": view };
  const { linesWith } = await suggest(otherShop({ routes }).runtime);
  expect(linesWith('orders: "/api/orders/all/"')).toHaveLength(1);
});
