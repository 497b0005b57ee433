/** A field whose value is of another type than the contract's. */
import { describe, expect, test } from "bun:test";
import {
  type Change,
  changeAt,
  CUSTOMER,
  mockShop,
  ORDER,
  ORDERS,
  PRODUCT,
  runDoctor,
  SEARCH,
  setField,
  SHOP,
  STATUS,
} from "./run-doctor.ts";

const cases: [what: string, path: RegExp, change: Change, endpoint: string, line: string][] = [
  [
    "an id that is an object",
    SEARCH,
    setField("product_id", { id: 1 }),
    "searchProducts",
    'red results[0].product_id is {"id":1}, not an id, so the whole answer is rejected → correct it, or map it in a dialect',
  ],
  [
    "a price that is no number",
    SEARCH,
    setField("price", "on request"),
    "searchProducts",
    'amber results[0].price is "on request", not a decimal such as "12.50", so it is left out → correct it, or map it in a dialect',
  ],
  [
    "prices as numbers, which the server reads",
    SEARCH,
    setField("price", Number),
    "searchProducts",
    "green 40 answers match, 8 fields",
  ],
  [
    "availability as a text",
    SEARCH,
    setField("available", "yes"),
    "searchProducts",
    'amber results[0].available is "yes", not true or false, so it is left out → correct it, or map it in a dialect',
  ],
  [
    "an image that is no link",
    SEARCH,
    setField("image", "javascript:alert(1)"),
    "searchProducts",
    'amber results[0].image is "javascript:alert(1)", not an http(s) link, so it is left out → correct it, or map it in a dialect',
  ],
  [
    "images that are no links",
    PRODUCT,
    setField("images", [7]),
    "product",
    "amber images[0] is 7, not an http(s) link, so images is left out → correct it, or map it in a dialect",
  ],
  [
    "options as a text",
    PRODUCT,
    setField("options", "red, large"),
    "product",
    'amber items[0].options is "red, large", not an object, so it is left out → correct it, or map it in a dialect',
  ],
  [
    "statuses as numbers, which are the shop's own",
    ORDERS,
    setField("status", 3),
    "orders",
    'amber results[0].status has statuses of the shop\'s own → map them in a dialect: statuses: { 3: "…" }',
  ],
  [
    "a date as a number",
    STATUS,
    setField("placed_at", 1_700_000_000),
    "orderStatus",
    "amber placed_at is 1700000000, not a string, so it is left out → correct it, or map it in a dialect",
  ],
  [
    "tracking numbers as one text",
    STATUS,
    setField("tracking_ids", "CD1"),
    "orderStatus",
    'amber tracking_ids is "CD1", not a list, so it is left out → correct it, or map it in a dialect',
  ],
  [
    "a count of items as a text",
    ORDERS,
    setField("item_count", "two"),
    "orders",
    'amber results[0].item_count is "two", not an integer, so it is left out → correct it, or map it in a dialect',
  ],
  [
    "lines as links",
    ORDER,
    setField("lines", ["/lines/1/"]),
    "order",
    'amber lines[0] is "/lines/1/", not an object, so lines is left out → correct it, or map it in a dialect',
  ],
  [
    "can_cancel as a text",
    ORDER,
    setField("can_cancel", "never"),
    "order",
    'amber can_cancel is "never", not an object, so it is left out → correct it, or map it in a dialect',
  ],
  [
    "a balance as an object",
    CUSTOMER,
    setField("balance", { of: 5 }),
    "customer",
    'amber payment_methods[0].balance is {"of":5}, not a decimal such as "12.50", so it is left out → correct it, or map it in a dialect',
  ],
  [
    "categories as texts",
    SHOP,
    setField("categories", ["Garden"]),
    "shop",
    'amber categories[0] is "Garden", not an object, so categories is left out → correct it, or map it in a dialect',
  ],
  [
    "a list instead of an object",
    SHOP,
    () => ["closed"],
    "shop",
    'red the answer is ["closed"], not an object, so the whole answer is rejected → correct it, or map it in a dialect',
  ],
];

describe("a value of another type is reported", () => {
  test.each(cases)("%s", async (_, path, change, endpoint, line) => {
    const { runtime } = mockShop({ change: changeAt(path, change), hasSchema: false });
    const report = await runDoctor(runtime);
    expect(report.linesOf(endpoint)).toContain(line);
    expect(report.code).toBe(line.startsWith("red") ? 1 : 0);
  });
});
