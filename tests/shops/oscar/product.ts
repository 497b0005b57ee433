import { afterAll, expect, test } from "bun:test";
import { models, money, productWith, type Product, shop } from "./oscar.ts";

const anybody = await shop.open();
afterAll(() => anybody.host.close());
const get = ({ id }: Product) => anybody.call("get_product", { product_id: id });
const variant = (product: Product, parent = product) => ({
  item_id: product.id,
  options: {
    ...(product.title && product !== parent && { Title: product.title }),
    ...product.attributes,
    UPC: product.upc,
  },
  price: money(product.gross),
  available: product.is_available,
});

test("a standalone product has its text, images, price and stock, and is its only item", async () => {
  const mug = productWith("mug-tea");
  expect(await get(mug)).toEqual({
    product_id: mug.id,
    name: "Tea mug",
    description: "Holds tea.",
    category: "Kitchen > Mugs",
    images: mug.images.map((image) => `${shop.url}/media/${image}`),
    price: money("9.68"), // 8.00 and 21 %
    available: true,
    items: [variant(mug)],
  });
  expect([mug.gross, mug.images.length]).toEqual(["9.68", 2]);
});
test("one that is sold out is not available, and an e-book without stock is", async () => {
  expect(await get(productWith("mug-gone"))).toMatchObject({ available: false });
  expect(await get(productWith("book"))).toMatchObject({ available: true });
});
test("one without a price has none", async () => {
  const { price, available, notes } = await get(productWith("mug-soon"));
  expect([price, available, notes]).toEqual([undefined, false, undefined]);
});
test("a parent that has no variants yet cannot be bought", async () => {
  const { price, available, items, notes } = await get(productWith("plate-none"));
  expect([price, available, items, notes]).toEqual([undefined, false, [], undefined]);
});
test.each(["mug-set", "plate-set"])(
  "%s has variants, and no price or stock itself",
  async (upc) => {
    const parent = productWith(upc);
    const children = models.products.filter((product) => product.parent === parent.id);
    const { price, available, items, notes } = await get(parent);
    expect([price, available, notes]).toEqual([undefined, undefined, undefined]);
    expect(items).toHaveLength(children.length);
    expect(items).toEqual(expect.arrayContaining(children.map((child) => variant(child, parent))));
  },
);
test("one with too many variants to ask for each has them without price and stock", async () => {
  const { items } = await get(productWith("many"));
  expect(items).toHaveLength(30);
  expect(Object.keys(Object.assign({}, ...items)).toSorted()).toEqual(["item_id", "options"]);
});
test("a variant is a product of its own, called by its UPC where it has no title", async () => {
  const red = productWith("mug-set-red");
  const { name, items } = await get(red);
  expect([name, items]).toEqual(["mug-set-red", [variant(red)]]);
});
test("an id that nothing has is not found", async () => {
  expect(await anybody.failure("get_product", { product_id: "99999" })).toContain(
    "Nothing was found",
  );
  expect(await anybody.failure("get_product", { product_id: "mug-tea" })).toContain("not");
});
