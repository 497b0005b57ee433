/** What was asked for is checked on the rows; where a row does not say, a note does. */
import { describe, expect, test } from "bun:test";
import { callOnce, openShopByRequest } from "./shop-by-request.ts";

type Row = Record<string, unknown>;
const idsOf = (rows: unknown, name: string) => (rows as Row[]).map((row) => row[name]); // a list of rows
const product = (id: number, more: Row = {}) => ({ id, name: "Cup", ...more });
const order = (id: number, more: Row = {}) => ({ order_id: id, status: "pending", ...more });
const customer = (id: number, more: Row) => ({ customer_id: id, ...more });

describe("search_products, of rows that a view did not filter, keeps those that fit", () => {
  test.each<[string, Row, Row[], string[], string[]]>([
    [
      "a category, in whatever case and spelling",
      { category: "garden tools" },
      [
        product(1, { category: "Garden-Tools" }),
        product(2, { category: "Kitchen" }),
        product(3, { category: "Garden" }),
      ],
      ["1"],
      ["The shop also gave 2 products that do not fit category; they are left out."],
    ],
    [
      "a category, which a sign makes another",
      { category: "C" },
      [
        product(1, { category: "C#" }),
        product(2, { category: "c" }),
        product(3, { category: "C++" }),
      ],
      ["2"],
      ["The shop also gave 2 products that do not fit category; they are left out."],
    ],
    [
      "prices of two currencies, which cannot be compared with one limit",
      { max_price: 20 },
      [product(1, { price: 15, currency: "EUR" }), product(2, { price: 100, currency: "SEK" })],
      ["1"],
      [
        "The shop also gave 1 product that does not fit max_price; it is left out.",
        "The shop's prices are in EUR and SEK: min_price and max_price were compared with their amounts alone.",
      ],
    ],
    [
      "a category that one row does not have",
      { category: "Garden" },
      [product(1), product(2, { category: "garden" })],
      ["1", "2"],
      ["1 of these 2 products shows no category, so whether category is met is not checked."],
    ],
    [
      "a category that no row has",
      { category: "Garden" },
      [product(1), product(2)],
      ["1", "2"],
      ["These products show no category, so whether category is met is not checked."],
    ],
    [
      "prices within the limits, the limits included",
      { min_price: 5, max_price: 10 },
      [4.99, 5, "10.00", 10.01].map((price, id) => product(id, { price })),
      ["1", "2"],
      ["The shop also gave 2 products that do not fit min_price or max_price; they are left out."],
    ],
    [
      "a price that is not there",
      { max_price: 10 },
      [product(1)],
      ["1"],
      ["This product shows no price, so whether max_price is met is not checked."],
    ],
    [
      "what is in stock",
      { in_stock: true },
      [product(1, { available: false }), product(2), product(3, { available: true })],
      ["2", "3"],
      [
        "The shop also gave 1 product that does not fit in_stock; it is left out.",
        "1 of these 2 products shows no word on stock, so whether in_stock is met is not checked.",
      ],
    ],
    [
      "everything, where in_stock is false",
      { in_stock: false },
      [product(1, { available: false }), product(2, { available: true })],
      ["1", "2"],
      [],
    ],
  ])("%s", async (_, args, rows, ids, notes) => {
    const result = await callOnce("search_products", { query: "cup", ...args }, rows);
    expect(idsOf(result.products, "product_id")).toEqual(ids);
    expect(result.notes ?? []).toEqual(notes);
    expect(result.summary).toBe(`${ids.length} product${ids.length === 1 ? "" : "s"}`);
  });
});

describe("search_products cannot know of words that are not shown", () => {
  const not =
    "not all of the words in name, category or id, so whether query is met is not checked.";
  test.each<[string, string, Row, boolean]>([
    ["in the name", "cup", product(1), true],
    ["in another case, with other accents", "CAFÉ", product(1, { name: "cafe cups" }), true],
    ["in name and category", "linen cup", product(1, { category: "Linen" }), true],
    ["in the id", "c-17", { id: "C-17", name: "Saucer" }, true],
    ["as a part of another", "cup", product(1, { name: "Cupboard" }), true],
    ["one of two", "linen cup", product(1), false],
    ["nowhere", "teapot", product(1), false],
    [
      "in a description, which is not shown",
      "teapot",
      product(1, { description: "teapot" }),
      false,
    ],
    ["without a letter", "👨‍👩‍👧", product(1), false],
    ["in Persian", "کتاب", product(1, { name: "کتاب خانه" }), true],
  ])("%s", async (_, query, row, isShown) => {
    const { notes, products } = await callOnce("search_products", { query }, [row]);
    expect(notes ?? []).toEqual(isShown ? [] : [`This product shows ${not}`]);
    expect(products).toHaveLength(1);
  });
});

describe("list_orders keeps the orders that fit", () => {
  test.each<[string, Row, Row[], string[], string[]]>([
    [
      "the twelfth of a bare list, before it is cut",
      { status: "shipped" },
      Array.from({ length: 12 }, (_, n) => order(n, n === 11 ? { status: "Shipped" } : {})),
      ["11"],
      ["The shop also gave 11 orders that do not fit status; they are left out."],
    ],
    [
      "a status of the shop's own, which may be that",
      { status: "shipped" },
      [order(1, { status: "dispatched" }), order(2)],
      ["1"],
      [
        "The shop also gave 1 order that does not fit status; it is left out.",
        "This order shows a status of the shop's own, so whether status is met is not checked.",
      ],
    ],
    [
      "of one customer, never those of another",
      { customer_id: "7" },
      [order(1, { customer_id: 7 }), order(2, { customer_id: 8 })],
      ["1"],
      ["The shop also gave 1 order that does not fit customer_id; it is left out."],
    ],
    [
      "that do not say whose they are",
      { customer_id: "7" },
      [order(1)],
      ["1"],
      ["This order shows no customer_id, so whether customer_id is met is not checked."],
    ],
    [
      "of nobody else",
      { customer_id: "7" },
      [order(2, { customer_id: 8 })],
      [],
      ["The shop also gave 1 order that does not fit customer_id; it is left out."],
    ],
  ])("%s", async (_, args, rows, ids, notes) => {
    const dated = rows.map((row, n) => ({ ...row, placed_at: `2026-11-${28 - n}` }));
    const result = await callOnce("list_orders", args, dated);
    expect(idsOf(result.orders, "order_id")).toEqual(ids);
    expect(result.notes ?? []).toEqual(notes);
    expect(result.summary).toBe(`${ids.length} order${ids.length === 1 ? "" : "s"}`);
  });

  test("and says where the caller's own are of several customers", async () => {
    const placed_at = "2026-11-01";
    const rows = [7, 8].map((customer_id) => order(customer_id, { customer_id, placed_at }));
    const { notes } = await callOnce("list_orders", { customer_id: "me" }, rows);
    expect(notes).toEqual(["These orders are of several customers: the shop ignores customer_id."]);
    expect(await callOnce("list_orders", { customer_id: "me" }, rows.slice(1))).not.toHaveProperty(
      "notes",
    );
  });
});

describe("find_customer never gives people who do not match", () => {
  const mia = { email: "Mia@Post.example", first_name: "Mia", last_name: "de Wilde" };
  test.each<[string, Row, Row[], string[], string[]]>([
    [
      "an e-mail in another case",
      { email: "mia@post.EXAMPLE" },
      [customer(1, mia), customer(2, { email: "miia@post.example" })],
      ["1"],
      ["The shop also gave 1 customer that does not fit email; it is left out."],
    ],
    [
      "an e-mail with other punctuation",
      { email: "m.ia@post.example" },
      [customer(1, mia)],
      [],
      ["The shop also gave 1 customer that does not fit email; it is left out."],
    ],
    [
      "rows without an e-mail",
      { email: "mia@post.example" },
      [customer(1, { first_name: "Mia" }), customer(2, { email: "" })],
      ["1", "2"],
      ["These customers show no email, so whether email is met is not checked."],
    ],
    [
      "a part of a name",
      { last_name: "WILDE" },
      [customer(1, mia), customer(2, { last_name: "Wild" }), customer(3, { last_name: "Wilder" })],
      ["1"],
      ["The shop also gave 2 customers that do not fit last_name; they are left out."],
    ],
    [
      "names without their accents and hyphens",
      { first_name: "Anna Maria", last_name: "Muller" },
      [customer(1, { first_name: "Anna-María", last_name: "Müller" })],
      ["1"],
      [],
    ],
    [
      "a postcode without its space",
      { postcode: "sw1a1aa" },
      [customer(1, { postcode: "SW1A 1AA" }), customer(2, { postcode: "SW1A 1AB" })],
      ["1"],
      ["The shop also gave 1 customer that does not fit postcode; it is left out."],
    ],
    [
      "a name of nothing but marks",
      { last_name: "---" },
      [customer(1, mia)],
      [],
      ["The shop also gave 1 customer that does not fit last_name; it is left out."],
    ],
  ])("%s", async (_, args, rows, ids, notes) => {
    const result = await callOnce("find_customer", args, rows);
    expect(idsOf(result.customers, "customer_id")).toEqual(ids);
    expect(result.notes ?? []).toEqual(notes);
  });

  test("among more than it can give, and says so", async () => {
    const rows = Array.from({ length: 12 }, (_, id) => customer(id, { last_name: "Berg" }));
    const result = await callOnce("find_customer", { last_name: "Berg" }, rows);
    expect(result).toMatchObject({ truncated: true, summary: "10 customers, and there are more" });
    expect(result.notes).toEqual([
      "There are more customers than these: ask for something narrower.",
    ]);
  });
});

test("a filter that a dialect does not send is checked all the same", async () => {
  const rows = [product(1, { category: "Garden" }), product(2, { category: "Kitchen" })];
  const { asked, call } = openShopByRequest(() => ({ results: rows }), {
    query: { category: null },
  });
  const { products } = await call("search_products", { query: "cup", category: "Kitchen" });
  expect(idsOf(products, "product_id")).toEqual(["2"]);
  expect(asked).toEqual(["/api/products/search/?q=cup&limit=10"]);
});
