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
const ASKED = { endpoint: "product", ids: { product_id: "x" }, query: {} } as const;
/** What the module makes of a product with these variants. */
async function readWith(variants: Row[], own: Row = {}): Promise<Row> {
  const { dialect } = await suggest(ofVariants().runtime);
  const record = { slug: "x", name: "X", variants, ...own };
  return Object(await dialect?.answer(ASKED, record, async () => ({})));
}

test("a price is that of the variants where it is one, else what the list has", async () => {
  const { linesWith, out } = await suggest(ofVariants().runtime);
  expect(out).not.toContain("recommended_products");
  expect(linesWith("TODO price: which of")).toEqual([]);
  expect(linesWith("price of each of the variants")).toHaveLength(1);
  const alike = [variant("A", "5.00", 0), variant("B", "5.00", 1)];
  expect(await readWith(alike)).toMatchObject({ price: "5.00" });
  const { price } = await readWith([variant("A", "5.00", 0), variant("B", "6.00", 1)]);
  expect(price).toBeUndefined();
  expect(await readWith([variant("A", "5.00", 0)], { price: 6 })).toMatchObject({ price: 6 });
});
test("a product is available where one of its variants is, whatever it says of one of them", async () => {
  const some = [variant("A", "5.00", 0), variant("B", "5.00", 1)];
  expect(await readWith(some, { stock: 0 })).toMatchObject({ available: true });
  const none = [variant("A", "5.00", 0)];
  expect(await readWith(none, { stock: 3 })).toMatchObject({ available: false });
  expect(await readWith([], { stock: 3 })).toMatchObject({ available: true });
});
