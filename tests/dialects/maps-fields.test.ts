/** `fields` and `statuses` map the JSON of the shop to the fields of the contract. */
import { describe, expect, test } from "bun:test";
import type { Tables } from "../../shop/mapping/tables.ts";
import { mapAnswer } from "./mapped-answers.ts";

describe("a field", () => {
  const product = async (
    fields: NonNullable<Tables["fields"]>["product"],
    row: object,
    links = {},
  ) => (await mapAnswer({ fields: { product: fields } }, "product", row, links)).json;
  test.each<[string, Parameters<typeof product>, object]>([
    [
      "is read under another name",
      [{ name: "title" }, { title: "Cup" }],
      { name: "Cup", title: "Cup" },
    ],
    [
      "is read from a nested object",
      [{ price: "price.gross" }, { price: { gross: 2 } }],
      { price: 2 },
    ],
    [
      "is read under a name with a dot in it",
      [{ name: "t.en" }, { "t.en": "Cup" }],
      { name: "Cup" },
    ],
    ["is read from an index of a list", [{ url: "links.1" }, { links: ["a", "b"] }], { url: "b" }],
    [
      "is the length of a list",
      [{ category: "tags.length" }, { tags: ["a", "b"] }],
      { category: 2 },
    ],
    [
      "is what a function returns",
      [{ available: (row) => row.stock > 0 }, { stock: 0 }],
      { available: false },
    ],
    ["is left out where it is null", [{ price: null }, { price: 3 }], { price: undefined }],
    [
      "is left out where its path leads nowhere",
      [{ name: "title.en" }, { name: "x", title: null }],
      { name: undefined },
    ],
    ["keeps its name without a table", [{}, { name: "Cup" }], { name: "Cup" }],
    ["is never an inherited property", [{ name: "constructor" }, {}], { name: undefined }],
    [
      "is a list of objects",
      [
        { items: { from: "sizes", each: { item_id: "code", price: "cost" } } },
        { sizes: [{ code: 1, cost: 2 }] },
      ],
      { items: [{ item_id: 1, price: 2, code: 1, cost: 2 }] },
    ],
    [
      "is a list of one value of each",
      [{ images: { from: "photos", each: "src" } }, { photos: [{ src: "a" }] }],
      { images: ["a"] },
    ],
    [
      "is an amount with its currency",
      [
        { price: { from: "cost", each: { amount: "gross", currency: "code" } } },
        { cost: { gross: 2, code: "EUR" } },
      ],
      { price: { amount: 2, currency: "EUR" } },
    ],
    [
      "is null where its list is null",
      [{ items: { from: "sizes", each: { item_id: "code" } } }, { sizes: null }],
      { items: null },
    ],
    [
      "is a list with one entry for each piece",
      [
        { items: { from: "all", repeat: "qty", each: "code" } },
        { all: [{ code: 1, qty: 2 }, { code: 2, qty: 0 }, { code: 3, qty: -1 }, { code: 4 }] },
      ],
      { items: [1, 1, 3, 4] },
    ],
    [
      "is a list whose entries of one piece each have no quantity any more",
      [{ items: { from: "all", repeat: "quantity" } }, { all: [{ item_id: 1, quantity: 2 }] }],
      { items: Array(2).fill({ item_id: 1, quantity: undefined }) },
    ],
    [
      "is an object of options with free names",
      [
        { items: { from: "sizes", each: { options: { from: "is", each: { Size: "s" } } } } },
        { sizes: [{ is: { s: "L" } }] },
      ],
      { items: [{ options: { Size: "L" } }] },
    ],
    [
      "is read from the answer around the row",
      [{ category: (_, answer) => answer.meta }, { meta: "Tea" }],
      { category: "Tea" },
    ],
  ])("%s", async (_, given, expected) => {
    expect(await product(...given)).toMatchObject(expected);
  });

  test("of a status is mapped in orders and in their timelines", async () => {
    const statuses = { 3: "shipped", "on its way": "shipped" } as const;
    const tables = { statuses, query: { status: null } };
    const order = { status: 3, timeline: [{ status: "on its way" }, { status: "lost" }] };
    expect((await mapAnswer(tables, "order", order)).json).toEqual({
      status: "shipped",
      timeline: [{ status: "shipped" }, { status: "lost" }],
    });
    expect((await mapAnswer(tables, "orderStatus", { status: 9 })).json).toEqual({
      status: 9,
    });
  });
});
