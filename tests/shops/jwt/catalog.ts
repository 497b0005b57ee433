/** Products of the JWT shop, compared with what its models hold. Nobody has to be logged in for them. */
import { expect, test } from "bun:test";
import { dump, euros, type KeptProduct, open, optionsOf } from "./kept.ts";

const { products } = await dump();
const active = products
  .filter((product) => product.active)
  .toSorted((a, b) => (a.name < b.name ? -1 : 1));
const ids = (some: { id?: string; product_id?: string }[]) =>
  some.map(({ id, product_id = id }) => product_id);
const isInStock = ({ variants }: KeptProduct) => variants.some(([, , , , stock]) => stock > 0);
const cents = (price: string) => Number(price.replace(".", ""));
const EVERY = { query: "washed", limit: 7 }; // a word of every description

test("offers the catalogue without a token", async () => {
  const anyone = await open();
  expect(await anyone.tools()).toEqual(["search_products", "get_product"]);
});

test("finds what shows all of the words", async () => {
  const anyone = await open();
  const { products: found } = await anyone.call("search_products", { query: "linen shirt" });
  const expected = active.filter(({ name, category }) => {
    return /linen/i.test(name) && /shirt/i.test(`${name} ${category}`);
  });
  expect(ids(found)).toEqual(ids(expected));
  for (const [n, { name, category, price }] of expected.entries())
    expect(found[n]).toMatchObject({ name, category, price: euros(price) });
  expect(anyone.requests).toEqual(["GET /api/products/?search=linen+shirt"]);
});

test("finds nothing where there is nothing", async () => {
  const anyone = await open();
  expect(await anyone.call("search_products", { query: "umbrella" })).toEqual({ products: [] });
});

test("gives every product, page by page to the end", async () => {
  const anyone = await open();
  const { rows, pages } = await anyone.all("search_products", "products", EVERY);
  expect(ids(rows)).toEqual(ids(active));
  expect(rows.map(({ available }) => available)).toEqual(active.map(isInStock));
  expect(pages).toBeGreaterThanOrEqual(Math.ceil(active.length / 7));
});

test.each<[string, object, (product: KeptProduct) => boolean]>([
  ["a category", { category: "shirts & tops" }, ({ category }) => category === "Shirts & Tops"],
  ["what can be bought now", { in_stock: true }, isInStock],
  ["a least price", { min_price: 61.85 }, ({ price }) => cents(price) >= 6185],
  ["a highest price", { max_price: 28.35 }, ({ price }) => cents(price) <= 2835],
  [
    "all of it at once",
    { category: "Bags", in_stock: true, min_price: 50, max_price: 60 },
    (product) =>
      product.category === "Bags" &&
      isInStock(product) &&
      cents(product.price) >= 5000 &&
      cents(product.price) <= 6000,
  ],
])("filters by %s", async (_, filter, fits) => {
  const anyone = await open();
  const { rows } = await anyone.all("search_products", "products", { ...EVERY, ...filter });
  expect(ids(rows)).toEqual(ids(active.filter(fits)));
  expect(rows.length).toBeGreaterThan(0);
});

test("finds no product of a category that is not there", async () => {
  const anyone = await open();
  const page = await anyone.call("search_products", { ...EVERY, category: "Lamps" });
  expect(page.products).toEqual([]);
});

test.each([
  ["price", (a: KeptProduct, b: KeptProduct) => cents(a.price) - cents(b.price)],
  ["-price", (a: KeptProduct, b: KeptProduct) => cents(b.price) - cents(a.price)],
  ["name", (a: KeptProduct, b: KeptProduct) => (a.name < b.name ? -1 : 1)],
])("sorts by %s, over all pages", async (sort, compare) => {
  const anyone = await open();
  const { rows } = await anyone.all("search_products", "products", { ...EVERY, sort });
  expect(ids(rows)).toEqual(ids(active.toSorted(compare)));
});

test.each(active)("tells $name with its variants", async (product) => {
  const anyone = await open();
  const told = await anyone.call("get_product", { product_id: product.id });
  const { name, category, price } = product;
  expect(told).toMatchObject({ product_id: product.id, name, category, price: euros(price) });
  expect(told.description).toContain("made in Porto & washed once");
  expect(told.items).toEqual(
    product.variants.map(([item_id, size, color, amount, stock]) => {
      const options = optionsOf(size, color);
      return { item_id, options, price: euros(amount), available: stock > 0 };
    }),
  );
});

test("does not tell a product that is withdrawn, nor one that never was", async () => {
  const anyone = await open();
  const withdrawn = products.find((product) => !product.active);
  for (const product_id of [withdrawn?.id, "4711"])
    expect(await anyone.failure("get_product", { product_id })).toStartWith("Nothing was found");
});
