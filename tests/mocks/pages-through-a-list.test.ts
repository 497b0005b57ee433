/** Lists come in pages, whose links lead to the last page and back again. @module */
import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { serveSeedWorld, STAFF } from "./setup.ts";

const { url, ask } = serveSeedWorld();

const link = z.string().nullable();
const row = z.record(z.string(), z.unknown());
const page = z.object({ next: link, previous: link, results: z.array(row) });
/** The ids of every page from a path on, led by its `next` or `previous` links, and the last page's link. */
async function walk(path: string, key: string, by: string, way: "next" | "previous" = "next") {
  const pages: unknown[][] = [];
  let last = path;
  for (let link: string | null = path; link;) {
    const body = page.parse((await ask((last = link), by)).body);
    pages.push(body.results.map((row) => row[key]));
    link = body[way];
  }
  return { pages, last };
}

describe("pages", () => {
  const lists: [string, string][] = [
    ["/api/products/search/?q=a&", "product_id"],
    ["/api/products/search/?ordering=price&", "product_id"],
    ["/api/products/search/?ordering=-price&", "product_id"],
    ["/api/products/search/?ordering=name&", "product_id"],
    ["/api/orders/?", "order_id"],
  ];
  test.each(lists)("of %s lead forward and back through ties", async (path, key) => {
    const whole = (await walk(`${path}limit=50`, key, STAFF)).pages.flat();
    for (const limit of [3, 7]) {
      const forth = await walk(`${path}limit=${limit}`, key, STAFF);
      expect(forth.pages.flat()).toEqual(whole);
      const returnBody = await walk(forth.last, key, STAFF, "previous");
      expect(new Set(returnBody.pages.flat())).toEqual(new Set(whole));
    }
  });

  test("have their links as Django writes them", async () => {
    const path = "/api/products/search/";
    const { body } = await ask(`${path}?x=~*+é&q=a&limit=1&cursor=`);
    const { next, previous } = page.parse(body);
    expect(next).toMatch(/\?cursor=[\w%]+&limit=1&q=a&x=~%2A\+%C3%A9$/);
    expect(next).toStartWith(`${url}${path}`);
    expect(previous).toBeNull();
  });

  test("of nothing but ties continue by offset, without a position", async () => {
    const { body } = await ask("/api/products/search/?limit=2");
    expect(page.parse(body).next).toContain(`cursor=${btoa("o=2").replaceAll("=", "%3D")}&`);
  });
});
