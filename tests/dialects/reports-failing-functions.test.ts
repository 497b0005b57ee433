/** A function of a table that throws, or returns a promise, is reported by its place in the table. */
import { describe, expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";
import { ids, mapAnswer, mapRequest } from "./mapped-answers.ts";

describe("a function of a table", () => {
  const mapName = (name: () => unknown) =>
    mapAnswer({ fields: { product: { name } } }, "product", {});
  test("is named when it throws", async () => {
    const broken = () => {
      throw new Error("no such row");
    };
    await expect(mapName(broken)).rejects.toThrow("fields.product.name threw Error: no such row");
  });
  test.each<[unknown, string]>([
    [Symbol("x"), "symbol"],
    [Object.create(null), "object"],
    ["no", "no"],
    [undefined, "undefined"],
  ])("is named when it throws what is no error: %p", async (thrown, said) => {
    const broken = () => {
      throw thrown;
    };
    await expect(mapName(broken)).rejects.toThrow(`fields.product.name threw ${said}`);
  });
  test.each<unknown>([Symbol("x"), { toString: 1 }, {}, NaN])(
    "is named when it gives a parameter that no shop can be asked for: %p",
    (value) => {
      // Not typed: a module may be written without a compiler.
      const tables: Tables = JSON.parse('{"query": {}}');
      Object.assign(tables.query ?? {}, { status: () => ({ a: value }) });
      const ask = () => mapRequest(tables, "orders", {}, { status: "shipped" });
      expect(ask).toThrow("query.status.a is no text, number or boolean");
    },
  );
  test.each([Symbol("x"), Object.create(null), 7])("is named when it gives no path: %p", (path) => {
    const tables: Tables = { paths: {} };
    Object.assign(tables.paths ?? {}, { order: () => path });
    expect(() => mapRequest(tables, "order", ids)).toThrow("paths.order gives no path");
  });
  test("is named when it returns a promise, settled or rejected", async () => {
    const message = "fields.product.name gives a promise, where a value belongs";
    await expect(mapName(async () => "Cup")).rejects.toThrow(message);
    await expect(mapName(() => Promise.reject(new Error("late")))).rejects.toThrow(message);
  });
  test("is named when it returns a bad body or a bad path", () => {
    const bodies = { cancelOrder: async () => ({}) };
    const { body } = defineShop({ bodies });
    expect(() => body({ endpoint: "cancelOrder", ids, query: {} }, {})).toThrow(
      "bodies.cancelOrder gives a promise",
    );
    const paths = { product: () => "https://elsewhere.example/" };
    expect(() => mapRequest({ paths }, "product", ids)).toThrow("paths.product gives no path");
  });
});

describe("what a shop sends in place of a word or a number", () => {
  const odd = { toString: 1, valueOf: 1 };
  test("is no status, and spoils no other field", async () => {
    const timeline = [{ status: odd }, { status: 2 }];
    const { json } = await mapAnswer({ statuses: { 2: "shipped" } }, "order", {
      id: 7,
      status: odd,
      timeline,
    });
    expect(json).toMatchObject({ id: 7, status: odd, timeline: [{}, { status: "shipped" }] });
  });
  test("is no count of pieces", async () => {
    const lines = { from: "lines", repeat: "n" };
    const order = { id: 7, lines: [{ n: odd, name: "Cup" }] };
    const { json } = await mapAnswer({ fields: { order: { lines } } }, "order", order);
    expect(json).toMatchObject({ lines: [{ name: "Cup" }] });
  });
  test("is no hyperlink, and the other rows have theirs", async () => {
    const rows = ["/orders/%zz/", "/orders/8/"].map((url) => ({ url }));
    const tables: Tables = {
      paths: { order: "/orders/{order_id}/" },
      fields: { order: { order_id: "url" } },
    };
    const { json } = await mapAnswer(tables, "orders", rows);
    expect(json).toMatchObject({ results: [{ order_id: "/orders/%zz/" }, { order_id: "8" }] });
  });
});
