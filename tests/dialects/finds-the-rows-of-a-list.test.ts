/** Lists. */
import { describe, expect, test } from "bun:test";
import type { Tables } from "../../shop/mapping/tables.ts";
import { told } from "./mapped-shop.ts";

describe("lists", () => {
  const fields = { product: { name: "title" } };
  const rows = [{ title: "Cup" }];
  const results = [{ title: "Cup", name: "Cup" }];
  test.each<[string, Tables, unknown, unknown]>([
    ["bare", { fields }, rows, undefined],
    ["of DRF", { fields }, { results: rows, next: "?page=2" }, "?page=2"],
    [
      "elsewhere",
      { fields, page: "data.items", next: "data.more" },
      { data: { items: rows, more: "?p=2" } },
      "?p=2",
    ],
    ["by functions", { fields, page: (all) => all[0], next: () => "?p=2" }, [rows], "?p=2"],
    ["bare, where others are not", { fields, page: "data" }, rows, undefined],
  ])("%s", async (_, tables, json, next) => {
    expect((await told(tables, "searchProducts", json)).json).toEqual({ results, next });
  });
  test("that are none", async () => {
    await expect(told({ page: "itmes" }, "orders", { items: [] })).rejects.toThrow(
      "page: there are no rows at itmes",
    );
  });
  test("a thing in a wrapping", async () => {
    expect((await told({ record: "data", fields }, "product", { data: rows[0] })).json).toEqual(
      results[0],
    );
  });
});
