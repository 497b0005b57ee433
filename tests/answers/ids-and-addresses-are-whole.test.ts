/** Ids and addresses are told whole and as they were written, or not at all. */
import { expect, test } from "bun:test";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool, origin } = await openShopWithOneAnswer();

const product = async (fields: object) => {
  const sent = { id: 1, name: "Cup", ...fields };
  const {
    product_id: _,
    name: __,
    ...rest
  } = await callTool("get_product", { product_id: "1" }, sent);
  return rest;
};

test.each([
  "a".repeat(128),
  "é".repeat(128),
  "a-slug-of-75-characters-that-a-shop-made-of-the-whole-name-of-a-product-abc",
  "Black&notebook",
  "A&amp;B",
  "2026/0001",
  "AB 123",
  "#1036",
  "注文-7",
  "..",
])("the id %s is told whole", async (id) => {
  expect(await callTool("search_products", { query: "u" }, [{ id, name: "Cup" }])).toEqual({
    products: [{ product_id: id, name: "Cup" }],
  });
});

test.each([
  "a".repeat(129),
  "<b>7</b>",
  "a\u200bb",
  "a\u202eb",
  "a\nb",
  "a\u0000b",
  "",
  " ",
  true,
  { $oid: "1" },
])("the id %j is none, so that its row is left out", async (id) => {
  const rows = [
    { id, name: "Cup" },
    { id: 2, name: "Jug" },
  ];
  expect(await callTool("search_products", { query: "u" }, rows)).toEqual({
    products: [{ product_id: "2", name: "Jug" }],
    notes: ["1 product of the shop's answer could not be read and is left out."],
  });
});

test("an id that one of the usual names does not say is looked for under the next", async () => {
  const rows = [
    { id: null, pk: 5, name: "", title: "Cup" },
    { product_id: "", slug: "jug", name: null, title: "Jug" },
  ];
  expect(await callTool("search_products", { query: "u" }, rows)).toEqual({
    products: [
      { product_id: "5", name: "Cup" },
      { product_id: "jug", name: "Jug" },
    ],
  });
});

test("get_order_status tells of the order that the shop answered with", async () => {
  const sent = { id: 1037, number: "A-17", status: "shipped" };
  expect(await callTool("get_order_status", { order_id: "A-17" }, sent)).toMatchObject({
    order_id: "1037",
    order_number: "A-17",
  });
  const { order_id } = await callTool(
    "get_order_status",
    { order_id: "A-17" },
    { status: "shipped" },
  );
  expect(order_id).toBe("A-17");
});

test("tracking ids are whole; one that is none is left out alone", async () => {
  const sent = { status: "shipped", tracking_ids: ["CD 28 42", null, 7, "x".repeat(129), "<i>"] };
  expect(await callTool("get_order_status", { order_id: "7" }, sent)).toMatchObject({
    tracking_ids: ["CD 28 42", "7"],
    notes: ["3 tracking ids of the shop's answer could not be read and are left out."],
  });
});

const long = `https://cdn.example/${"a".repeat(340)}.jpg?w=3`;
test.each([
  ["https://shop.example/p?id=1&currency=EUR&region=se&copy=1&not=2", undefined],
  ["HTTPS://Shop.example/A?x=%20#top", undefined],
  ["https://shop.example", undefined],
  [long, undefined],
  ["/p/1/?a=1&lt=2", `${origin}/p/1/?a=1&lt=2`],
  ["//cdn.example/p", "http://cdn.example/p"],
  ["https://shop.example/b ü", "https://shop.example/b%20%C3%BC"],
  ['https://shop.example/"><b>', "https://shop.example/%22%3E%3Cb%3E"],
])("the address %s is told whole", async (sent, told = sent) => {
  expect(await product({ url: sent, images: [sent] })).toEqual({ url: told, images: [told] });
  const { products } = await callTool("search_products", { query: "u" }, [
    { id: 1, name: "Cup", image: sent },
  ]);
  expect(products).toEqual([{ product_id: "1", name: "Cup", image: told }]);
});

test.each([
  "",
  " ",
  "#",
  "javascript:alert(1)",
  "data:image/png;base64,AA",
  `/${"a".repeat(2000)}`,
  7,
  null,
  {},
])("the address %j is none", async (sent) => {
  const isNothing = sent === null || (typeof sent === "string" && !sent.trim());
  const notes = ["1 image of the shop's answer could not be read and is left out."];
  expect(await product({ url: sent, images: [sent] })).toEqual(
    isNothing ? { images: [] } : { notes },
  );
  const row = { id: 1, name: "Cup", image: sent };
  expect(await callTool("search_products", { query: "u" }, [row])).toEqual({
    products: [{ product_id: "1", name: "Cup" }],
  });
});
