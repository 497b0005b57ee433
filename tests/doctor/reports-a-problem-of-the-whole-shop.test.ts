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
    "lacks an operation",
    changeAt(SHOP, () => json({ detail: "Not found." }, 404)),
    [
      "shop: amber /api/shop/ is not there (HTTP 404); without it no get_shop_info → build it, or paths: { shop: null }",
    ],
  ],
  [
    "has a list that is empty",
    changeAt(/\/customers\/$/, () => ({ results: [], next: null })),
    ["customers: amber there, but its list was empty: no row could be looked at"],
  ],
  [
    "ignores limit",
    changeAt(SEARCH, ({ results: [row] }) =>
      [1, 2, 3, 4, 5].map((product_id) => ({ ...row, product_id })),
    ),
    ["pages: amber a bare list; search ignores limit: 5 rows for 1 → honour it"],
  ],
  [
    "sends prices without a currency",
    removeField("currency"),
    ["currency: amber prices come without one → set SHOP_MCP_CURRENCY=EUR, or whichever it is"],
  ],
  [
    "answers one operation with 500",
    changeAt(SHOP, () => json({}, 500)),
    ["shop: red a problem of its own (HTTP 500) → look into the shop's log"],
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
