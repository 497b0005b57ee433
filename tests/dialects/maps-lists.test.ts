/** `page`, `next` and `record` find the rows of a list and the object in an envelope. */
import { describe, expect, test } from "bun:test";
import type { Tables } from "../../shop/mapping/tables.ts";
import { mapAnswer } from "./mapped-answers.ts";

describe("an answer", () => {
  const fields = { product: { name: "title" } };
  const rows = [{ title: "Cup" }];
  const results = [{ title: "Cup", name: "Cup" }];
  test.each<[string, Tables, unknown, unknown]>([
    ["is a bare list", { fields }, rows, undefined],
    ["is a page of DRF", { fields }, { results: rows, next: "?page=2" }, "?page=2"],
    [
      "has its rows at a path",
      { fields, page: "data.items", next: "data.more" },
      { data: { items: rows, more: "?p=2" } },
      "?p=2",
    ],
    [
      "has its rows where functions say",
      { fields, page: (all) => all[0], next: () => "?p=2" },
      [rows],
      "?p=2",
    ],
    ["is a bare list, although others have a path", { fields, page: "data" }, rows, undefined],
  ])("%s", async (_, tables, json, next) => {
    expect((await mapAnswer(tables, "searchProducts", json)).json).toEqual({ results, next });
  });
  test("without rows at its path is an error", async () => {
    await expect(mapAnswer({ page: "itmes" }, "orders", { items: [] })).rejects.toThrow(
      "page: there are no rows at itmes",
    );
  });
  test("has its object in an envelope", async () => {
    expect(
      (await mapAnswer({ record: "data", fields }, "product", { data: rows[0] })).json,
    ).toEqual(results[0]);
  });
});
