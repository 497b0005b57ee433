/** Which parameters a shop obeys, by a word that is nowhere and a size of one. */
import { expect, test } from "bun:test";
import { omit, listView, ORDERS, otherShop, PRODUCTS, type Route, suggest } from "./other-shop.ts";

const products = (view: Route) => otherShop({ routes: { "/api/products/": view } }).runtime;

test.each(["search", "q", "query", "term"])("words in ?%s=", async (search) => {
  const { linesWith } = await suggest(products(listView(PRODUCTS, { search })));
  expect(linesWith(`q: "${search}"`)).toEqual([
    `q: "${search}", // proven: ?${search}=blue gives 1 of 6 rows, ?${search}=xq7z… gives 0; words are taken as one phrase: “Cup Blue” finds nothing, “Blue Cup” does`,
  ]);
});

test("a search that ignores everything is withdrawn", async () => {
  const { linesWith, dialect } = await suggest(products(listView(PRODUCTS)));
  expect(linesWith("q: null")).toHaveLength(1);
  const { path } =
    dialect?.request({ endpoint: "searchProducts", ids: {}, query: { q: "cup" } }) ?? {};
  expect(path).toBe("/api/products/");
});

test("a search that finds nothing at all is no search", async () => {
  const view: Route = (url) =>
    url.searchParams.has("search") ? { results: [] } : listView(PRODUCTS)(url, {});
  const { linesWith } = await suggest(products(view));
  expect(linesWith("q: null")).toHaveLength(1);
});

test.each(["limit", "per_page", "page_size"])("a size in ?%s=", async (size) => {
  const { linesWith } = await suggest(products(listView(PRODUCTS, { size })));
  expect(linesWith(`limit: "${size}"`)).toEqual([
    `limit: "${size}", // proven: ?${size}=1 gives 1 row, ?${size}=2 gives 2`,
  ]);
});

test("what is not obeyed leaves the tool, or the server looks at a list that comes whole", async () => {
  const { dialect } = await suggest(otherShop().runtime);
  expect(dialect?.withdrawn).toContain("customer");
  expect(dialect?.withdrawn).not.toContain("min_price");
});

test("a filter by status is proven by two statuses and one of nobody's", async () => {
  const { linesWith } = await suggest(otherShop().runtime);
  expect(linesWith('status: "state"')).toEqual([
    'status: "state", // proven: ?state=on+its+way gives 1, ?state=new gives 1 of 3 rows, ?state=xq7z… gives 0',
    'status: "state", // proven: “on its way” in the list and in the record',
  ]);
});

test("a filter that ignores what is none of its choices is obeyed for those that are", async () => {
  const rows = ORDERS.map((row) => omit(row, "positions"));
  const view: Route = (url) => {
    const asked = url.searchParams.get("state");
    const found = rows.filter(({ state }) => state === asked);
    return found.length ? found : rows;
  };
  const { linesWith } = await suggest(otherShop({ routes: { "/api/orders/": view } }).runtime);
  expect(linesWith('status: "state", // proven: ?state=')).toEqual([
    'status: "state", // proven: ?state=on+its+way gives 1, ?state=new gives 1 of 3 rows, ?state=xq7z… is ignored',
  ]);
});

test("a search that offers something else for a word that is nowhere is not obeyed", async () => {
  const search = listView(PRODUCTS, { search: "search" });
  const view: Route = (url, init) => {
    const found = search(url, init);
    const isEmpty = JSON.stringify(found).includes('"results":[]');
    return isEmpty ? { results: PRODUCTS.slice(0, 2) } : found;
  };
  const { linesWith } = await suggest(products(view));
  expect(linesWith("q: null")).toHaveLength(1);
});
