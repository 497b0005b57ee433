/** The verdict on a tool is what it gives when it is run against the shop, with what it notes. */
import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { omit } from "./other-shop.ts";
import { changeAt, mockShop, ORDER, PRODUCT, runDoctor, SEARCH, STAFF } from "./run-doctor.ts";

/** The lines of a tool that are not green, for answers that a test changes. */
const verdict = async (tool: string, change: Parameters<typeof mockShop>[0], args = STAFF) => {
  const report = await runDoctor(mockShop(change).runtime, args);
  return { lines: report.linesOf(tool), tools: report.tools };
};

test("a search that ignores the words says what it notes", async () => {
  const { lines } = await verdict("search_products", {
    change: changeAt(SEARCH, () => [
      { id: 1, name: "Kettle", price: "1.00" },
      { id: 2, name: "Zither", price: "2.00" },
    ]),
  });
  expect(lines.join()).toMatch(/^amber .* gives 2 products; it notes: .*not all of the words/);
});
test("a tool that fails does not work, and is named with its reason", async () => {
  const { lines, tools } = await verdict("get_product", {
    change: changeAt(PRODUCT, (product) => omit(product, "name")),
  });
  expect(lines.join()).toMatch(/^red \(product_id: .* fails: /);
  expect(tools.missing).toContain("get_product");
});
test("what an order lacks is said", async () => {
  const { lines } = await verdict("get_order", {
    change: changeAt(ORDER, (order) => omit(order, "total")),
  });
  expect(lines.join()).toMatch(/^amber .*, without total$/);
});
test("a record that is another product is a lie", async () => {
  const { lines } = await verdict("get_product", {
    change: changeAt(PRODUCT, (product) => ({ ...product, name: "Another" })),
  });
  expect(lines.at(-1)).toMatch(
    /^red \(product_id: .*\) gives "Another", which search_products calls /,
  );
});
test("a module that is wrong is named in one line", async () => {
  const file = `${tmpdir()}/doctor-${process.pid}-${Bun.randomUUIDv7()}.ts`;
  const engine = new URL("../../shop/mapping/define-shop.ts", import.meta.url).pathname;
  await Bun.write(
    file,
    `import { defineShop } from ${JSON.stringify(engine)};\nexport default defineShop({ fields: { product: { name: (row) => row.no.such } } });`,
  );
  const { lines } = await verdict("search_products", {}, [...STAFF, "--shop", file]);
  expect(lines).toHaveLength(1);
  expect(lines.join()).toContain("fields.product.name threw TypeError");
  await Bun.file(file).delete();
});
