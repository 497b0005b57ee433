/** Fields in a part of each row, lists and records in envelopes, and names in camelCase. */
import { expect, test } from "bun:test";
import { ORDERS, otherShop, PRODUCTS, suggest } from "./other-shop.ts";

const inParts = ({ pk, ...attributes }: (typeof PRODUCTS)[number]) => ({
  type: "products",
  id: String(pk),
  attributes,
});
const lastOf = (url: URL) => url.pathname.split("/").filter(Boolean).at(-1);

test("JSON:API", async () => {
  const rows = PRODUCTS.map(inParts);
  const { linesWith, notesWith } = await suggest(
    otherShop({
      routes: {
        "/api/products/": () => ({ data: rows, links: { next: null } }),
        "/api/products/*/": (url) => ({ data: rows.find(({ id }) => id === lastOf(url)) }),
      },
    }).runtime,
  );
  expect(linesWith("// proven: a row has its fields in attributes")).toHaveLength(1);
  expect(linesWith('price: "price_gross"')).toHaveLength(1);
  expect(linesWith('category: "type"')).toEqual([]);
  expect(notesWith("get_product(")[0]).toMatch(
    /gives "[\w ]+" with price, available, description$/,
  );
});

test("a list two levels deep, and a record under its own name", async () => {
  const { linesWith, notesWith } = await suggest(
    otherShop({
      routes: {
        "/api/products/": () => ({ ok: true, payload: { wares: PRODUCTS } }),
        "/api/products/*/": (url) => {
          const product = PRODUCTS.find(({ pk }) => String(pk) === lastOf(url));
          return product && { ok: true, product };
        },
      },
    }).runtime,
  );
  expect(linesWith('page: "payload.wares"')).toHaveLength(1);
  expect(linesWith("record:")[0]).toContain('answer["product"] ?? answer');
  expect(notesWith("get_order(")[0]).toContain("gives shipped, 2 lines");
});

test("names in camelCase", async () => {
  const toCamel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
  const camel = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(camel);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [toCamel(name), camel(part)]),
    );
  };
  const rows = ORDERS.map(({ positions, deliver_to, ...row }) => ({
    ...row,
    order_lines: positions,
    shipping_address: deliver_to,
  })).map((row) => Object(camel(row)));
  const { linesWith } = await suggest(
    otherShop({
      routes: {
        "/api/orders/": () => rows,
        "/api/orders/*/": (url) => rows.find(({ ref }) => ref === lastOf(url)),
      },
    }).runtime,
  );
  expect(linesWith('from: "orderLines"')).toHaveLength(1);
  expect(linesWith('from: "shippingAddress"')).toHaveLength(1);
  expect(linesWith('total: "grandTotal"')).toHaveLength(1);
});
