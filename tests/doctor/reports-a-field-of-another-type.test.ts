/** A field whose value is of another type than the contract's. */
import { describe, expect, test } from "bun:test";
import {
  type Change,
  CUSTOMER,
  examined,
  mock,
  ORDER,
  ORDERS,
  PRODUCT,
  put,
  SEARCH,
  SHOP,
  STATUS,
} from "./run-doctor.ts";

const cases: [what: string, at: RegExp, change: Change, check: string, line: string][] = [
  [
    "an id that is an object",
    SEARCH,
    put("product_id", { id: 1 }),
    "searchProducts",
    'red results[0].product_id is {"id":1}, not an id: all is refused → send that, or map it',
  ],
  [
    "a price in words",
    SEARCH,
    put("price", "on request"),
    "searchProducts",
    'amber results[0].price is "on request", not a decimal such as "12.50": it is left out → send that, or map it',
  ],
  [
    "prices as numbers, which are understood",
    SEARCH,
    put("price", Number),
    "searchProducts",
    "green 40 answers fit, 8 fields",
  ],
  [
    "availability as a word",
    SEARCH,
    put("available", "yes"),
    "searchProducts",
    'amber results[0].available is "yes", not true or false: it is left out → send that, or map it',
  ],
  [
    "a picture that is no link",
    SEARCH,
    put("image", "javascript:alert(1)"),
    "searchProducts",
    'amber results[0].image is "javascript:alert(1)", not a link that a host can follow: it is left out → send that, or map it',
  ],
  [
    "pictures that are no links",
    PRODUCT,
    put("images", [7]),
    "product",
    "amber images is [7], not links that a host can follow: it is left out → send that, or map it",
  ],
  [
    "options as a text",
    PRODUCT,
    put("options", "red, large"),
    "product",
    'amber items[0].options is "red, large", not an object: it is left out → send that, or map it',
  ],
  [
    "statuses as numbers",
    ORDERS,
    put("status", 3),
    "orders",
    'amber results[0].status is a word of the shop\'s own → statuses: { 3: "…" }',
  ],
  [
    "a date as a number",
    STATUS,
    put("placed_at", 1_700_000_000),
    "orderStatus",
    "amber placed_at is 1700000000, not a text: it is left out → send that, or map it",
  ],
  [
    "tracking numbers as one text",
    STATUS,
    put("tracking_ids", "CD1"),
    "orderStatus",
    'amber tracking_ids is "CD1", not a list: it is left out → send that, or map it',
  ],
  [
    "a count of items as a text",
    ORDERS,
    put("item_count", "two"),
    "orders",
    'amber results[0].item_count is "two", not a whole number: it is left out → send that, or map it',
  ],
  [
    "lines as links",
    ORDER,
    put("lines", ["/lines/1/"]),
    "order",
    'amber lines[0] is "/lines/1/", not an object: lines is left out → send that, or map it',
  ],
  [
    "a ruling that is a word",
    ORDER,
    put("can_cancel", "never"),
    "order",
    'amber can_cancel is "never", not an object: it is left out → send that, or map it',
  ],
  [
    "a balance as an object",
    CUSTOMER,
    put("balance", { of: 5 }),
    "customer",
    'amber payment_methods[0].balance is {"of":5}, not a decimal such as "12.50": it is left out → send that, or map it',
  ],
  [
    "categories as texts",
    SHOP,
    put("categories", ["Garden"]),
    "shop",
    'amber categories[0] is "Garden", not an object: categories is left out → send that, or map it',
  ],
  [
    "a whole other answer",
    SHOP,
    () => ["closed"],
    "shop",
    'red the answer is ["closed"], not an object: all is refused → send that, or map it',
  ],
];

describe("a field that does not fit is named", () => {
  test.each(cases)("%s", async (_, at, change, check, line) => {
    const { outside } = mock(
      (body, url, init) => (at.test(url.pathname) ? change(body, url, init) : body),
      false,
    );
    const report = await examined(outside);
    expect(report.of(check)).toContain(line);
    expect(report.code).toBe(line.startsWith("red") ? 1 : 0);
  });
});
