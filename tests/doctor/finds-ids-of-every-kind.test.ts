/** The record of a row is the one that comes back for one of its values, whatever that is called. */
import { expect, test } from "bun:test";
import { BASE } from "./run-doctor.ts";
import {
  omit,
  listView,
  otherShop,
  PRODUCTS,
  recordView,
  type Route,
  type Row,
  suggest,
} from "./other-shop.ts";

const rowsWith = (key: string, value: (index: number) => unknown): Row[] =>
  PRODUCTS.map((row, index) => ({ [key]: value(index), ...omit(row, "pk") }));
/** `id` leads nowhere: the path takes another value. */
const DECOY = { "/api/products/*/": null };

test.each<[string, (index: number) => unknown]>([
  ["pk", (index) => 40 + index],
  ["uuid", (index) => `5f3c0000-0000-4000-8000-00000000000${index}`],
  ["slug", (index) => `cup-${index}`],
  ["sku", (index) => `SKU${index}`],
  ["item_no", (index) => 9000 + index],
  ["ref", (index) => `r${index}`],
])("%s", async (key, value) => {
  const rows = rowsWith(key, value).map((row, index) =>
    key === "pk" ? row : { ...row, id: index },
  );
  const { linesWith } = await suggest(
    otherShop({
      routes: { "/api/products/": listView(rows), "/api/products/*/": recordView(rows, key) },
    }).runtime,
  );
  expect(linesWith(`product_id: "${key}"`)[0]).toContain(
    `// proven: /api/products/${value(0)}/ is the row with`,
  );
});

test.each(["url", "self", "href"])("a link in %s", async (name) => {
  const rows = rowsWith(name, (index) => `${BASE}/catalogue/n${index}/`);
  const record: Route = (url) => rows.find((row) => row[name] === url.href);
  const { linesWith, dialect } = await suggest(
    otherShop({ routes: { ...DECOY, "/api/products/": listView(rows), "/catalogue/*/": record } })
      .runtime,
  );
  expect(linesWith('product: "')[0]).toContain('product: "/catalogue/{product_id}/"');
  const read = await dialect?.answer(
    { endpoint: "product", ids: { product_id: "n2" }, query: {} },
    rows[2],
    async () => ({}),
  );
  expect(read).toMatchObject({ product_id: "n2" });
});

test("the schema's own name for it", async () => {
  const rows = rowsWith("gtin", (index) => `4006381${index}`);
  const paths = {
    "/api/products/": { get: {} },
    "/things/{gtin}": { get: {} },
    "/api/products/{gtin}": { get: {} },
  };
  const { linesWith } = await suggest(
    otherShop({
      routes: {
        ...DECOY,
        "/api/schema/": () => ({ openapi: "3.0.3", info: {}, paths }),
        "/api/products/": listView(rows),
        "/api/products/*": recordView(rows, "gtin"),
      },
    }).runtime,
  );
  expect(linesWith('product_id: "gtin"')).toHaveLength(1);
});

test("a record that is another row is none", async () => {
  const wrong: Route = () => PRODUCTS[3];
  const { linesWith } = await suggest(otherShop({ routes: { "/api/products/*/": wrong } }).runtime);
  expect(linesWith('product: "')).toEqual([]);
  expect(linesWith("TODO product:")).toHaveLength(1);
});

test("a value that is not there is no id", async () => {
  const rows = PRODUCTS.map((row) => ({ ...omit(row, "pk"), id: undefined, slug: null }));
  const { requests, runtime } = otherShop({
    routes: { ...DECOY, "/api/products/": listView(rows) },
  });
  await suggest(runtime);
  expect(requests.filter((request) => /undefined|null|NaN/.test(request))).toEqual([]);
});
