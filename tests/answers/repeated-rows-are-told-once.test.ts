/** A filter that joins tables gives a product once for each of its variants: it is one product all the same. */
import { expect, test } from "bun:test";
import { callOnce, openShopByRequest } from "./shop-by-request.ts";

const shirt = { id: 1, name: "Linen Shirt", price: "14.95" };
const apron = { id: 2, name: "Linen Apron", price: "21.50" };
const LINEN = { query: "linen" };
const names = (products: unknown) => (products as { name: string }[]).map(({ name }) => name); // of search_products

test("a product is told once, and that the shop gave it more often is noted", async () => {
  const result = await callOnce("search_products", LINEN, [shirt, shirt, apron, shirt]);
  expect(names(result.products)).toEqual(["Linen Shirt", "Linen Apron"]);
  expect(result.summary).toBe("2 products");
  expect(result.notes).toEqual(["The shop gave 2 products once more; they are told once."]);
});

test("products that differ in anything are two", async () => {
  const result = await callOnce("search_products", LINEN, [shirt, { ...shirt, id: 3 }]);
  expect(result.summary).toBe("2 products");
  expect(result.notes).toBeUndefined();
});

test("what was left out takes no place: the next page begins behind it", async () => {
  const { call } = openShopByRequest(() => [shirt, shirt, apron, { ...apron, id: 3 }]);
  const first = await call("search_products", { ...LINEN, limit: 2 });
  expect(names(first.products)).toEqual(["Linen Shirt", "Linen Apron"]);
  expect(first.summary).toBe("2 products, and there are more");
  const second = await call("search_products", { ...LINEN, limit: 2, cursor: first.next_cursor });
  expect(second.products).toMatchObject([{ product_id: "3" }]);
  expect(second.summary).toBe("1 product");
});
