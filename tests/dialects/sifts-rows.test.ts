import { expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { listPage } from "../../shop/list.ts";
import { endpoints } from "../../shop/contract.ts";
import { Notes } from "../../shop/notes.ts";
import { openMappedShop } from "./mapped-answers.ts";

/** Rows `from`, …: some are tables, the others are chairs. */
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({
    id: from + n,
    title: (from + n) % 10 === 9 ? "Table" : "Chair",
    more: `/more/${from + n}`,
  }));
const fields = { product: { category: { from: "more", load: "rows", each: "kind" } } } as const;
const sifting = defineShop({
  paths: { searchProducts: "/products" },
  query: { q: null, limit: null },
  page: (answer, _, { query }) =>
    (answer.results ?? answer).filter((row: { title: string }) => row.title === query["q"]),
});
const reading = defineShop({
  paths: { searchProducts: "/products" },
  query: { q: null, limit: null },
  fields,
});
type Documents = Parameters<typeof openMappedShop>[1];
async function search(dialect: typeof sifting, documents: Documents, q: string, limit = 10) {
  const { request, cursorKey, asked } = openMappedShop(dialect, documents);
  const notes = new Notes();
  const query = { q };
  const list = { endpoint: endpoints.searchProducts, query, limit, noun: "product", filters: [] };
  const { rows, next_cursor } = await listPage({ request, cursorKey, notes }, list);
  return { ids: rows.map((row) => row.product_id), next_cursor, notes, asked };
}
/** Pages of 20 rows, of which some are tables. */
const pages = (count: number): Documents =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      n ? `/products?page=${n + 1}` : "/products",
      {
        count: count * 20,
        next: n + 1 < count ? `/products?page=${n + 2}` : null,
        results: rows(n * 20, n * 20 + 20),
      },
    ]),
  );

const LOOKED =
  "The shop does not filter its list: its products were looked through here, by what the list shows of each.";

test("rows that a page function leaves out are no sign of the end: further pages are read", async () => {
  const { ids, asked, notes, next_cursor } = await search(sifting, pages(3), "Table");
  expect(ids).toEqual(["9", "19", "29", "39", "49", "59"]);
  expect(asked).toHaveLength(3);
  expect([notes.more, next_cursor]).toEqual([undefined, undefined]);
  expect(notes.list()).toEqual([LOOKED]);
});
test("nor that there are others: where none is found on five pages, there may be more", async () => {
  const { ids, asked, notes, next_cursor } = await search(sifting, pages(6), "Lamp");
  expect([ids, asked.length, notes.more]).toEqual([[], 5, "may be"]);
  expect(next_cursor).toBeString();
});
test("a bare list is whole, however many of its rows are left out", async () => {
  const { ids, notes } = await search(sifting, { "/products": rows(0, 50) }, "Table", 5);
  expect([ids, notes.more]).toEqual([["9", "19", "29", "39", "49"], undefined]);
});
test("a page whose rows need more requests than one answer may cost is cut, and goes on", async () => {
  const all = rows(0, 100);
  const documents = Object.fromEntries(all.map(({ id, more }) => [more, { kind: `k${id}` }]));
  const found = await search(reading, { ...documents, "/products": all }, "x", 100);
  expect(found.ids).toEqual(all.slice(0, 55).map(({ id }) => `${id}`)); // five times eleven
  expect(found.notes.list()).toEqual([]);
  expect([found.notes.more, typeof found.next_cursor]).toEqual(["are", "string"]);
});
