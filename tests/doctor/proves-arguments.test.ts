/** Which parameters a shop obeys, by a word that is nowhere and a size of one. */
import { expect, test } from "bun:test";
import {
  omit,
  listView,
  ORDERS,
  otherShop,
  PRODUCTS,
  recordView,
  type Route,
  type Row,
  suggest,
} from "./other-shop.ts";

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

// ── What is said of what was sent ───────────────────────────────────────────────────────────────

type ProductRow = (typeof PRODUCTS)[number];
/** A list with these filters, by the names of their parameters. */
const filteredView =
  (
    filters: Record<string, (row: ProductRow, value: string) => boolean>,
    show = (row: Row): Row => row,
  ): Route =>
  (url) => {
    const sent = [...url.searchParams].flatMap(([name, value]) => {
      const filter = filters[name];
      return filter ? [(row: ProductRow) => filter(row, value)] : [];
    });
    const found = PRODUCTS.filter((row) => sent.every((fits) => fits(row)));
    return { count: found.length, next: null, results: found.map(show) };
  };
const inText =
  (...names: (keyof ProductRow)[]) =>
  (row: ProductRow, value: string) =>
    names.some((name) => String(row[name]).toLowerCase().includes(value.toLowerCase()));

test("of several searches the one that finds most is taken: that which looks at descriptions", async () => {
  const rows = PRODUCTS.map((row) => ({ ...row, description: "Thrown by a potter." }));
  const view: Route = (url, init) => {
    const name = url.searchParams.get("name");
    const found = rows.filter(({ title }) => title.toLowerCase().includes(name ?? ""));
    return name === null ? listView(rows, { search: "filter[q]" })(url, init) : { results: found };
  };
  const { linesWith } = await suggest(
    otherShop({ routes: { "/api/products/": view, "/api/products/*/": recordView(rows, "pk") } })
      .runtime,
  );
  expect(linesWith('q: "filter[q]"')[0]).toContain("gives 6, by a description");
});
test("a search that takes words in any order is no phrase", async () => {
  const all = (row: ProductRow, value: string) =>
    value.split(" ").every((word) => inText("title")(row, word));
  const { linesWith } = await suggest(products(filteredView({ search: all })));
  expect(linesWith('q: "search"')[0]).not.toContain("phrase");
});
test("a category that only records show is filtered by, where the list obeys", async () => {
  const filters = {
    category__name: (row: ProductRow, value: string) => row.category.name === value,
  };
  const { linesWith, dialect } = await suggest(
    products(filteredView(filters, (row) => omit(row, "category"))),
  );
  expect(linesWith('category: "category__name", // proven: ?category__name=')).toHaveLength(1);
  expect(dialect?.withdrawn).not.toContain("category");
});
test("stock in pieces proves a filter by stock", async () => {
  const filters = {
    in_stock: (row: ProductRow, value: string) => value !== "true" || row.stock > 0,
  };
  const { linesWith } = await suggest(products(filteredView(filters)));
  expect(linesWith('in_stock: "in_stock", // proven: ?in_stock=true gives 5')).toHaveLength(1);
});
test("a stock that goes by another name is looked at in a list that comes whole", async () => {
  const rows = PRODUCTS.map(({ stock, ...row }) => ({ ...row, quantity: stock }));
  const routes = { "/api/products/": () => rows, "/api/products/*/": recordView(rows, "pk") };
  const { out } = await suggest(otherShop({ routes }).runtime);
  expect(out).toMatch(/tried \?in_stock=.*\n(?: *\/\/.*\n)* *in_stock: \(\) => \(\{\}\),/);
});
test("nothing is said to be tried that was not sent", async () => {
  const { runtime, requests } = otherShop({
    routes: { "/api/products/": filteredView({}, (row) => omit(row, "price_gross")) },
  });
  const { out } = await suggest(runtime);
  const said = [...out.matchAll(/tried ((\?[\w[\]]+=(, )?)+)/g)].flatMap(([, names = ""]) =>
    names.split(", "),
  );
  expect(said.length).toBeGreaterThan(5);
  for (const name of said.filter(Boolean))
    expect(requests.some((request) => decodeURIComponent(request).includes(name.slice(1)))).toBe(
      true,
    );
  expect(out).toContain("not looked for: the orders show no two customers");
});
test("a limit of the price that is a fault of the shop's alone is sent with the other", async () => {
  const filters = {
    price_min: (row: ProductRow, value: string) => Number(row.price_gross) >= Number(value),
    price_max: (row: ProductRow, value: string) => Number(row.price_gross) <= Number(value),
  };
  const whole = filteredView(filters, (row) => ({ ...row, price: row["price_gross"] }));
  const view: Route = (url, init) =>
    url.searchParams.has("price_min") === url.searchParams.has("price_max")
      ? whole(url, init)
      : new Response("{}", { status: 500 });
  const { dialect, linesWith } = await suggest(products(view));
  const { path } =
    dialect?.request({ endpoint: "searchProducts", ids: {}, query: { min_price: "50" } }) ?? {};
  expect(path).toBe("/api/products/?price_min=50&price_max=999999999999");
  const broken: Route = (url, init) =>
    url.searchParams.has("price_min") ? new Response("{}", { status: 500 }) : view(url, init);
  expect(linesWith("price_min alone").length + linesWith("?price_min= alone").length).toBe(1);
  const other = await suggest(products(broken));
  expect(other.linesWith("is answered with HTTP 500")[0]).toContain("?price_min=");
});
