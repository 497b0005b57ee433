/** A function of a table that throws, or returns a promise, is reported by its place in the table. */
import { describe, expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
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
