/** What is wrong with a whole operation of a shop, or with all of its answers. */
import { expect, test } from "bun:test";
import {
  type Change,
  changeAt,
  CUSTOMER,
  json,
  mockShop,
  NOW,
  removeField,
  runDoctor,
  SEARCH,
  SHOP,
} from "./run-doctor.ts";

const cases: [what: string, change: Change, lines: string[]][] = [
  [
    "lacks the search",
    changeAt(SEARCH, () => json({ detail: "Not found." }, 404)),
    [
      "searchProducts: amber /api/products/search/ was not found (HTTP 404); needed by search_products → add it, or map it to null in a dialect: paths: { searchProducts: null }",
    ],
  ],
  [
    "has a list that is empty",
    changeAt(/\/customers\/$/, () => ({ results: [], next: null })),
    ["customers: amber found, but the list was empty, so no row could be checked"],
  ],
  [
    "ignores limit",
    changeAt(SEARCH, ({ results: [row] }) =>
      [1, 2, 3, 4, 5].map((product_id) => ({ ...row, product_id })),
    ),
    ["pages: amber a bare list; search ignores limit: 5 rows for limit=1 → honour it"],
  ],
  [
    "sends prices without a currency",
    removeField("currency"),
    ["currency: amber prices have no currency → set it, as in SHOP_MCP_CURRENCY=EUR"],
  ],
  [
    "answers one operation with 500",
    changeAt(SHOP, () => json({}, 500)),
    ["shop: red a server error (HTTP 500) → see the shop's log"],
  ],
  [
    "answers one operation with an HTML page",
    changeAt(CUSTOMER, () => {
      const headers = { Date: new Date(NOW).toUTCString() };
      return new Response("<title>Oops</title>", { headers });
    }),
    [
      "customer: red an HTML page (HTTP 200, “Oops”) → set DJANGO_API_BASE to the address of the API",
    ],
  ],
];
test.each(cases)("a shop that %s", async (_, change, lines) => {
  const { runtime } = mockShop({ change });
  const report = await runDoctor(runtime);
  for (const line of lines) expect(report.notGreen).toContain(line);
});
