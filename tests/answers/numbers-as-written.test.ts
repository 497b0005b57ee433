/** A number in a result is the one that the shop wrote, however long; a text that is not JSON says why. */
import { describe, expect, test } from "bun:test";
import { parseJson } from "../../shop/json.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool } = await openShopWithOneAnswer();

describe("an id is told as it was written:", () => {
  test.each([
    ["9007199254740991", "9007199254740991"],
    ["9007199254740993", "9007199254740993"],
    ["-9007199254740993", "-9007199254740993"],
    ["18446744073709551615", "18446744073709551615"],
    ["1000000000000000000000", "1000000000000000000000"],
    ["1e3", "1e3"],
    ["1E+21", "1E+21"],
    ["12345678901234567.5", "12345678901234567.5"],
    ["0", "0"],
    ["7", "7"],
    ['"007"', "007"],
    ['"9007199254740993"', "9007199254740993"],
  ])("%s", async (written, told) => {
    const rows = `[{"id": ${written}, "status": "shipped"}]`;
    expect(await callTool("list_orders", {}, rows)).toEqual({
      orders: [{ order_id: told, status: "shipped" }],
    });
  });
});

test("numbers in texts are no numbers, wherever a text ends", async () => {
  const texts = [
    'say \\"9007199254740993\\"',
    "back\\\\",
    ": 9007199254740993,",
    "1e3",
    "\\u0022 1e3",
  ];
  const options = texts.map((text, n) => `"${n}": "${text}"`).join();
  const json = `{"id": 9007199254740993, "name": "a", "items": [{"item_id": 1e3, "options": {${options}}}]}`;
  expect(await callTool("get_product", { product_id: "p" }, json)).toEqual({
    product_id: "9007199254740993",
    name: "a",
    items: [{ item_id: "1e3", options: { ...texts.map((text) => JSON.parse(`"${text}"`)) } }],
  });
});

test("options, statuses and order numbers that are numbers are told as they were written", async () => {
  const product = `{"id": 1, "name": "a", "items": [{"item_id": 2, "options": {"ean": 40123456789012345678, "ratio": 0.30000000000000004, "tiny": 1e-7}}]}`;
  expect(await callTool("get_product", { product_id: "p" }, product)).toMatchObject({
    items: [
      { options: { ean: "40123456789012345678", ratio: "0.30000000000000004", tiny: "1e-7" } },
    ],
  });
  const status = `{"status": 12345678901234567890, "order_number": 20260000000000000001, "tracking_ids": [96123456789012345678]}`;
  expect(await callTool("get_order_status", { order_id: "7" }, status)).toMatchObject({
    status: "unknown",
    raw_status: "12345678901234567890",
    order_number: "20260000000000000001",
    tracking_ids: ["96123456789012345678"],
  });
});

test("a number that JavaScript writes in the same way stays a number, which a dialect can add to others", () => {
  for (const number of [
    "8.399999999999999",
    "0.30000000000000004",
    "12.50",
    "5.0",
    "9007199254740991",
    "-0.1",
  ])
    expect(parseJson(`{"a": ${number}}`)).toEqual({ value: { a: Number(number) } });
});

test.each([
  ["\ufeff[]", { value: [] }],
  ["\ufeff", undefined],
  ["", undefined],
  [" \r\n", undefined],
  ["<!doctype html><h1>Sign in</h1>", undefined],
  ["\ufeff\n<?xml version='1.0'?><orders/>", undefined],
  ['{"price": NaN}', undefined],
  ['{"price": [1, -Infinity ], "name": "a"}', undefined],
  ["Infinity", undefined],
  ['{"name": "NaN", "price": 1}', { value: { name: "NaN", price: 1 } }],
  ['{"name": "a: NaN, b"', undefined],
  ["{'id': 1}", undefined],
  ['{"id": 01e5}', undefined],
  ["null", { value: null }],
] as const)("parseJson(%j) gives its value, or nothing", (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});
