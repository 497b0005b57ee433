/** An entry that would stop the start is written as a TODO, with why; and a comment never ends its comment. */
import { expect, test } from "bun:test";
import { writeModule, type Finding } from "../../scripts/doctor/suggest/findings.ts";
import { loadFindings, loadModule } from "../../scripts/doctor/suggest/load-findings.ts";
import { listView, otherShop, PRODUCTS, recordView, suggest } from "./other-shop.ts";

const sound: Finding[] = [
  { at: ["only"], is: "true" },
  { at: ["paths", "searchProducts"], is: '"/x/"' },
];
test.each<[string, Finding]>([
  ["a path without its id", { at: ["paths", "order"], is: '"/orders/"' }],
  ["a field that the contract does not have", { at: ["fields", "product", "titel"], is: '"name"' }],
  ["a status of nobody's", { at: ["statuses", "x"], is: '"posted"' }],
  ["a currency that is none", { at: ["currency"], is: '"euro"' }],
])("%s", async (_, finding) => {
  const { findings, dialect } = await loadFindings([...sound, finding]);
  expect(dialect?.has("searchProducts")).toBe(true);
  expect(findings.slice(0, 2)).toEqual(sound);
  expect(findings[2]?.is).toBeUndefined();
  expect(writeModule([], findings)).toContain(
    `// TODO ${finding.at.at(-1)}: ${finding.is} stops the start: `,
  );
});

test("entries are in the contract's order, and a comment that is too long stands above its entry", () => {
  const proof = `it is the row with title ${"“Blue Cup” ".repeat(12)}`.trim();
  const module = writeModule(
    [],
    [
      { at: ["fields", "order", "total"], is: '"sum"', proof: "1.00 is 1 × 1.00" },
      { at: ["fields", "order", "order_id"], is: '"ref"', proof, todo: "is it?" },
      { at: ["paths", "orders"], is: '"/o/"', proof: "2 rows" },
    ],
  );
  const lines = module.split("\n").map((line) => line.trim());
  expect(Math.max(...module.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(lines.slice(lines.indexOf("export default defineShop({") + 1)).toEqual([
    "paths: {",
    'orders: "/o/", // proven: 2 rows',
    "},",
    "fields: {",
    "order: {",
    expect.stringMatching(/^\/\/ proven: it is the row with title “Blue Cup”/),
    expect.stringMatching(/^\/\/ {3}\S.*“Blue Cup”$/),
    "// TODO check: is it?",
    'order_id: "ref",',
    'total: "sum", // proven: 1.00 is 1 × 1.00',
    "},",
    "},",
    "});",
    "",
  ]);
});

test("one id for two fields is refused by the start, and asked for", async () => {
  const { findings, dialect } = await loadFindings([
    ...sound,
    { at: ["fields", "order", "order_id"], is: '"sku"' },
    { at: ["fields", "order", "customer_id"], is: '"sku"' },
  ]);
  expect(dialect).toBeObject();
  expect(findings.filter(({ is }) => is === '"sku"')).toHaveLength(1);
});

test.each(["*/ process.exit(1) /*", "a\nb", "\u2028x", '" + evil() + "', "</script>"])(
  "what a shop says stays in its comment: %j",
  async (text) => {
    const rows = PRODUCTS.map((row, index) => ({
      ...row,
      title: `${text} ${row.title} ${index}`,
      [`n${index}`]: text,
    }));
    const routes = { "/api/products/": listView(rows), "/api/products/*/": recordView(rows, "pk") };
    const { out, dialect } = await suggest(otherShop({ routes }).runtime);
    expect(dialect).toBeObject();
    expect(await loadModule(out)).toBeObject();
    expect(out.split("export default")).toHaveLength(2);
  },
);
