/** A field that came under another name. */
import { describe, expect, test } from "bun:test";
import {
  type Change,
  changeAt,
  CUSTOMER,
  mockShop,
  ORDER,
  ORDERS,
  PRODUCT,
  renameField,
  runDoctor,
  SEARCH,
} from "./run-doctor.ts";

const cases: [what: string, path: RegExp, change: Change, endpoint: string, line: string][] = [
  [
    "the name of a product, which the server knows by its other name",
    SEARCH,
    renameField("name", "title"),
    "searchProducts",
    "green 40 answers match, 8 fields (name from title)",
  ],
  [
    "the name of a product",
    SEARCH,
    renameField("name", "label"),
    "searchProducts",
    'red results[0].name is missing, so the whole answer is rejected; is it label? → map it in a dialect: fields: { product: { name: "label" } }',
  ],
  [
    "the id of a product",
    PRODUCT,
    renameField("product_id", "upc"),
    "product",
    'red product_id is missing, so the whole answer is rejected; is it upc? → map it in a dialect: fields: { product: { product_id: "upc" } }',
  ],
  [
    "a price",
    SEARCH,
    renameField("price", "unit_price"),
    "searchProducts",
    'amber results[0].price is missing; is it unit_price? → map it in a dialect: fields: { product: { price: "unit_price" } }',
  ],
  [
    "availability",
    PRODUCT,
    renameField("available", "in_stock"),
    "product",
    'amber available is missing; is it in_stock? → map it in a dialect: fields: { product: { available: "in_stock" } }',
  ],
  [
    "the items of a product",
    PRODUCT,
    renameField("items", "variants"),
    "product",
    'amber items is missing; is it variants? → map it in a dialect: fields: { product: { items: "variants" } }',
  ],
  [
    "the id of an item",
    PRODUCT,
    renameField("item_id", "sku"),
    "product",
    'red items[0].item_id is missing, so items is left out; is it sku? → map it in a dialect: fields: { product: { items: { from: "items", each: { item_id: "sku" } } } }',
  ],
  [
    "the rows of a list",
    ORDERS,
    renameField("results", "hits"),
    "orders",
    'red results is missing, so the whole answer is rejected; is it hits? → map it in a dialect: page: "hits"',
  ],
  [
    "a total",
    ORDERS,
    renameField("total", "grand_total"),
    "orders",
    'amber results[0].total is missing; is it grand_total? → map it in a dialect: fields: { order: { total: "grand_total" } }',
  ],
  [
    "the name of an order line",
    ORDER,
    renameField("name", "title"),
    "order",
    'red lines[0].name is missing, so lines is left out; is it title? → map it in a dialect: fields: { order: { lines: { from: "lines", each: { name: "title" } } } }',
  ],
  [
    "the amount of a payment",
    ORDER,
    renameField("amount", "sum"),
    "order",
    'red payments[0].amount is missing, so payments is left out; is it sum? → map it in a dialect: fields: { order: { payments: { from: "payments", each: { amount: "sum" } } } }',
  ],
  [
    "a street",
    CUSTOMER,
    renameField("line1", "street"),
    "customer",
    'amber address.line1 is missing; is it street? → map it in a dialect: fields: { customer: { address: { from: "address", each: { line1: "street" } } } }',
  ],
];

describe("a field under another name is reported", () => {
  test.each(cases)("%s", async (_, path, change, endpoint, line) => {
    const { runtime } = mockShop({ change: changeAt(path, change), hasSchema: false });
    const report = await runDoctor(runtime);
    expect(report.linesOf(endpoint)).toContain(line);
    expect(report.code).toBe(line.startsWith("red") ? 1 : 0);
  });
});

/** Every field of the reference shop, in groups: none of a group hides another when all of it are renamed. */
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
  "every one of %p is reported when all are renamed",
  async (names) => {
    const change: Change = (body, url, init) =>
      names.reduce((body, name, n) => renameField(name, `x${n}`)(body, url, init), body);
    const { lines } = await runDoctor(mockShop({ change, hasSchema: false }).runtime);
    const said = lines.filter(({ level }) => level !== "green").map(({ says }) => says);
    const unreported = names.filter(
      (name) => !said.some((says) => new RegExp(`\\b${name}\\b`).test(says)),
    );
    expect(unreported).toEqual([]);
  },
);

describe("a name that cannot be the field is not proposed", () => {
  const falsely: [field: string, as: string, value: unknown, path: RegExp][] = [
    ["customer_id", "id", 44, ORDER],
    ["customer_id", "user", "sara", ORDER],
    ["order_number", "order_date", "2026-10-28T12:00:00Z", ORDER],
    ["raw_status", "payment_status", "paid", ORDER],
    ["status", "payment_status", "paid", ORDER],
    ["total", "tax_total", "3.20", ORDER],
    ["product_id", "product_name", "Mug-2", PRODUCT],
    ["product_id", "product", "Kettle", PRODUCT],
    ["url", "detail_url", "/api/v1/products/mug-2/", PRODUCT],
    ["url", "detail_url", "https://shop.example/api/products/2/", PRODUCT],
    ["name", "title_since", "2026-10-28", PRODUCT],
  ];
  test.each(falsely)("%s as %s", async (name, as, value, path) => {
    const change: Change = (body) => {
      const { [name]: _, ...others } = body;
      return { ...others, [as]: value };
    };
    const { runtime } = mockShop({ change: changeAt(path, change), hasSchema: false });
    const { lines } = await runDoctor(runtime);
    expect(lines.filter(({ says }) => says.includes(`is it ${as}?`))).toEqual([]);
  });
  test("an id that is another id of the record already", async () => {
    const change: Change = (body) => ({
      ...body,
      customer_id: undefined,
      user: body.order_id,
    });
    const { runtime } = mockShop({ change: changeAt(ORDER, change), hasSchema: false });
    const { lines } = await runDoctor(runtime);
    expect(lines.filter(({ says }) => says.includes("is it user?"))).toEqual([]);
  });
});
