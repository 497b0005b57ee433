/** `load` follows hyperlinks: each once, within the shop, a bounded number of times. */
import { describe, expect, test } from "bun:test";
import { endpoints } from "../../shop/contract.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { mapAnswer, openMappedShop, SHOP } from "./mapped-answers.ts";

describe("a field of hyperlinks", () => {
  const line = { from: "lines", load: true, each: { item_id: "sku" } } as const;
  const fields = { order: { lines: line } } satisfies Tables["fields"];
  const lines = [{ sku: "a" }, { sku: "b" }].map((row) => ({ ...row, item_id: row.sku }));
  test.each<[string, unknown, Record<string, unknown>, number]>([
    ["leads to a list", "/lines", { "/lines": lines }, 1],
    ["leads to a page", "/lines", { "/lines": { results: lines, next: null } }, 1],
    [
      "leads to two pages",
      "/l?p=1",
      { "/l?p=1": { results: [lines[0]], next: "?p=2" }, "/l?p=2": { results: [lines[1]] } },
      2,
    ],
    [
      "leads to pages by their numbers, and keeps its own query",
      "/l?order=7",
      {
        "/l?order=7": { results: [lines[0]], next: 2 },
        "/l?order=7&page=2": { results: [lines[1]], next: null },
      },
      2,
    ],
    ["has one link for each row", ["/1", "/2"], { "/1": lines[0], "/2": lines[1] }, 2],
    ["holds the rows already", lines, {}, 0],
  ])("%s", async (_, given, links, count) => {
    const { json, followed } = await mapAnswer({ fields }, "order", { lines: given }, links);
    expect(json).toEqual({ lines });
    expect(followed).toHaveLength(count);
  });
  test("that leads to a part of a list is no whole one", async () => {
    const links = { "/l": { results: lines, count: 3 } };
    await expect(mapAnswer({ fields }, "order", { lines: "/l" }, links)).rejects.toThrow(
      "a linked list has 3 rows and no link to all of them",
    );
  });
  test("follows the same link once, and none in a row of a list", async () => {
    const order = { lines: ["/1", "/1"] };
    const { followed } = await mapAnswer({ fields }, "order", order, { "/1": lines[0] });
    expect(followed).toEqual(["/1"]);
    expect((await mapAnswer({ fields }, "orders", [order])).followed).toEqual([]);
  });
  test('follows links in the rows of a list only with load: "rows"', async () => {
    const price = { from: "price", load: "rows" as const, each: "gross" };
    const row = { price: "/p", availability: "/a" };
    const available = { from: "availability", load: true, each: "is_available" };
    const tables = { fields: { product: { price, available } } };
    const { json, followed } = await mapAnswer(tables, "searchProducts", [row], {
      "/p": { gross: 2 },
    });
    expect(json).toEqual({ results: [{ ...row, price: 2, available: undefined }] });
    expect(followed).toEqual(["/p"]);
  });
  test("leads to objects in envelopes, and to a single object in place of a list", async () => {
    const tables = { record: "data", fields };
    const links = { "/1": { data: lines[0] }, "/lines": { data: lines[1] } };
    const { json } = await mapAnswer(tables, "order", { data: { lines: ["/1"] } }, links);
    expect(json).toEqual({ lines: [lines[0]] });
    const { json: only } = await mapAnswer(tables, "order", { data: { lines: "/lines" } }, links);
    expect(only).toEqual({ lines: [lines[1]] });
  });
  test("leads to an object that has a list and is no page", async () => {
    const product = { from: "product", load: true, each: "id" } as const;
    const each = { item_id: "sku", product_id: product };
    const tables: Tables = { page: "items", fields: { order: { lines: { ...line, each } } } };
    const links = { "/1": { sku: "a", product: "/p" }, "/p": { id: 5, items: [1, 2] } };
    const { json } = await mapAnswer(tables, "order", { lines: ["/1"] }, links);
    expect(json).toMatchObject({ lines: [{ item_id: "a", product_id: 5 }] });
  });
});

describe("a link in an order", () => {
  const { order } = endpoints;
  const line = { from: "lines", load: true, each: { item_id: "sku", name: "sku" } } as const;
  const dialect = defineShop({
    fields: { order: { lines: line, address: { from: "to", load: true } } },
  });
  const readOrder = (lines: unknown, documents = {}) => {
    const row = { id: 7, status: "shipped", lines, to: "/gone" };
    const shop = openMappedShop(dialect, { "/api/orders/7/": row, ...documents });
    return shop.request(order, { ids: { order_id: "7" } });
  };

  test("is followed within the origin of the shop", async () => {
    const documents = { "/l/1": { sku: "a" } };
    expect((await readOrder([`${SHOP}/l/1`, "/l/1"], documents)).lines).toHaveLength(2);
  });
  test.each([
    "https://elsewhere.example/l",
    "http://shop.example/l",
    "//elsewhere.example/l",
    "file:///etc/passwd",
    "http://[",
    "javascript:1",
  ])("is never followed to %s", async (link) => {
    await expect(readOrder([link])).rejects.toThrow(
      "The order record does not work here: this server's mapping of the shop is wrong (a link leads elsewhere).",
    );
  });
  test("fails as one of 200 links", async () => {
    const lines = Array.from({ length: 200 }, (_, nth) => `/l/${nth}`);
    const documents = Object.fromEntries(lines.map((link) => [link, { sku: link }]));
    await expect(readOrder(lines, documents)).rejects.toThrow(
      "needs more than 60 further requests",
    );
  });
  test("of a list of products is followed for the requested rows only", async () => {
    const followed: string[] = [];
    const price = { from: "link", load: "rows", each: "amount" } as const;
    const shop = defineShop({ fields: { product: { price } } });
    const rows = Array.from({ length: 100 }, (_, id) => ({ id, title: "t", link: `/p/${id}` }));
    const load = async (link: string) => {
      followed.push(link);
      return { amount: "1.00" };
    };
    const asked = { endpoint: "searchProducts", ids: {}, query: {} } as const;
    await shop.answer(asked, rows, load, { from: 0, to: 11 });
    expect(followed).toEqual(rows.slice(0, 11).map(({ link }) => link));
  });
  test("fails as part of an endless chain of pages", async () => {
    await expect(readOrder("/l", { "/l": { results: [], next: "/l" } })).rejects.toThrow(
      "more than 60 further requests",
    );
  });
  test("to a missing document: a missing address is left out, a missing line is an error", async () => {
    expect((await readOrder([])).address).toBeUndefined();
    await expect(readOrder(["/l/9"])).rejects.toThrow("Nothing was found under 7");
  });
});
