/** A shop with an API of its own: the dialect that --suggest writes, and where its schema has what is missing. */
import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { run } from "../../scripts/doctor/doctor.ts";
import type { Runtime } from "../../scripts/doctor/visit.ts";
import { loadDialect } from "../../shop/mapping/load-dialect.ts";
import { BASE, json, never, NOW, runDoctor, tokenOf } from "./run-doctor.ts";

const orderRow = { number: "A-7", state: 2, grand_total: "12.50", created: "2026-11-01" };
/** The answers of a shop whose paths and fields have other names, by path. */
const ANSWERS: Record<string, unknown> = {
  "/store/v2/items/": {
    count: 1,
    hits: [{ upc: "b1", title: "Cup", unit_price: 12.5, in_stock: true }],
  },
  "/store/v2/items/b1/": {
    upc: "b1",
    title: "Cup",
    variants: [{ sku: "b1-red", unit_price: 12.5, in_stock: false }],
  },
  "/purchases/": { count: 1, hits: [orderRow] },
  "/purchases/A-7/": {
    ...orderRow,
    positions: [{ sku: "b1-red", title: "Cup", unit_price: 12.5 }],
  },
};
const SCHEMA = {
  openapi: "3.0.3",
  info: { title: "Other", version: "1" },
  paths: {
    "/store/v2/items/": {
      get: {
        parameters: [
          { name: "search", in: "query" },
          { name: "page_size", in: "query" },
        ],
        responses: {},
      },
    },
    "/store/v2/items/{id}/": { get: { responses: {} } },
    "/purchases/": { get: { responses: {} } },
    "/purchases/{number}/": { get: { responses: {} } },
    "/purchases/{number}/cancel/": { post: { responses: {} } },
  },
  components: {
    schemas: { State: { enum: [1, 2], description: "* `1` - New\n* `2` - In transit" } },
  },
};
const otherShop: Runtime = {
  now: () => NOW,
  wait: async () => {},
  timeout: never,
  async fetch(address, init) {
    const { pathname } = new URL(address);
    if (pathname === "/schema/") return new Response(Bun.YAML.stringify(SCHEMA));
    if (init.method === "OPTIONS")
      return new Response(null, { status: 200, headers: { Allow: "POST" } });
    if (/purchases/.test(pathname) && !tokenOf(init)) return json({ detail: "Who?" }, 401);
    return pathname in ANSWERS ? json(ANSWERS[pathname]) : json({ detail: "Not found." }, 404);
  },
};

test("--suggest writes a dialect that loads, and with which the shop fits better", async () => {
  const file = `${tmpdir()}/doctor-${process.pid}-${Bun.randomUUIDv7()}.ts`;
  const args = ["--django", BASE, "--token", "t"];
  const { out = "", code } = await run([...args, "--suggest"], {}, otherShop);
  expect(code).toBe(0);
  expect(out).toContain('searchProducts: "/store/v2/items/"');
  expect(out).toContain('product: "/store/v2/items/{product_id}/"');
  expect(out).toContain('cancelOrder: "/purchases/{order_id}/cancel/"');
  expect(out).toContain("returnItems: null, // TODO no such path was found");
  expect(out).toContain('query: {\n    q: "search",\n    limit: "page_size",\n  }');
  expect(out).toContain('2: "shipped", // TODO the shop says “In transit”');
  expect(out).toContain('page: "hits"');
  expect(out).toContain(
    'lines: { from: "positions", each: { item_id: "sku", name: "title", price: "unit_price" } }',
  );
  expect(out).toContain("idempotency: false, // TODO");

  const dialect = new URL("../../shop/mapping/define-shop.ts", import.meta.url).pathname;
  await Bun.write(file, out.replace("../shop/mapping/define-shop.ts", dialect));
  expect(await loadDialect(file)).toBeObject();
  const report = await runDoctor(otherShop, [...args, "--shop", file]);
  expect(report.linesOf("searchProducts")).toEqual([
    "amber results[0].category, results[0].image are missing → send them, or map them in a dialect",
  ]);
  expect(report.linesOf("orders").join()).not.toContain("red");
  expect(report.linesOf("cancelOrder")).toEqual([
    "green allowed, as OPTIONS says; never sent by the doctor",
  ]);
  expect(report.linesOf("shop")).toEqual(["green mapped to null; not offered: get_shop_info"]);
  expect(report.tools.works).toContain("list_orders");
  expect(report.settings).toEqual({ DJANGO_API_BASE: BASE, SHOP_MCP_SHOP: file });
  expect(report.red).toBe(0);

  const refused = await run([...args, "--suggest", "--out", file], {}, otherShop);
  expect(refused).toEqual({
    err: `doctor: ${file} already exists: give --out another name`,
    code: 2,
  });
  await Bun.file(file).delete();
  const written = await run([...args, "--suggest", "--out", file], {}, otherShop);
  expect(written).toEqual({
    err: `doctor: wrote ${file}. Next: bun run doctor --shop ${file}`,
    code: 0,
  });
  const text = (await Bun.file(file).text()).trimEnd();
  expect(text.replace(/from ".*define-shop.ts"/, 'from "../shop/mapping/define-shop.ts"')).toBe(
    out,
  );
  expect(await import(`${file}?where-it-was-written`)).toHaveProperty("default");
  await Bun.file(file).delete();
});

test("a path that is elsewhere in the shop's schema is proposed", async () => {
  const moved: Partial<Runtime> = {
    ...otherShop,
    fetch: async (address, init) =>
      address.includes("/api/shop/") ? json({ name: "Other" }) : otherShop.fetch(address, init),
  };
  const report = await runDoctor(moved, ["--django", BASE, "--token", "t"]);
  expect(report.linesOf("searchProducts")).toEqual([
    'amber /api/products/search/ was not found (HTTP 404) → the schema has /store/v2/items/, so map it in a dialect: paths: { searchProducts: "/store/v2/items/" }',
  ]);
});
