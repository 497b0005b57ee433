/** `--suggest` asks the variants of a product for what the product does not say, or says of one of them only. */
import { expect, test } from "bun:test";
import { listView, omit, ORDERS, otherShop, recordView, type Row, suggest } from "./other-shop.ts";

const variant = (sku: string, price: string, stock: number) => ({ sku, price, stock });
const product = (slug: string, name: string, variants: ReturnType<typeof variant>[]) => ({
  slug,
  name,
  price: Number(variants[0]?.price),
  stock: variants[0]?.stock,
  variants,
});
const PRODUCTS = [
  product("mug", "Mug", [variant("MUG-B", "2100.00", 0), variant("MUG-R", "2300.00", 7)]),
  product("pan", "Pan", [variant("PAN-26", "14500.00", 9)]),
  product("pot", "Pot", [variant("POT-18", "9900.00", 2), variant("POT-24", "9900.00", 0)]),
  product("jug", "Jug", [variant("JUG-01", "3100.00", 0)]),
];
const line = (product_name: string, product_sku: string, quantity: number, each: number) => ({
  product_name,
  product_sku,
  quantity,
  price: (quantity * each).toFixed(2),
});
const LINES = [
  [line("Pan", "PAN-26", 2, 14500), line("Mug", "MUG-R", 1, 2300)],
  [line("Pot", "POT-18", 3, 9900)],
  [line("Mug", "MUG-R", 2, 2300)],
];
const ofVariants = (products: Row[] = PRODUCTS) => {
  const orders = ORDERS.map((order, index) => ({ ...order, positions: LINES[index] }));
  return otherShop({
    routes: {
      "/api/products/": listView(products),
      "/api/products/*/": (url, init) => {
        const record = recordView(products, "slug")(url, init) as Row | undefined; // of `products`
        const recommended_products = [variant("HAT-1", "77000.00", 1)];
        return record && { ...omit(omit(record, "price"), "stock"), recommended_products };
      },
      "/api/orders/": listView(orders),
      "/api/orders/*/": recordView(orders, "ref"),
    },
  });
};

test("a line's article number is known by its values, whatever it is called", async () => {
  const { linesWith } = await suggest(ofVariants().runtime);
  expect(linesWith("item_id:")).toEqual([
    'item_id: "sku", // proven: “MUG-R” is in the lines of an order',
    'item_id: "product_sku", // proven: “PAN-26” is a variant\'s, too',
  ]);
});
test("the number of variants is that of one product", async () => {
  const { linesWith } = await suggest(ofVariants().runtime);
  expect(linesWith('from: "variants"')).toEqual([
    'from: "variants", // proven: a product has up to 2 of them',
  ]);
});
