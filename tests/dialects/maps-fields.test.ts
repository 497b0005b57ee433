/** Fields. */
import { describe, expect, test } from "bun:test";
import type { Tables } from "../../shop/mapping/tables.ts";
import { told } from "./mapped-shop.ts";

describe("fields", () => {
  const product = async (
    fields: NonNullable<Tables["fields"]>["product"],
    row: object,
    links = {},
  ) => (await told({ fields: { product: fields } }, "product", row, links)).json;
  test.each<[string, Parameters<typeof product>, object]>([
    ["another name", [{ name: "title" }, { title: "Cup" }], { name: "Cup", title: "Cup" }],
    ["a part of a part", [{ price: "price.gross" }, { price: { gross: 2 } }], { price: 2 }],
    ["a name with a dot in it", [{ name: "t.en" }, { "t.en": "Cup" }], { name: "Cup" }],
    ["one of a list", [{ url: "links.1" }, { links: ["a", "b"] }], { url: "b" }],
    ["a count", [{ category: "tags.length" }, { tags: ["a", "b"] }], { category: 2 }],
    ["a function", [{ available: (row) => row.stock > 0 }, { stock: 0 }], { available: false }],
    ["nowhere", [{ price: null }, { price: 3 }], { price: undefined }],
    ["not there", [{ name: "title.en" }, { name: "x", title: null }], { name: undefined }],
    ["as it is named", [{}, { name: "Cup" }], { name: "Cup" }],
    ["nothing that every object has", [{ name: "constructor" }, {}], { name: undefined }],
    [
      "a list",
      [
        { items: { from: "sizes", each: { item_id: "code", price: "cost" } } },
        { sizes: [{ code: 1, cost: 2 }] },
      ],
      { items: [{ item_id: 1, price: 2, code: 1, cost: 2 }] },
    ],
    [
      "one value of each",
      [{ images: { from: "photos", each: "src" } }, { photos: [{ src: "a" }] }],
      { images: ["a"] },
    ],
    [
      "money with its currency",
      [
        { price: { from: "cost", each: { amount: "gross", currency: "code" } } },
        { cost: { gross: 2, code: "EUR" } },
      ],
      { price: { amount: 2, currency: "EUR" } },
    ],
    [
      "a list of nothing",
      [{ items: { from: "sizes", each: { item_id: "code" } } }, { sizes: null }],
      { items: null },
    ],
    [
      "one for each piece",
      [
        { items: { from: "all", times: "qty", each: "code" } },
        { all: [{ code: 1, qty: 2 }, { code: 2, qty: 0 }, { code: 3, qty: -1 }, { code: 4 }] },
      ],
      { items: [1, 1, 3, 4] },
    ],
    [
      "free names, of options",
      [
        { items: { from: "sizes", each: { options: { from: "is", each: { Size: "s" } } } } },
        { sizes: [{ is: { s: "L" } }] },
      ],
      { items: [{ options: { Size: "L" } }] },
    ],
    [
      "an answer around it",
      [{ category: (_, answer) => answer.meta }, { meta: "Tea" }],
      { category: "Tea" },
    ],
  ])("%s", async (_, given, expected) => {
    expect(await product(...given)).toMatchObject(expected);
  });

  test("statuses, of orders and in what happened to them", async () => {
    const statuses = { 3: "shipped", "on its way": "shipped" } as const;
    const order = { status: 3, timeline: [{ status: "on its way" }, { status: "lost" }] };
    expect((await told({ statuses }, "order", order)).json).toEqual({
      status: "shipped",
      timeline: [{ status: "shipped" }, { status: "lost" }],
    });
    expect((await told({ statuses }, "orderStatus", { status: 9 })).json).toEqual({ status: 9 });
  });
});
