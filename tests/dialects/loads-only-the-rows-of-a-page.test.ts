/** With `load: "rows"`, each page of a tool's list follows the links of its own rows and of one more. */
import { expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { openMappedShop } from "./mapped-answers.ts";

const COUNT = 100;
const dialect = defineShop({
  fields: { product: { price: { from: "link", load: "rows", each: "amount" } } },
});
const rows = Array.from({ length: COUNT }, (_, id) => ({
  id,
  title: `Cup ${id}`,
  link: `/p/${id}`,
}));
const prices = rows.map(({ link }, id) => [link, { amount: `${id}.00` }]);

interface Page {
  products: { product_id: string; price: { amount: string } }[];
  next_cursor?: string;
}
/** Reads a list of the tool's from page to page, and what was loaded for each. */
async function readAll(documents: Record<string, unknown>, given: object) {
  const shop = openMappedShop(dialect, { ...Object.fromEntries(prices), ...documents });
  const pages: { page: Page; loaded: string[] }[] = [];
  for (let cursor: string | undefined; pages.length < 20;) {
    const before = shop.asked.length;
    const tool = shop.offered.get("search_products");
    const answer = await tool?.call("search_products", { query: "cup", ...given, cursor }, shop);
    const page = answer?.result as unknown as Page; // by the tool's own schema
    const loaded = shop.asked.slice(before).filter((line) => line.startsWith("GET /p/"));
    pages.push({ page, loaded });
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  return pages;
}
const idsOf = (pages: { page: Page }[]) =>
  pages.flatMap(({ page }) => page.products.map(({ product_id }) => Number(product_id)));

test("of a bare list, to its end, each row once", async () => {
  const pages = await readAll({ "/api/products/search/?q=cup&limit=10": rows }, {});
  expect(idsOf(pages)).toEqual(rows.map(({ id }) => id));
  expect(pages.map(({ loaded }) => loaded.length)).toEqual([...Array<number>(9).fill(11), 10]);
  expect(pages[2]?.loaded[0]).toBe("GET /p/20");
  expect(pages[2]?.page.products[0]?.price.amount).toBe("20.00");
});
test("of the shop's pages, which are larger than the tool's", async () => {
  const [first, second] = [rows.slice(0, 25), rows.slice(25, 40)];
  const pages = await readAll(
    {
      "/api/products/search/?q=cup&limit=10": { count: 40, next: "?page=2", results: first },
      "/api/products/search/?q=cup&limit=10&page=2": { count: 40, next: null, results: second },
    },
    {},
  );
  expect(idsOf(pages)).toEqual(rows.slice(0, 40).map(({ id }) => id));
  expect(Math.max(...pages.map(({ loaded }) => loaded.length))).toBe(11);
});
test("and a list that came whole is sorted, also beyond its first page", async () => {
  const few = rows.slice(0, 11);
  const line = "/api/products/search/?q=cup&limit=10&ordering=-price";
  const pages = await readAll({ [line]: few }, { sort: "-price" });
  expect(idsOf(pages)).toEqual(few.map(({ id }) => id).toReversed());
});
