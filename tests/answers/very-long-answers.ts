/** Answers of a mebibyte, the most that a shop can send, in the shapes that cost most to read. */
import type { endpoints } from "../../shop/contract.ts";

const SIZE = 1_040_000;
/** As many of a text as fit. */
export const fill = (text: string, size = SIZE) =>
  Array<string>(Math.floor(size / (text.length + 1)))
    .fill(text)
    .join();
const keys = (count: number, value: string) =>
  Array.from({ length: count }, (_, n) => `"k${n}":${value}`).join();
const repeat = (text: string, count: number) => Array<string>(count).fill(text).join();

/** Answers of a mebibyte: what they hold, who sends them, their text, and whether only their beginning is read. */
export const veryLongAnswers: [
  what: string,
  endpoint: keyof typeof endpoints,
  text: string,
  isCut: boolean,
][] = [
  ["rows of {}", "orders", `[${fill("{}")}]`, true],
  ["rows of {} in a page", "orders", `{"results":[${fill("{}")}]}`, true],
  ["rows of []", "orders", `[${fill("[]")}]`, true],
  ["rows with a status of {}", "orders", `[${fill('{"id":1,"status":{}}')}]`, true],
  [
    "rows with prices that are none",
    "searchProducts",
    `[${fill('{"id":1,"name":"a","price":"1,5"}')}]`,
    true,
  ],
  [
    "rows with ids beyond 2^53",
    "orders",
    `[${fill('{"id":9007199254740993,"status":"x"}')}]`,
    true,
  ],
  ["exponents", "orders", `[${fill("1e1")}]`, true],
  ["lines of {}", "order", `{"id":1,"status":"x","lines":[${fill("{}")}]}`, true],
  ["tracking ids", "orderStatus", `{"status":"x","tracking_ids":[${fill("1")}]}`, true],
  [
    "shipments of tracking ids",
    "order",
    `{"id":1,"status":"x","shipments":[${repeat(`{"tracking_ids":[${repeat("{}", 600)}]}`, 500)}]}`,
    true,
  ],
  [
    "items of options",
    "product",
    `{"id":1,"name":"x","items":[${repeat(`{"item_id":1,"options":{${keys(700, "1")}}}`, 100)}]}`,
    true,
  ],
  ["images", "product", `{"id":1,"name":"a","images":[${fill('"/a"')}]}`, true],
  ["policies", "shop", `{"name":"a","policies":{${keys(70_000, '"a"')}}}`, true],
  ["objects of objects", "shop", `{"name":"a",${keys(900, `{${keys(90, "{}")}}`)}}`, true],
  ["100,000 levels of lists", "orders", "[".repeat(100_000) + "]".repeat(100_000), false],
  [
    "100,000 levels of objects",
    "orders",
    `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    false,
  ],
  ["a long price", "product", `{"id":1,"name":"a","price":"1.${"0".repeat(SIZE)}1"}`, false],
  ["a long number", "product", `{"id":1,"name":"a","price":1.${"0".repeat(SIZE)}1}`, false],
  ["a long id", "product", `{"id":"${"a".repeat(SIZE)}","name":"a"}`, false],
  ["a long address", "product", `{"id":1,"name":"a","url":"/${"a".repeat(SIZE)}"}`, false],
  ["escapes", "product", `{"id":1e3,"name":"a","x":"${String.raw`\"`.repeat(SIZE / 2)}"}`, false],
  ["a text that does not end", "orders", `[1e3, "${String.raw`\"`.repeat(SIZE / 2)}`, false],
  ["NaN", "orders", `[${fill("NaN")}]`, false],
  ["spaces after NaN", "orders", `[NaN${" ".repeat(SIZE)}`, false],
];
