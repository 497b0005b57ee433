/** Functions. */
import { describe, expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { ids, request, told } from "./mapped-shop.ts";

describe("a function that", () => {
  const read = (work: () => unknown) =>
    told({ fields: { product: { name: work } } }, "product", {});
  test("throws is named", async () => {
    const broken = () => {
      throw new Error("no such row");
    };
    await expect(read(broken)).rejects.toThrow("fields.product.name threw Error: no such row");
  });
  test("promises is named, whatever becomes of the promise", async () => {
    const words = "fields.product.name gives a promise, where a value belongs";
    await expect(read(async () => "Cup")).rejects.toThrow(words);
    await expect(read(() => Promise.reject(new Error("late")))).rejects.toThrow(words);
  });
  test("makes a body or a path is held to the same", () => {
    const bodies = { cancelOrder: async () => ({}) };
    const { body } = defineShop({ bodies });
    expect(() => body("cancelOrder", {})).toThrow("bodies.cancelOrder gives a promise");
    const paths = { product: () => "https://elsewhere.example/" };
    expect(() => request({ paths }, "product", ids)).toThrow("paths.product gives no path");
  });
});
