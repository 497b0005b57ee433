/** An entry that would stop the start is written as a TODO, with why; and a comment never ends its comment. */
import { describe, expect, test } from "bun:test";
import { writeModule, type Finding } from "../../scripts/doctor/suggest/findings.ts";
import { loadFindings, loadModule } from "../../scripts/doctor/suggest/load-findings.ts";
import { listView, ORDERS, otherShop, PRODUCTS, recordView, suggest } from "./other-shop.ts";
import { BASE } from "./run-doctor.ts";

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

describe("a name of the shop's runs nothing", () => {
  const EVIL = "globalThis.isPwned=true";
  const at = "/api/users/";
  const people = [1, 2, 3].map((n) => ({ email: `p${n}@shop.example`, first_name: `P${n}` }));
  const withIds = (key: string) => people.map((row, n) => ({ ...row, [key]: `u-${n}` }));
  const listed = (path: string, rows: Record<string, unknown>[], key: string) => ({
    [path]: listView(rows),
    [`${path}*/`]: recordView(rows, key),
  });
  const schema = (paths: object) => () => ({ openapi: "3.1.0", paths });
  const get = { get: { responses: {} } };
  const rows = (key: string, value: (n: number) => unknown) =>
    PRODUCTS.map((row, n) => ({ [key]: value(n), ...row }));
  const linked = PRODUCTS.map(({ pk, title }) => {
    const url = `${BASE}/api/products/${pk}/`;
    return { title, [`x;${EVIL};row`]: url, url };
  });
  const key = `x;${EVIL};row_id`;
  const path = `/\${${EVIL}}/users/`;
  const states = ORDERS.map((row, n) => ({ ...row, state: `odd${n}\u2028);${EVIL};//` }));
  test.each<[string, Parameters<typeof otherShop>[0]]>([
    [
      "of a field, on several lines",
      {
        routes: listed(
          "/api/products/",
          rows(`name\n${EVIL}`, (n) => `t${n}`),
          "pk",
        ),
      },
    ],
    ["of a link to a record", { routes: { "/api/products/": listView(linked) } }],
    [
      "of an id",
      {
        routes: {
          ...listed(at, withIds(key), key),
          "/api/schema/": schema({ [at]: get, [`${at}{id}/`]: get }),
        },
      },
    ],
    [
      "of a path",
      {
        routes: {
          [at]: listView(withIds("id")),
          "/api/schema/": schema({ [at]: get, [`${path}{id}/`]: get }),
        },
        fallback: (url) =>
          url.pathname.startsWith("/$") ? recordView(withIds("id"), "id")(url, {}) : undefined,
      },
    ],
    ["of a status", { routes: listed("/api/orders/", states, "ref") }],
    [
      "in a body",
      {
        routes: {
          "/api/schema/": schema({
            "/api/orders/{ref}/cancel/": {
              post: {
                requestBody: {
                  content: {
                    "application/json": { schema: { properties: { [`a\n${EVIL}`]: {} } } },
                  },
                },
              },
            },
          }),
        },
      },
    ],
  ])("%s", async (_, shop) => {
    const { out, dialect } = await suggest(otherShop(shop).runtime);
    expect(dialect).toBeObject();
    expect(await loadModule(out)).toBeObject();
    dialect?.request({ endpoint: "customer", ids: { customer_id: "u-1" }, query: {} });
    expect(out).toContain("isPwned"); // it is somewhere, and nothing but text
    expect(globalThis).not.toHaveProperty("isPwned");
  });
});

test("no character that a terminal or a reader's editor obeys is written", async () => {
  const odd = "\u001b]0;x\u0007\u009b31m\u202e\u0000";
  const rows = PRODUCTS.map((row, n) => ({ [`name${odd}`]: `t${n}`, ...row }));
  const orders = ORDERS.map((row, n) => ({ ...row, state: n ? `new${odd}${n}` : "shipped" }));
  const routes = {
    "/api/products/": listView(rows),
    "/api/products/*/": recordView(rows, "pk"),
    "/api/orders/": listView(orders),
    "/api/orders/*/": recordView(orders, "ref"),
  };
  const { out, dialect } = await suggest(otherShop({ routes }).runtime);
  expect(dialect).toBeObject();
  expect(out).toContain("\\u{9b}31m\\u{202e}");
  expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
