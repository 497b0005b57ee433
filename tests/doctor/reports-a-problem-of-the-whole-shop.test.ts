/** What is wrong with a shop as a whole. */
import { expect, test } from "bun:test";
import {
  type Change,
  CUSTOMER,
  drop,
  examined,
  json,
  mock,
  NOW,
  ORDER,
  SEARCH,
  SHOP,
} from "./run-doctor.ts";

const without =
  (at: RegExp): Change =>
  (body, url) =>
    at.test(url.pathname) ? json({ detail: "Not found." }, 404) : body;

const shops: [what: string, change: Change, lines: string[]][] = [
  [
    "lacks an operation",
    without(SHOP),
    [
      "shop: amber /api/shop/ is not there (HTTP 404); without it no get_shop_info → build it, or paths: { shop: null }",
    ],
  ],
  [
    "has a list that is empty",
    (body, url) => (url.pathname === "/api/customers/" ? { results: [], next: null } : body),
    ["customers: amber there, but its list was empty: no row could be looked at"],
  ],
  [
    "ignores limit",
    (body, url) =>
      SEARCH.test(url.pathname)
        ? [...Array(5)].map((_, id) => ({ ...body.results[0], product_id: id }))
        : body,
    ["pages: amber a bare list; search ignores limit: 5 rows for 1 → honour it"],
  ],
  [
    "says no currency",
    drop("currency"),
    ["currency: amber prices come without one → set SHOP_MCP_CURRENCY=EUR, or whichever it is"],
  ],
  [
    "shows a stranger's order",
    (body, url) =>
      ORDER.test(url.pathname) && url.pathname !== "/api/orders/1021/"
        ? json({ ...body, order_id: "1030", status: "pending" })
        : body,
    [
      "privacy: red the second token reads order 1030 of the first (order) → filter the queryset by request.user; expected of staff only",
    ],
  ],
  [
    "answers another operation with 500",
    (body, url) => (SHOP.test(url.pathname) ? json({}, 500) : body),
    ["shop: red a problem of its own (HTTP 500) → look into the shop's log"],
  ],
  [
    "answers one with an HTML page",
    (body, url) =>
      CUSTOMER.test(url.pathname)
        ? new Response("<title>Oops</title>", { headers: { Date: new Date(NOW).toUTCString() } })
        : body,
    [
      "customer: red an HTML page (HTTP 200, “Oops”) → set DJANGO_API_BASE to the address of the API",
    ],
  ],
];
test.each(shops)("a shop that %s", async (_, change, lines) => {
  const { outside } = mock(change);
  const report = await examined(outside);
  for (const line of lines) expect(report.bad).toContain(line);
});
