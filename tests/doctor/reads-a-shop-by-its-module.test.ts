/** With `--shop` the doctor reads what a module names as the server does, and says what the module leaves out. */
import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { listView, otherShop, PRODUCTS, recordView, type Route } from "./other-shop.ts";
import { BASE, json, mockShop, runDoctor } from "./run-doctor.ts";

const ENGINE = new URL("../../shop/mapping/define-shop.ts", import.meta.url).pathname;
/** The report on a shop by a module with these tables. */
async function report(tables: string, routes: Record<string, Route> = {}, base = BASE) {
  const file = `${tmpdir()}/doctor-${process.pid}-${Bun.randomUUIDv7()}.ts`;
  await Bun.write(
    file,
    `import { defineShop } from ${JSON.stringify(ENGINE)};\nexport default defineShop({ only: true, ${tables} });`,
  );
  const { runtime, requests } = otherShop({ routes });
  const args = ["--django", base, "--token", "t", "--shop", file];
  const found = await runDoctor(runtime, args);
  await Bun.file(file).delete();
  return { ...found, requests };
}
const FIELDS =
  'statuses: { "on its way": "shipped", new: "pending" }, query: { status: () => ({}), limit: null, q: "search" }';
const BELOW: Record<string, Route> = {
  "/shop/products/": listView(PRODUCTS, { search: "search" }),
  "/shop/products/*/": recordView(PRODUCTS, "pk"),
};
const fields = (path: string) =>
  `paths: { searchProducts: "/products/", product: "/products/{product_id}/" }, ${FIELDS}, fields: { product: { product_id: "pk", name: "title", price: "price_gross", images: { from: "${path}", load: true } } }`;

test("a path that is loaded is below the shop's own address", async () => {
  const images = { ...BELOW, "/shop/products/*/images/": () => ["https://shop.example/a.jpg"] };
  const { linesOf, requests } = await report(
    fields("/products/{product_id}/images/"),
    images,
    `${BASE}/shop`,
  );
  expect(requests).toContain("GET /shop/products/11/images/");
  expect(linesOf("product")).not.toEqual([]);
  expect(linesOf("product").filter((line) => line.startsWith("red"))).toEqual([]);
});
test("what a path leads to may be missing, as for the server", async () => {
  const { linesOf } = await report(
    fields("/products/{product_id}/nowhere/"),
    { ...BELOW, "/shop/products/*/nowhere/": () => json({}, 404) },
    `${BASE}/shop`,
  );
  expect(linesOf("product")).not.toEqual([]);
  expect(linesOf("product").filter((line) => line.startsWith("red"))).toEqual([]);
});
test("an endpoint that a module does not name is not said to be null, and the writes of an order are named", async () => {
  const schema = {
    openapi: "3.0.3",
    info: { title: "Other", version: "1" },
    paths: { "/api/orders/{id}/": { get: {}, delete: {}, patch: {} } },
  };
  const { lines, linesOf } = await report(
    `paths: { orders: "/api/orders/", order: "/api/orders/{order_id}/" }, ${FIELDS}`,
    { "/schema/": () => schema },
  );
  expect(linesOf("cancelOrder")).toEqual(["green the module maps none; not offered: cancel_order"]);
  expect(lines.filter(({ says }) => says.includes("mapped to null"))).toEqual([]);
  expect(linesOf("changes")).toEqual([
    "green the module maps none, so that the tools only read; the schema has DELETE /api/orders/{id}/, PATCH /api/orders/{id}/",
  ]);
});
test("a shop of the contract has no such line", async () => {
  expect((await runDoctor(mockShop().runtime)).linesOf("changes")).toEqual([]);
});
test("a list whose second page is its first is red", async () => {
  const cached: Route = () => ({
    count: 12,
    next: `${BASE}/api/products/?page=2`,
    results: PRODUCTS,
  });
  const paths = `paths: { searchProducts: "/api/products/" }, ${FIELDS}`;
  const { linesOf } = await report(paths, { "/api/products/": cached });
  expect(linesOf("pages")).toEqual([
    "red pages by number; page 2 of the search is page 1 again → let its cache tell addresses apart by their query, or correct its pages",
  ]);
  const honest: Route = (url, init) =>
    url.searchParams.has("page") ? listView(PRODUCTS.slice(0, 2))(url, init) : cached(url, init);
  const { linesOf: other } = await report(paths, { "/api/products/": honest });
  expect(other("pages").join()).not.toContain("page 1 again");
});

test("what a module does not send is not said to be ignored", async () => {
  const tables = `paths: { searchProducts: "/api/products/" }, query: { q: null, limit: null }`;
  const bare = { "/api/products/": () => PRODUCTS };
  const { linesOf } = await report(tables, bare);
  expect(linesOf("pages")).toEqual([
    "green a bare list; the module sends no limit, so what the shop gives is taken as it comes",
  ]);
  expect(linesOf("search")).toEqual([
    "green the module sends no words: the server looks for them in the rows",
  ]);
  const { linesOf: other } = await report('paths: { searchProducts: "/api/products/" }', bare);
  expect(other("pages").join()).toContain("amber a bare list; search ignores limit");
  expect(other("search").join()).toContain("amber finds products for a word");
});
