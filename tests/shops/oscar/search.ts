import { afterAll, describe, expect, test } from "bun:test";
import { LOOKED, models, money, productWith, type Product, shop } from "./oscar.ts";

const anybody = await shop.open();
const paged = await shop.serve({ SHOP_PAGINATION: "PageNumberPagination", SHOP_PAGE_SIZE: "20" });
const visitor = await shop.open(undefined, { django_api_base: paged.url });
const more = {
  SHOP_PAGINATION: "LimitOffsetPagination",
  SHOP_PAGE_SIZE: "5",
  SHOP_MORE_FIELDS: "1",
};
const larger = await shop.serve(more);
const guest = await shop.open(undefined, { django_api_base: larger.url });
afterAll(async () => {
  await anybody.host.close();
  await visitor.host.close();
  await guest.host.close();
  await paged.stop();
  await larger.stop();
});
/** Products with a title that has this in it, the last made first, as oscar lists them. */
const titled = (part: string) =>
  models.products.filter(({ title }) => title.toLowerCase().includes(part));
const ids = (products: Product[]) => products.map(({ id }) => id);
const idsOf = (rows: { product_id: string }[]) => rows.map(({ product_id }) => product_id);
const search = (args: Record<string, unknown>) => anybody.call("search_products", args);

describe("search_products", () => {
  test("finds words in titles, and gives price with VAT, stock, category and image of each row", async () => {
    const { products, notes } = await search({ query: "MUG" });
    expect(products).toEqual(
      titled("mug").map(({ id, title, structure, gross, is_available, categories, images }) => {
        const isParent = structure === "parent";
        return {
          product_id: id,
          name: title,
          ...(categories[0] && { category: categories[0] }),
          ...(gross && { price: money(gross) }),
          ...(!isParent && { available: is_available }),
          ...(images[0] && { image: `${shop.url}/media/${images[0]}` }),
        };
      }),
    );
    expect(products.length).toBeGreaterThan(4);
    expect(notes).toEqual([LOOKED]);
  });
  test("finds nothing by a word that is nowhere, and by a word of a description alone", async () => {
    expect(await search({ query: "unicorn" })).toEqual({ products: [], notes: [LOOKED] });
    expect(titled("hand")).toEqual([]);
    expect(await search({ query: "hand" })).toEqual({ products: [], notes: [LOOKED] });
  });
  test("needs every word, finds the singular, and a UPC", async () => {
    expect(idsOf((await search({ query: "mug tea" })).products)).toEqual(ids(titled("tea mug")));
    expect(idsOf((await search({ query: "tea plates" })).products)).toEqual([]);
    expect(idsOf((await search({ query: "plates", limit: 50 })).products)).toEqual(
      ids(titled("plate")),
    );
    expect(idsOf((await search({ query: "bos" })).products)).toEqual([]); // no plural of "bo"
    expect(idsOf((await search({ query: "bowl-07" })).products)).toEqual([
      productWith("bowl-07").id,
    ]);
  });
  test("leaves out what is sold out, and says so", async () => {
    const { products, notes } = await search({ query: "mug", in_stock: true });
    const bought = titled("mug").filter(({ is_available, structure }) => {
      return is_available || structure === "parent";
    });
    expect(idsOf(products)).toEqual(ids(bought));
    expect(notes.join(" ")).toMatch(/left out\..*no word on stock, so whether in_stock/);
  });
  test("compares prices with VAT", async () => {
    const [low, high] = [9.5, 12];
    const within = titled("bowl").filter(({ gross }) => +gross >= low && +gross <= high);
    const byNet = titled("bowl").filter(({ net }) => +net >= low && +net <= high);
    expect(ids(within)).not.toEqual(ids(byNet));
    const all = await anybody.all("search_products", "products", {
      query: "bowl",
      min_price: low,
      max_price: high,
    });
    expect(idsOf(all.rows)).toEqual(ids(within));
    expect(all.rows.map(({ price }) => price)).toEqual(within.map(({ gross }) => money(gross)));
  });
  test("takes a category by its whole name, or by a part of it", async () => {
    for (const category of ["Kitchen > Mugs", "mugs", "Gifts"]) {
      const { products } = await search({ query: "tea mug", category });
      expect(idsOf(products)).toEqual([productWith("mug-tea").id]);
    }
    const { products, notes } = await search({ query: "tea mug", category: "Books" });
    expect([products, notes]).toEqual([
      [],
      [LOOKED, "The shop also gave 1 product that does not fit category; it is left out."],
    ]);
  });
  test("sorts what is shown whole", async () => {
    const { products } = await search({ query: "mug", sort: "-price" });
    const priced = titled("mug").filter(({ gross }) => gross);
    const sorted = priced.toSorted((a, b) => +b.gross - +a.gross);
    expect(idsOf(products).slice(0, sorted.length)).toEqual(ids(sorted));
  });
  test("reads a long page in several goes, since each row needs three more requests", async () => {
    anybody.requests.length = 0;
    const { products, notes } = await search({ query: "bowl", limit: 50 });
    expect(products.map((row: { price: object }) => row.price)).toEqual(
      titled("bowl").map(({ gross }) => money(gross)),
    );
    expect([products.length, notes]).toEqual([30, [LOOKED]]);
    expect(anybody.requests.filter((line) => line.startsWith("GET /api/products/?"))).toHaveLength(
      2,
    );
  });
  test.each([1, 7, 10])("gives %d at a time, each once, to the end", async (limit) => {
    const { rows, pages } = await anybody.all("search_products", "products", {
      query: "bowl",
      limit,
    });
    expect(idsOf(rows)).toEqual(ids(titled("bowl")));
    expect(pages).toBe(Math.ceil(30 / limit));
  });
  test("shows no variant without a title of its own as a product", async () => {
    const variants = models.products.filter(({ title }) => !title);
    expect(variants.length).toBeGreaterThan(30);
    expect((await search({ query: "mug-set-red" })).products).toEqual([]);
  });
});

describe("search_products in a shop that pages its lists", () => {
  test.each(["tea mug", "soup plate", "bowl", "unicorn"])("finds %p on any page", async (query) => {
    for (const customer of [visitor, guest]) {
      const { rows } = await customer.all("search_products", "products", { query });
      expect(idsOf(rows)).toEqual(ids(titled(query)));
      expect(rows.map(({ price }) => price)).toEqual(
        titled(query).map(({ gross }) => money(gross)),
      );
    }
  });
  test("reads all pages before it says that there is nothing", async () => {
    for (const [customer, pages] of [
      [visitor, Math.ceil(models.products.length / 20)],
      [guest, 1], // which takes a limit
    ] as const) {
      customer.requests.length = 0;
      expect(await customer.call("search_products", { query: "unicorn" })).toEqual({
        products: [],
        notes: [LOOKED],
      });
      expect(customer.requests).toHaveLength(pages);
    }
  });
});

test("what is not public is shown as any other, unless the API says which it is", async () => {
  const secret = productWith("mug-secret");
  const [all, known] = [anybody, guest].map((one) => one.call("search_products", { query: "mug" }));
  expect(secret.is_public).toBe(false);
  expect(idsOf((await all).products)).toContain(secret.id);
  expect(idsOf((await known).products)).toEqual(
    ids(titled("mug").filter((product) => product.is_public)),
  );
  const { items } = await guest.call("get_product", { product_id: productWith("mug-set").id });
  expect(items).toHaveLength(3);
  expect(items.map(({ item_id }: { item_id: string }) => item_id)).not.toContain(
    productWith("mug-set-secret").id,
  );
});
