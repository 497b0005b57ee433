/** Two modules are the same where they send the same and give the same for what the shop answers. */
import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { doubtsOf, score } from "../../scripts/doctor/score.ts";
import { BASE } from "./run-doctor.ts";
import { otherShop } from "./other-shop.ts";

const engine = new URL("../../shop/mapping/define-shop.ts", import.meta.url).pathname;
async function outcomes(suggested: string, shipped: string) {
  const files = [suggested, shipped].map((tables) => ({
    tables,
    file: `${tmpdir()}/score-${process.pid}-${Bun.randomUUIDv7()}.ts`,
  }));
  for (const { tables, file } of files)
    await Bun.write(
      file,
      `import { defineShop } from "${engine}";\nexport default defineShop({\n${tables}\n});\n`,
    );
  const [one, two] = files.map(({ file }) => file);
  const scored = await score(
    { suggested: one ?? "", shipped: two ?? "" },
    { django_api_base: BASE, django_api_token: "t" },
    otherShop().runtime,
  );
  for (const { file } of files) await Bun.file(file).delete();
  return Object.fromEntries(scored.map(({ mapping, outcome }) => [mapping, outcome]));
}
const PATHS =
  'only: true, paths: { searchProducts: "/api/products/", product: "/api/products/{product_id}/" },';

test("functions count by what they give", async () => {
  const found = await outcomes(
    `${PATHS} query: { q: "search" }, fields: { product: { product_id: "pk", price: (row) => row.price_gross, available: "stock" } },`,
    `${PATHS} query: { q: (words) => ({ search: words }) }, fields: { product: { product_id: "pk", price: "price_gross", available: (row) => row.stock > 0 } },`,
  );
  expect(found).toEqual({
    "paths.searchProducts": "right",
    "paths.product": "right",
    "query.q": "right",
    "fields.product.product_id": "right",
    "fields.product.price": "right",
    "fields.product.available": "missing",
  });
});
test("another value that is stated is wrong, and one that is marked as TODO is missing", async () => {
  const shipped = `${PATHS} statuses: { new: "pending" }, fields: { product: { product_id: "pk", price: "price_gross" } },`;
  const wrong = (comment: string) =>
    `${PATHS}\nstatuses: {\nnew: "shipped",\n},\nfields: {\nproduct: {\nproduct_id: "pk",\nprice: "stock",${comment}\n},\n},`;
  expect(await outcomes(wrong(""), shipped)).toMatchObject({
    "fields.product.price": "wrong",
    "statuses.new": "wrong",
  });
  expect(await outcomes(wrong(" // TODO check: is it?"), shipped)).toMatchObject({
    "fields.product.price": "missing",
  });
});
test.each([
  ["behind the entry", ['total: "sum", // TODO check: x', 'status: "state",']],
  ["above it", ["// proven: y", "// TODO check: x", 'total: "sum",', 'status: "state",']],
])("a doubt is found by where it stands: %s", (_, entries) => {
  const module = [
    "export default defineShop({",
    "fields: {",
    "order: {",
    ...entries,
    "},",
    "},",
    "});",
  ];
  expect(doubtsOf(module.join("\n"))).toEqual(new Set(["fields.order.total"]));
});
