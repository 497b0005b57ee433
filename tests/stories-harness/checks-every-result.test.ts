/** Every result of a story fits the whole schema of its tool, and its text says what its structure says. */
import { expect, test } from "bun:test";
import { checkResult } from "../harness/check-result.ts";

const cup = { product_id: "1", name: "Cup", price: { amount: "5.00", currency: "EUR" } };
const check = (products: object[], rows: string) => () =>
  checkResult("search_products", {
    content: [{ type: "text", text: `${products.length} product\n${rows}` }],
    structuredContent: { products },
  });
const TEXT = 'Each row: product_id, name, price.\n["1","Cup","5.00 EUR"]';

test("a result whose text says the same passes", () => {
  expect(check([cup], TEXT)).not.toThrow();
});
test.each<[string, object, string, RegExp]>([
  ["has an unknown field", { ...cup, stock: 3 }, TEXT, /additional properties/],
  [
    "has an amount of another form",
    { ...cup, price: { amount: "5", currency: "EUR" } },
    TEXT,
    /pattern/,
  ],
  ["says another price", cup, TEXT.replace("5.00", "6.00"), /the text says/],
  ["lacks a row in its text", cup, TEXT.replace(/\n.*/, ""), /the text says/],
  [
    "says null without a word on it",
    { ...cup, price: undefined },
    TEXT.replace(/"5.00 EUR"/, "null"),
    /null is said/,
  ],
  ["is silent on an image", { ...cup, image: "https://shop.test/1.jpg" }, TEXT, /the text says/],
])("a result that %s fails", (_, product, text, expected) => {
  expect(check([product], text)).toThrow(expected);
});
