/** `--suggest` writes a module that starts, in which every entry is proven or a TODO. */
import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { run } from "../../scripts/doctor/doctor.ts";
import { BASE, json, mockShop, runDoctor } from "./run-doctor.ts";
import { otherShop, suggest } from "./other-shop.ts";

test("the module has what the shop answered for each entry", async () => {
  const { runtime, requests } = otherShop();
  const { linesWith, notesWith, dialect } = await suggest(runtime);
  expect(dialect).toBeObject();
  expect(linesWith("searchProducts:")).toEqual([
    'searchProducts: "/api/products/", // proven: 6 rows',
  ]);
  expect(linesWith('product: "')).toEqual([
    'product: "/api/products/{product_id}/", // proven: /api/products/11/ is the row with title “Blue Cup”, /api/products/12/ is the row with title “Desk Lamp”',
  ]);
  expect(linesWith('product_id: "pk"')).toHaveLength(1);
  expect(linesWith('order_id: "ref')).toEqual([
    'order_id: "ref", // proven: /api/orders/R-100/ is the row with ref “R-100”, /api/orders/R-101/ is the row with ref “R-101”',
  ]);
  expect(linesWith("total:")).toEqual([
    'total: "grand_total", // proven: 197.50 is 1 × 140.00 + 1 × 12.50 + 2 × 20.00 + postage 5.00',
  ]);
  expect(linesWith('price: "each"')).toEqual(['price: "each", // proven: 2 × 12.50 is sum 25.00']);
  expect(linesWith("quantity:")).toEqual(['quantity: "qty", // proven: pieces: 2, 1, 3']);
  expect(linesWith('customer_id: "owner"')).toEqual([
    'customer_id: "owner", // proven: 7 is a customer\'s id',
  ]);
  expect(linesWith('"on its way"')).toEqual(['"on its way": "shipped",']);
  expect(notesWith("get_order(")).toEqual([
    '- get_order(order_id: "R-100") gives shipped, 2 lines',
  ]);
  expect(new Set(requests.map((request) => request.split(" ")[0]))).toEqual(
    new Set(["GET", "OPTIONS"]),
  );
});

test("it is written to a file, from where it starts and fits", async () => {
  const { runtime } = otherShop();
  const file = `${tmpdir()}/doctor-${process.pid}-${Bun.randomUUIDv7()}.ts`;
  const args = ["--django", BASE, "--token", "t"];
  const written = await run([...args, "--suggest", "--out", file], {}, runtime);
  expect(written).toEqual({
    err: `doctor: wrote ${file}. Next: bun run doctor --django ${BASE} --token … --shop ${file}`,
    code: 0,
  });
  const text = await Bun.file(file).text();
  const fmt = [process.execPath, "fmt", "--stdin-filepath", "shop.ts"];
  const formatted = Bun.spawnSync(fmt, { cwd: import.meta.dir, stdin: Buffer.from(text) });
  expect(text).toBe(formatted.stdout.toString());
  const report = await runDoctor(runtime, [...args, "--shop", file]);
  expect(report.red).toBe(0);
  expect(report.tools.works).toContain("list_orders");
  expect(report.linesOf("get_product")).toEqual([
    'green (product_id: "11") gives "Blue Cup" with price, available, description',
  ]);
  const refused = await run([...args, "--suggest", "--out", file], {}, runtime);
  expect(refused).toEqual({
    err: `doctor: ${file} already exists: give --out another name`,
    code: 2,
  });
  await Bun.file(file).delete();
});

test("a path that is elsewhere in the shop's schema is proposed by the report", async () => {
  const schema = {
    openapi: "3.0.3",
    info: { title: "Other", version: "1" },
    paths: { "/api/products/": { get: { responses: {} } } },
  };
  const { runtime } = otherShop({
    routes: { "/schema/": () => schema, "/api/shop/": () => json({ name: "Other" }) },
  });
  const report = await runDoctor(runtime, ["--django", BASE, "--token", "t"]);
  expect(report.linesOf("searchProducts")).toEqual([
    'amber /api/products/search/ was not found (HTTP 404) → the schema has /api/products/, so map it in a dialect: paths: { searchProducts: "/api/products/" }',
  ]);
});

test("a shop of the contract needs no fields", async () => {
  const { runtime } = mockShop();
  const { linesWith, out } = await suggest({ ...runtime, wait: async () => {} }, [
    "--token",
    "demo-staff",
  ]);
  expect(linesWith("product: {")).toEqual([]);
  expect(out).not.toContain("item_id");
});

test("a shop without changes has that said, with the writes that its document has", async () => {
  const schema = {
    openapi: "3.0.3",
    info: { title: "Other", version: "1" },
    paths: { "/api/orders/{id}/": { get: {}, delete: {} }, "/api/products/": { get: {} } },
  };
  const { linesWith } = await suggest(otherShop({ routes: { "/schema/": () => schema } }).runtime);
  expect(linesWith("// changes:")).toEqual([
    "// changes: no change of an order that a tool makes was found; its document has DELETE /api/orders/{id}/",
  ]);
});
