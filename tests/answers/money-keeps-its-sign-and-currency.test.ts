/** Money in a result is the amount that the shop wrote, with its sign, and the currency that it is in. */
import { expect, test } from "bun:test";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool } = await openShopWithOneAnswer();
const money = (amount: string, currency = "EUR") => ({ amount, currency });
const UNREADABLE = ["1 price of the shop's answer could not be read and is left out."];

/** What `get_product` says of the price when the product has these fields of JSON. */
async function priceFrom(fields: string) {
  const json = `{"id": 1, "name": "Cup", ${fields}}`;
  const { price, notes } = await callTool("get_product", { product_id: "1" }, json);
  return { ...(price !== undefined && { price }), ...(notes !== undefined && { notes }) };
}

test.each([
  ["12.5", "12.50"],
  ['"12.5"', "12.50"],
  ['"12.50"', "12.50"],
  ["12", "12.00"],
  ["-20.00", "-20.00"],
  ['"-20.00"', "-20.00"],
  ['"+5.00"', "5.00"],
  ["-0.0", "0.00"],
  ['"-0.00"', "0.00"],
  ['"0007.5"', "7.50"],
  ['" 12.5000 "', "12.50"],
  ["1.005", "1.005"],
  ["19.990000000000002", "19.99"],
  ["123456789012345.67", "123456789012345.67"],
  ['"123456789012345.67"', "123456789012345.67"],
  ["1e3", "1000.00"],
  ['"1E+3"', "1000.00"],
  ["1.5e-2", "0.015"],
  ['"0E-10"', "0.00"], // encode/django-rest-framework#1263
  ['"12.500000"', "12.50"],
  ["-2.5E1", "-25.00"],
])("a price of %s is %s", async (written, amount) => {
  expect(await priceFrom(`"price": ${written}`)).toEqual({ price: money(amount) });
});

test.each([
  '"12,50"',
  '"1 234,50 €"',
  '"1,234.50"',
  '"€12.50"',
  '"12.50 EUR"',
  '"from 12.50"',
  '"−5.00"',
  '"٣.٥٠"',
  '"0x10"',
  '"NaN"',
  '"1_000"',
  "1234567890123456.78",
  "1e15",
  "1e400",
  '"1e999"',
  '"1e999999999"',
  "1e-09", // encode/django-rest-framework#7700
  '"10.00 XYZ"', // django-money/django-money#148
  "true",
  "[12.5]",
  "{}",
  '{"gross": 12.5}',
  '{"amount": 1250, "currency": "EUR", "precision": 2}',
  '{"amount": "1250", "fraction_digits": 2}',
  '{"amount": 1250, "minor_units": true}',
  '{"amount": {"amount": {"amount": 1}}}',
  '{"amount": {"toString": 1}}',
  `"1.${"0".repeat(29)}"`,
])("a price of %s is left out, and that is said", async (written) => {
  expect(await priceFrom(`"price": ${written}`)).toEqual({ notes: UNREADABLE });
});

test.each(["null", '""', '" "', '{"amount": null, "currency": "EUR"}', '{"amount": ""}'])(
  "a price of %s is absent, and nothing is said",
  async (written) => {
    expect(await priceFrom(`"price": ${written}`)).toEqual({});
  },
);

test.each([
  ['"price": "5", "price_currency": "SEK"', "SEK"],
  ['"price": "5", "price_currency": "SEK", "currency": "USD"', "SEK"],
  ['"price": "5", "price_currency": null, "currency": "USD"', "USD"],
  ['"price": "5", "price_currency": ""', "EUR"],
  ['"price": "5", "currency": "usd"', "USD"],
  ['"price": "5", "currency": " Usd "', "USD"],
  ['"price": "5", "currency": null', "EUR"],
  ['"price": "5"', "EUR"],
  ['"price": "5", "currency_code": "SEK"', "SEK"],
  ['"price": "5", "priceCurrency": "SEK"', "SEK"],
  ['"price": "5", "currency": {"code": "SEK", "symbol": "kr"}', "SEK"],
  ['"price": "5", "currency": {"symbol": "kr"}', "XXX"],
  ['"price": {"amount": "5", "currency_code": "SEK"}', "SEK"],
  ['"price": {"amount": "5.00", "currencyCode": "SEK", "decimals": 2}', "SEK"],
  ['"price": {"amount": "5", "currency": "eur"}, "currency": "USD"', "EUR"],
  ['"price": {"amount": "5", "currency": null}, "currency": "USD"', "USD"],
  ['"price": {"amount": 5}, "price_currency": "SEK"', "SEK"],
  ['"price": {"amount": "5", "currency": null}', "EUR"],
  // A currency is named, but not by a code: it is not the one around it.
  ['"price": "5", "currency": "$"', "XXX"],
  ['"price": "5", "currency": "Euro"', "XXX"],
  ['"price": "5", "currency": 978', "XXX"],
  ['"price": "5", "currency": {"toString": 1}', "XXX"],
  ['"price": {"amount": "5", "currency": {"toString": 1}}', "XXX"],
  ['"price": "5", "price_currency": ["USD"]', "XXX"],
])("%s is 5.00 %s", async (fields, currency) => {
  expect(await priceFrom(fields)).toEqual({ price: money("5.00", currency) });
});

test("a product's currency is that of its variants, where they say nothing else", async () => {
  const product = {
    id: 1,
    name: "Cup",
    price: "5",
    price_currency: "SEK",
    items: [
      { item_id: "a", price: "6" },
      { item_id: "b", price: "7", price_currency: "NOK" },
    ],
  };
  const { items } = await callTool("get_product", { product_id: "1" }, product);
  expect(items).toMatchObject([{ price: money("6.00", "SEK") }, { price: money("7.00", "NOK") }]);
});
test("a page's currency is that of its rows, wherever the page says it", async () => {
  const page = { meta: { currency_code: "SEK" }, results: [{ id: 1, name: "Cup", price: "5" }] };
  const { products } = await callTool("search_products", { query: "cup" }, page);
  expect(products).toMatchObject([{ price: money("5.00", "SEK") }]);
});
test("an order's currency is that of what is in it, where nothing else is said", async () => {
  const order = {
    order_id: "7",
    status: "delivered",
    currency: "SEK",
    total: "-5.00",
    lines: [
      { item_id: "a", name: "Refund", price: "-5.00" },
      { item_id: "b", name: "Cup", price: "5.00", price_currency: "nok" },
      { item_id: "c", name: "Pot", price: { amount: 5, currency: null }, currency: "DKK" },
    ],
    payments: [{ kind: "refund", amount: "-20.00" }],
    exchange: { item_ids: ["a"], new_item_ids: ["b"], price_difference: "-4.90" },
  };
  expect(await callTool("get_order", { order_id: "7" }, order)).toMatchObject({
    total: money("-5.00", "SEK"),
    lines: [
      { price: money("-5.00", "SEK") },
      { price: money("5.00", "NOK") },
      { price: money("5.00", "DKK") },
    ],
    payments: [{ kind: "refund", amount: money("-20.00", "SEK") }],
    exchange: { price_difference: money("-4.90", "SEK") },
  });
});

test("prices that cannot be read are said once, with their count", async () => {
  const rows = ["12,50", "1 234,50 €", "3.00"].map((price, id) => ({ id, name: "Cup", price }));
  expect(await callTool("search_products", { query: "cup" }, rows)).toEqual({
    products: [
      { product_id: "0", name: "Cup" },
      { product_id: "1", name: "Cup" },
      { product_id: "2", name: "Cup", price: money("3.00") },
    ],
    notes: ["2 prices of the shop's answer could not be read and are left out."],
  });
});

test("an `amount` that is no money of the contract's is nobody's loss", async () => {
  const row = { id: 1, name: "Cup", stock: { amount: "plenty" }, tax: { amount: "12,5" } };
  expect(await callTool("get_product", { product_id: "1" }, row)).toEqual({
    product_id: "1",
    name: "Cup",
  });
});

test("a gift card with less than nothing on it says so", async () => {
  const payment_methods = [{ payment_method_id: "g", kind: "gift_card", balance: "-10.00" }];
  expect(await callTool("get_customer", {}, { customer_id: "m", payment_methods })).toMatchObject({
    payment_methods: [{ balance: money("-10.00") }],
  });
});
