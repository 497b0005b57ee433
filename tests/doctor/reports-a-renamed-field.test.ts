/** A field that came under another name. */
import { describe, expect, test } from "bun:test";
import {
  type Change,
  CUSTOMER,
  examined,
  mock,
  ORDER,
  ORDERS,
  PRODUCT,
  rename,
  SEARCH,
} from "./run-doctor.ts";

const cases: [what: string, at: RegExp, change: Change, check: string, line: string][] = [
  [
    "a name under another that it knows",
    SEARCH,
    rename("name", "title"),
    "searchProducts",
    "green 40 answers fit, 8 fields (name from title)",
  ],
  [
    "a name under another",
    SEARCH,
    rename("name", "label"),
    "searchProducts",
    'red results[0].name is missing: all is refused; is it label? → fields: { product: { name: "label" } }',
  ],
  [
    "an id under another name",
    PRODUCT,
    rename("product_id", "upc"),
    "product",
    'red product_id is missing: all is refused; is it upc? → fields: { product: { product_id: "upc" } }',
  ],
  [
    "a price under another name",
    SEARCH,
    rename("price", "unit_price"),
    "searchProducts",
    'amber results[0].price is missing; is it unit_price? → fields: { product: { price: "unit_price" } }',
  ],
  [
    "availability under another name",
    PRODUCT,
    rename("available", "in_stock"),
    "product",
    'amber available is missing; is it in_stock? → fields: { product: { available: "in_stock" } }',
  ],
  [
    "variants under another name",
    PRODUCT,
    rename("items", "variants"),
    "product",
    'amber items is missing; is it variants? → fields: { product: { items: "variants" } }',
  ],
  [
    "a variant's id under another name",
    PRODUCT,
    rename("item_id", "sku"),
    "product",
    'red items[0].item_id is missing: items is left out; is it sku? → fields: { product: { items: { from: "items", each: { item_id: "sku" } } } }',
  ],
  [
    "rows under another name",
    ORDERS,
    rename("results", "items"),
    "orders",
    'red results is missing: all is refused; is it items? → page: "items"',
  ],
  [
    "a total under another name",
    ORDERS,
    rename("total", "grand_total"),
    "orders",
    'amber results[0].total is missing; is it grand_total? → fields: { order: { total: "grand_total" } }',
  ],
  [
    "a line's name under another",
    ORDER,
    rename("name", "title"),
    "order",
    'red lines[0].name is missing: lines is left out; is it title? → fields: { order: { lines: { from: "lines", each: { name: "title" } } } }',
  ],
  [
    "what is paid under another name",
    ORDER,
    rename("amount", "sum"),
    "order",
    'red payments[0].amount is missing: payments is left out; is it sum? → fields: { order: { payments: { from: "payments", each: { amount: "sum" } } } }',
  ],
  [
    "a street under another name",
    CUSTOMER,
    rename("line1", "street"),
    "customer",
    'red address.line1 is missing: address is left out; is it street? → fields: { customer: { address: { from: "address", each: { line1: "street" } } } }',
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

/** Every field of the reference shop. Those of one group hide none of each other when all are renamed. */
const FIELDS = [
  ["product_id"],
  ["order_id"],
  ["customer_id"],
  ["results"],
  ["items", "lines", "payments", "shipments", "timeline", "return", "exchange", "address"],
  ["payment_methods", "categories", "policies", "options", "images", "can_cancel", "can_change"],
  ["can_return", "can_change_address", "name", "price", "city", "amount", "item_ids", "at"],
  ["category", "available", "image", "description", "status", "placed_at", "updated_at", "total"],
  ["item_id", "estimated_delivery", "tracking_ids", "item_count", "items_modified", "email"],
  ["cancel_reason", "line1", "line2", "state", "postcode", "country", "kind", "note", "allowed"],
  ["payment_method_id", "new_item_ids", "reason", "first_name", "last_name", "brand", "count"],
  ["last_four", "balance", "price_difference", "support_hours", "next"],
];
test.each(FIELDS.map((names) => [names]))(
  "%p renamed in the reference shop are named",
  async (names) => {
    const change: Change = (body, url, init) =>
      names.reduce((body, name, nth) => rename(name, `x${nth}`)(body, url, init), body);
    const { lines } = await examined(mock(change, false).outside);
    const bad = lines.filter(({ level }) => level !== "green").map(({ says }) => says);
    const silent = names.filter(
      (name) => !bad.some((says) => new RegExp(`\\b${name}\\b`).test(says)),
    );
    expect(silent).toEqual([]);
  },
);
