/** A list that came whole is sorted before it is cut; of any other it is said where it is not in the order asked for. */
import { describe, expect, test } from "bun:test";
import { callOnce, openShopByRequest } from "./shop-by-request.ts";

type Row = Record<string, unknown>;
const idsOf = (rows: unknown, name: string) => (rows as Row[]).map((row) => Number(row[name])); // a list of rows
const priced = (prices: unknown[]) => prices.map((price, id) => ({ id, name: "Cup", price }));
const named = (names: string[]) => names.map((name, id) => ({ id, name }));
const dated = (dates: unknown[]) =>
  dates.map((placed_at, order_id) => ({ order_id, status: "shipped", placed_at }));

describe("search_products sorts a whole list", () => {
  test.each<[string, string, Row[], number[], string[]]>([
    ["by price", "price", priced([9, "10.00", 2.5, "100"]), [2, 0, 1, 3], []],
    ["from the highest price", "-price", priced([9, "10.00", 2.5, "100"]), [3, 1, 0, 2], []],
    ["by price below zero", "price", priced([1, -1]), [1, 0], []],
    ["by name", "name", named(["cup z", "Cup b", "éclair cup", "Cup a"]), [3, 1, 0, 2], []],
    ["not at all without sort", "relevance", priced([9, 2.5]), [0, 1], []],
    [
      "with what has no price at its end",
      "price",
      priced([9, null, 2.5]),
      [2, 0, 1],
      ["1 of these 3 products shows no price, so whether they are sorted by price is not checked."],
    ],
    [
      "in one currency only",
      "price",
      priced([
        { amount: "9.00", currency: "SEK" },
        { amount: "2.00", currency: "EUR" },
      ]),
      [0, 1],
      ["These products are priced in SEK and EUR, so they are not sorted by price."],
    ],
  ])("%s", async (_, sort, rows, ids, notes) => {
    const result = await callOnce("search_products", { query: "cup", sort }, rows);
    expect(idsOf(result.products, "product_id")).toEqual(ids);
    expect(result.notes ?? []).toEqual(notes);
  });

  test("before it is cut", async () => {
    const { call } = openShopByRequest(() => priced([9, 8, 7]));
    const args = { query: "cup", sort: "price", limit: 1 };
    const one = await call("search_products", args);
    const two = await call("search_products", { ...args, cursor: one.next_cursor });
    expect([one, two].map(({ products }) => idsOf(products, "product_id"))).toEqual([[2], [1]]);
  });
});

describe("search_products takes no order of names for another that a database has", () => {
  test.each([
    ["of capitals first", ["Cup Z", "cup a"]],
    ["of letters", ["cup a", "Cup Z"]],
    ["without spaces", ["Cup", "Cup-board", "Cup box", "cups"]],
    ["with accents", ["Cup a", "Cup é", "Cup f"]],
  ])("%s", async (_, names) => {
    const page = { results: named(names), next: "?page=2" };
    const result = await callOnce("search_products", { query: "cup", sort: "name" }, page);
    expect(result).not.toHaveProperty("notes");
  });
});

describe("search_products says of a page", () => {
  test.each<[string, string, Row[], string | undefined]>([
    ["that it is not by price", "price", priced([9, 2.5]), "not sorted by price"],
    [
      "that it is not from the highest",
      "-price",
      priced([2, 9]),
      "not sorted by price from the highest",
    ],
    ["that it is not by name", "name", named(["cup b", "cup a"]), "not sorted by name"],
    ["nothing, where it is by price", "price", priced([2.5, 9, 9]), undefined],
  ])("%s", async (_, sort, results, claim) => {
    const page = { results, next: "?page=2" };
    const { notes, products } = await callOnce("search_products", { query: "cup", sort }, page);
    expect(idsOf(products, "product_id")).toEqual(results.map(({ id }) => Number(id)));
    const note = `The shop's list is ${claim}: these products are in the shop's own order.`;
    expect(notes).toEqual(claim ? [note] : undefined);
  });

  test("that it is not in order with the page before", async () => {
    const { call } = openShopByRequest((query) => {
      return query.has("page") ? { results: priced([1, 2]) } : { results: priced([3, 4]), next: 2 };
    });
    const args = { query: "cup", sort: "price" };
    const one = await call("search_products", args);
    const two = await call("search_products", { ...args, cursor: one.next_cursor });
    expect(one).not.toHaveProperty("notes");
    expect(two.notes?.join()).toContain("not sorted by price");
  });
});

describe("list_orders is newest first, or says that it is not", () => {
  const [day, other] = ["2026-11-01", "2026-11-02"];
  test.each<[string, unknown[], boolean, number[], string | undefined]>([
    ["a whole list, oldest first", [day, other], true, [1, 0], undefined],
    ["a whole list, newest first", [other, day], true, [0, 1], undefined],
    [
      "times of other zones",
      ["2026-11-01T10:00:00+02:00", "2026-11-01T09:00:00Z"],
      true,
      [1, 0],
      undefined,
    ],
    [
      "a space for the T, and fractions",
      ["2026-11-01 10:00:00.25+00:00", "2026-11-01 10:00:00.5+00:00"],
      true,
      [1, 0],
      undefined,
    ],
    ["a page, oldest first", [day, other], false, [0, 1], "not newest first"],
    ["a page, newest first", [other, day], false, [0, 1], undefined],
    ["no dates", [null, null], true, [0, 1], "not checked"],
    ["dates that nobody can compare", ["02/01/2026", "01/02/2026"], true, [0, 1], "not checked"],
    ["one order without a date", [null], true, [0], undefined],
  ])("%s", async (_, dates, isWhole, ids, claim) => {
    const page = isWhole ? dated(dates) : { results: dated(dates), next: "?page=2" };
    const { orders, notes } = await callOnce("list_orders", {}, page);
    expect(idsOf(orders, "order_id")).toEqual(ids);
    if (claim) expect(notes?.join()).toContain(claim);
    else expect(notes).toBeUndefined();
  });
});
