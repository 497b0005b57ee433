/** Hyperlinks. */
import { describe, expect, test } from "bun:test";
import { endpoints } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { openWith, SHOP, told } from "./mapped-shop.ts";

describe("hyperlinks", () => {
  const line = { from: "lines", load: true, each: { item_id: "sku" } } as const;
  const fields = { order: { lines: line } } satisfies Tables["fields"];
  const lines = [{ sku: "a" }, { sku: "b" }].map((row) => ({ ...row, item_id: row.sku }));
  test.each<[string, unknown, Record<string, unknown>, number]>([
    ["to a list", "/lines", { "/lines": lines }, 1],
    ["to a page", "/lines", { "/lines": { results: lines, next: null } }, 1],
    [
      "to two pages",
      "/l?p=1",
      { "/l?p=1": { results: [lines[0]], next: "?p=2" }, "/l?p=2": { results: [lines[1]] } },
      2,
    ],
    ["one for each", ["/1", "/2"], { "/1": lines[0], "/2": lines[1] }, 2],
    ["that are whole already", lines, {}, 0],
  ])("%s", async (_, given, links, count) => {
    const { json, followed } = await told({ fields }, "order", { lines: given }, links);
    expect(json).toEqual({ lines });
    expect(followed).toHaveLength(count);
  });
  test("the same link is followed once, and none for a field that a row has not", async () => {
    const order = { lines: ["/1", "/1"] };
    const { followed } = await told({ fields }, "order", order, { "/1": lines[0] });
    expect(followed).toEqual(["/1"]);
    expect((await told({ fields }, "orders", [order])).followed).toEqual([]);
  });
  test("a row follows one only where it is told to", async () => {
    const price = { from: "price", load: "rows" as const, each: "gross" };
    const row = { price: "/p", availability: "/a" };
    const available = { from: "availability", load: true, each: "is_available" };
    const tables = { fields: { product: { price, available } } };
    const { json, followed } = await told(tables, "searchProducts", [row], { "/p": { gross: 2 } });
    expect(json).toEqual({ results: [{ ...row, price: 2, available: undefined }] });
    expect(followed).toEqual(["/p"]);
  });
  test("what they lead to may be in a wrapping, and may be the only one", async () => {
    const tables = { record: "data", fields };
    const links = { "/1": { data: lines[0] }, "/lines": { data: lines[1] } };
    const { json } = await told(tables, "order", { data: { lines: ["/1"] } }, links);
    expect(json).toEqual({ lines: [lines[0]] });
    const { json: only } = await told(tables, "order", { data: { lines: "/lines" } }, links);
    expect(only).toEqual({ lines: [lines[1]] });
  });
  test("a thing with a list in it is no page", async () => {
    const product = { from: "product", load: true, each: "id" } as const;
    const each = { item_id: "sku", product_id: product };
    const tables: Tables = { page: "items", fields: { order: { lines: { ...line, each } } } };
    const links = { "/1": { sku: "a", product: "/p" }, "/p": { id: 5, items: [1, 2] } };
    const { json } = await told(tables, "order", { lines: ["/1"] }, links);
    expect(json).toMatchObject({ lines: [{ item_id: "a", product_id: 5 }] });
  });
});

describe("links in the server", () => {
  const { order } = endpoints;
  const line = { from: "lines", load: true, each: { item_id: "sku", name: "sku" } } as const;
  const dialect = defineShop({
    fields: { order: { lines: line, address: { from: "to", load: true } } },
  });
  const look = (lines: unknown, documents = {}) => {
    const row = { id: 7, status: "shipped", lines, to: "/gone" };
    const shop = openWith(dialect, { "/api/orders/7/": row, ...documents });
    return shop.ask(order, { ids: { order_id: "7" } });
  };

  test("lead to the same origin", async () => {
    const documents = { "/l/1": { sku: "a" } };
    expect((await look([`${SHOP}/l/1`, "/l/1"], documents)).lines).toHaveLength(2);
  });
  test.each([
    "https://elsewhere.example/l",
    "http://shop.example/l",
    "//elsewhere.example/l",
    "file:///etc/passwd",
    "http://[",
    "javascript:1",
  ])("never to %s", async (link) => {
    await expect(look([link])).rejects.toThrow(
      "The order record does not work here: this server's mapping of the shop is wrong (a link leads elsewhere).",
    );
  });
  test("are bounded in number", async () => {
    const lines = Array.from({ length: 200 }, (_, nth) => `/l/${nth}`);
    const documents = Object.fromEntries(lines.map((link) => [link, { sku: link }]));
    await expect(look(lines, documents)).rejects.toThrow("leads to more than 60 further addresses");
  });
  test("are followed for the rows that are needed, and no others", async () => {
    const asked: string[] = [];
    const price = { from: "link", load: "rows", each: "amount" } as const;
    const shop = defineShop({ fields: { product: { price } } });
    const rows = Array.from({ length: 100 }, (_, id) => ({ id, title: "t", link: `/p/${id}` }));
    const load = async (link: string) => {
      asked.push(link);
      return { amount: "1.00" };
    };
    await shop.answer("searchProducts", rows, load, 11);
    expect(asked).toEqual(rows.slice(0, 11).map(({ link }) => link));
  });
  test("that go round in a ring end", async () => {
    await expect(look("/l", { "/l": { results: [], next: "/l" } })).rejects.toThrow(
      "more than 60 further addresses",
    );
  });
  test("to what is not there: a part is left out, a line of a list is not", async () => {
    expect((await look([])).address).toBeUndefined();
    await expect(look(["/l/9"])).rejects.toThrow("nothing under 7");
  });
});
