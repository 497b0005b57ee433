/** The doctor: what it says of shops that fit, of shops that do not, and of what is no shop at all. */
import { describe, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { getResponse } from "msw";
import { createHandlers } from "../mocks/handlers.ts";
import { createShop } from "../mocks/shop.ts";
import { seed } from "../mocks/world.ts";
import { contract } from "../scripts/contract/document.ts";
import type { Level, Line } from "../scripts/doctor/check-result.ts";
import { run } from "../scripts/doctor/doctor.ts";
import type { Report } from "../scripts/doctor/examine.ts";
import type { Outside } from "../scripts/doctor/visit.ts";
import { loadDialect, tools } from "../server.ts";

const BASE = "http://127.0.0.1:9"; // where nothing is: these shops are asked in memory
const STAFF = ["--django", BASE, "--token", "demo-staff", "--second-token", "demo-mia"];
/** No deadline comes, unless a test sends it. */
const never = () => new AbortController().signal;
const NOW = Date.parse("2026-11-22T09:00:00Z");
const json = (body: unknown, status = 200) =>
  Response.json(body, { status, headers: { Date: new Date(NOW).toUTCString() } });

const SCHEMA = contract();
type Json = ReturnType<typeof JSON.parse>;
type Change = (body: Json, url: URL, init: RequestInit) => unknown;
/** The mock shop with its schema, each answer of it changed. */
function mock(change: Change = (body) => body, hasSchema = true) {
  const shop = createShop(seed);
  const handlers = createHandlers(shop);
  const sent: string[] = [];
  const outside: Partial<Outside> = {
    now: () => NOW,
    deadline: never,
    async send(address, init) {
      const url = new URL(address);
      sent.push(`${init.method} ${url.pathname}`);
      const isSchema = hasSchema && url.pathname === "/api/schema/";
      const request = new Request(address, init);
      const response = isSchema
        ? json(SCHEMA)
        : await getResponse(handlers, request, { baseUrl: BASE });
      if (!response) return json({ detail: "Not found." }, 404);
      const changed = await change(await response.json(), url, init);
      if (changed instanceof Response) return changed;
      const headers = { Date: new Date(NOW).toUTCString(), Allow: response.headers.get("allow") };
      return Response.json(changed, {
        status: response.status,
        headers: { ...headers, Allow: headers.Allow ?? "" },
      });
    },
  };
  return { outside, sent, shop };
}
/** The report, as JSON has it. */
async function examined(outside: Partial<Outside>, args: string[] = STAFF) {
  const { out = "{}", err, code } = await run([...args, "--json"], {}, outside);
  const report: Report & Record<Level, number> = JSON.parse(out);
  const { lines = [] } = report;
  const bad = lines.filter(({ level }) => level !== "green");
  const told = bad.map((line) => `${line.check}: ${spoken(line)}`);
  const of = (check: string) => lines.filter((line) => line.check === check).map(spoken);
  return { ...report, lines, of, bad: told, err, code };
}
const spoken = ({ level, says, fix }: Line) => `${level} ${says}${fix ? ` → ${fix}` : ""}`;

describe("a shop that fits", () => {
  test("is green all over, and nothing is sent to it but questions", async () => {
    const { outside, sent, shop } = mock();
    const before = JSON.stringify(shop.world());
    const report = await examined(outside);
    expect(report.bad).toEqual([]);
    expect(report).toMatchObject({ code: 0, green: 27, amber: 0, red: 0 });
    expect(report.tools.works).toEqual(Object.keys(tools));
    expect(report.settings).toEqual({ DJANGO_API_BASE: BASE });
    expect(new Set(sent.map((line) => line.split(" ")[0]))).toEqual(new Set(["GET"]));
    expect(JSON.stringify(shop.world())).toBe(before);
  });

  test("without a schema is asked by OPTIONS what it can change", async () => {
    const { outside, sent } = mock(undefined, false);
    const report = await examined(outside);
    expect(report.bad).toEqual([
      "idempotency: amber unknown, without a schema → give --schema, or idempotency in a dialect",
    ]);
    expect(report.of("cancelOrder")).toEqual([
      "green there, as OPTIONS says; never sent from here",
    ]);
    expect(sent.filter((line) => line.startsWith("OPTIONS"))).toHaveLength(8);
  });

  test("is told in aligned lines, and in colour only where it is wanted", async () => {
    const { outside } = mock();
    const { out = "", code } = await run(STAFF, {}, outside);
    expect(code).toBe(0);
    expect(out).not.toContain("\x1b");
    expect(out).toContain("green  reachable              http://127.0.0.1:9 answers\n");
    expect(out).toContain("\nworks          all 16 tools\n");
    expect(out).toContain('"args": ["');
    expect(out).not.toContain("demo-staff");
    expect(out).toEndWith("\n27 green, 0 amber, 0 red");
    const coloured = await run(STAFF, {}, { ...outside, isColoured: true });
    expect(Bun.stripANSI(coloured.out ?? "")).toBe(out);
    expect(coloured.out).toContain("\x1b[32mgreen\x1b[39m");
  });

  test("of a shopper is told where only staff may look", async () => {
    const { outside } = mock();
    const args = ["--django", BASE, "--token", "demo-mia", "--second-token", "demo-axel"];
    const report = await examined(outside, args);
    expect(report.bad).toEqual([
      "customers: amber not for this account (HTTP 403: You do not have permission to perform this action.) → give a token of staff to look at it",
    ]);
    expect(report.tools.unproven).toEqual(["find_customer"]);
  });
});

// ── Field by field ──────────────────────────────────────────────────────────────────────────────

const SEARCH = /\/products\/search\/$/;
const PRODUCT = /\/products\/(?!search)[^/]+\/$/;
const ORDERS = /\/orders\/$/;
const ORDER = /\/orders\/\w+\/$/;
const STATUS = /\/status\/$/;
const CUSTOMER = /\/customers\/[\w-]+\/$/;
const SHOP = /\/shop\/$/;
/** Sets a field in every object of an answer that has it; undefined takes it away. */
const put = (name: string, value: unknown, as = name): Change => {
  const walk = (body: Json): Json => {
    if (Array.isArray(body)) return body.map(walk);
    if (typeof body !== "object" || body === null) return body;
    const fields = Object.entries(body).flatMap(([key, it]) => {
      if (key !== name) return [[key, walk(it)]];
      const put = typeof value === "function" ? value(it) : value;
      return put === undefined ? [] : [[as, put]];
    });
    return Object.fromEntries(fields);
  };
  return walk;
};
const rename = (name: string, as: string) => put(name, (it: unknown) => it, as);
const drop = (name: string) => put(name, undefined);

const cases: [what: string, at: RegExp, change: Change, check: string, line: string][] = [
  [
    "a name under another that it knows",
    SEARCH,
    rename("name", "title"),
    "searchProducts",
    "green 40 answers fit, 8 fields (name from title)",
  ],
  [
    "a name under another",
    SEARCH,
    rename("name", "label"),
    "searchProducts",
    'red results[0].name is missing: all is refused; is it label? → fields: { product: { name: "label" } }',
  ],
  [
    "a name that is gone",
    SEARCH,
    drop("name"),
    "searchProducts",
    "red results[0].name is missing: all is refused → send or map it",
  ],
  [
    "a name that is null",
    SEARCH,
    put("name", null),
    "searchProducts",
    "red results[0].name is null, not a text: all is refused → send that, or map it",
  ],
  [
    "an id under another name",
    PRODUCT,
    rename("product_id", "upc"),
    "product",
    'red product_id is missing: all is refused; is it upc? → fields: { product: { product_id: "upc" } }',
  ],
  [
    "an id that is an object",
    SEARCH,
    put("product_id", { id: 1 }),
    "searchProducts",
    'red results[0].product_id is {"id":1}, not an id: all is refused → send that, or map it',
  ],
  [
    "a price in words",
    SEARCH,
    put("price", "on request"),
    "searchProducts",
    'amber results[0].price is "on request", not a decimal such as "12.50": it is left out → send that, or map it',
  ],
  [
    "a price that is null",
    SEARCH,
    put("price", null),
    "searchProducts",
    "amber results[0].price is null in every answer → send it where the shop knows it",
  ],
  [
    "a price under another name",
    SEARCH,
    rename("price", "unit_price"),
    "searchProducts",
    'amber results[0].price is missing; is it unit_price? → fields: { product: { price: "unit_price" } }',
  ],
  [
    "prices as numbers, which are understood",
    SEARCH,
    put("price", Number),
    "searchProducts",
    "green 40 answers fit, 8 fields",
  ],
  [
    "availability as a word",
    SEARCH,
    put("available", "yes"),
    "searchProducts",
    'amber results[0].available is "yes", not true or false: it is left out → send that, or map it',
  ],
  [
    "availability under another name",
    PRODUCT,
    rename("available", "in_stock"),
    "product",
    'amber available is missing; is it in_stock? → fields: { product: { available: "in_stock" } }',
  ],
  [
    "a picture that is no link",
    SEARCH,
    put("image", "javascript:alert(1)"),
    "searchProducts",
    'amber results[0].image is "javascript:alert(1)", not a link that a host can follow: it is left out → send that, or map it',
  ],
  [
    "pictures that are no links",
    PRODUCT,
    put("images", [7]),
    "product",
    "amber images is [7], not links that a host can follow: it is left out → send that, or map it",
  ],
  [
    "variants under another name",
    PRODUCT,
    rename("items", "variants"),
    "product",
    'amber items is missing; is it variants? → fields: { product: { items: "variants" } }',
  ],
  [
    "a variant's id under another name",
    PRODUCT,
    rename("item_id", "sku"),
    "product",
    'red items[0].item_id is missing: items is left out; is it sku? → fields: { product: { items: { from: "items", each: { item_id: "sku" } } } }',
  ],
  [
    "options as a text",
    PRODUCT,
    put("options", "red, large"),
    "product",
    'amber items[0].options is "red, large", not an object: it is left out → send that, or map it',
  ],
  [
    "rows under another name",
    ORDERS,
    rename("results", "items"),
    "orders",
    'red results is missing: all is refused; is it items? → page: "items"',
  ],
  [
    "statuses as numbers",
    ORDERS,
    put("status", 3),
    "orders",
    'amber results[0].status is a word of the shop\'s own → statuses: { 3: "…" }',
  ],
  [
    "a status that is gone",
    STATUS,
    drop("status"),
    "orderStatus",
    "red status is missing: all is refused → send or map it",
  ],
  [
    "a date as a number",
    STATUS,
    put("placed_at", 1_700_000_000),
    "orderStatus",
    "amber placed_at is 1700000000, not a text: it is left out → send that, or map it",
  ],
  [
    "tracking numbers as one text",
    STATUS,
    put("tracking_ids", "CD1"),
    "orderStatus",
    'amber tracking_ids is "CD1", not a list: it is left out → send that, or map it',
  ],
  [
    "a total under another name",
    ORDERS,
    rename("total", "grand_total"),
    "orders",
    'amber results[0].total is missing; is it grand_total? → fields: { order: { total: "grand_total" } }',
  ],
  [
    "a count of items as a text",
    ORDERS,
    put("item_count", "two"),
    "orders",
    'amber results[0].item_count is "two", not a whole number: it is left out → send that, or map it',
  ],
  [
    "lines as links",
    ORDER,
    put("lines", ["/lines/1/"]),
    "order",
    'amber lines[0] is "/lines/1/", not an object: lines is left out → send that, or map it',
  ],
  [
    "a line's name under another",
    ORDER,
    rename("name", "title"),
    "order",
    'red lines[0].name is missing: lines is left out; is it title? → fields: { order: { lines: { from: "lines", each: { name: "title" } } } }',
  ],
  [
    "what is paid under another name",
    ORDER,
    rename("amount", "sum"),
    "order",
    'red payments[0].amount is missing: payments is left out; is it sum? → fields: { order: { payments: { from: "payments", each: { amount: "sum" } } } }',
  ],
  [
    "a street under another name",
    CUSTOMER,
    rename("line1", "street"),
    "customer",
    'red address.line1 is missing: address is left out; is it street? → fields: { customer: { address: { from: "address", each: { line1: "street" } } } }',
  ],
  [
    "a ruling that is a word",
    ORDER,
    put("can_cancel", "never"),
    "order",
    'amber can_cancel is "never", not an object: it is left out → send that, or map it',
  ],
  [
    "rulings that are gone",
    ORDER,
    (body) => drop("can_return")(drop("can_cancel")(body, new URL(BASE), {}), new URL(BASE), {}),
    "order",
    "amber can_cancel, can_return are missing → send or map",
  ],
  [
    "a balance as an object",
    CUSTOMER,
    put("balance", { of: 5 }),
    "customer",
    'amber payment_methods[0].balance is {"of":5}, not a decimal such as "12.50": it is left out → send that, or map it',
  ],
  [
    "categories as texts",
    SHOP,
    put("categories", ["Garden"]),
    "shop",
    'amber categories[0] is "Garden", not an object: categories is left out → send that, or map it',
  ],
  [
    "a whole other answer",
    SHOP,
    () => ["closed"],
    "shop",
    'red the answer is ["closed"], not an object: all is refused → send that, or map it',
  ],
];

describe("a field that does not fit is named", () => {
  test.each(cases)("%s", async (_, at, change, check, line) => {
    const { outside } = mock(
      (body, url, init) => (at.test(url.pathname) ? change(body, url, init) : body),
      false,
    );
    const report = await examined(outside);
    expect(report.of(check)).toContain(line);
    expect(report.code).toBe(line.startsWith("red") ? 1 : 0);
  });
});

/** Every field of the reference shop. Those of one group hide none of each other when all are renamed. */
const FIELDS = [
  ["product_id"],
  ["order_id"],
  ["customer_id"],
  ["results"],
  ["items", "lines", "payments", "shipments", "timeline", "return", "exchange", "address"],
  ["payment_methods", "categories", "policies", "options", "images", "can_cancel", "can_change"],
  ["can_return", "can_change_address", "name", "price", "city", "amount", "item_ids", "at"],
  ["category", "available", "image", "description", "status", "placed_at", "updated_at", "total"],
  ["item_id", "estimated_delivery", "tracking_ids", "item_count", "items_modified", "email"],
  ["cancel_reason", "line1", "line2", "state", "postcode", "country", "kind", "note", "allowed"],
  ["payment_method_id", "new_item_ids", "reason", "first_name", "last_name", "brand", "count"],
  ["last_four", "balance", "price_difference", "support_hours", "next"],
];
test.each(FIELDS.map((names) => [names]))(
  "%p renamed in the reference shop are named",
  async (names) => {
    const change: Change = (body, url, init) =>
      names.reduce((body, name, nth) => rename(name, `x${nth}`)(body, url, init), body);
    const { lines } = await examined(mock(change, false).outside);
    const bad = lines.filter(({ level }) => level !== "green").map(({ says }) => says);
    const silent = names.filter(
      (name) => !bad.some((says) => new RegExp(`\\b${name}\\b`).test(says)),
    );
    expect(silent).toEqual([]);
  },
);

test("what only the schema tells is named as well: answers and bodies of changes", async () => {
  const text = JSON.stringify(SCHEMA)
    .replaceAll('"request_id"', '"ticket"')
    .replaceAll('"reason":{"type":"string","enum"', '"why":{"type":"string","enum"');
  const { outside } = mock((body, url) =>
    url.pathname === "/api/schema/" ? json(JSON.parse(text)) : body,
  );
  const report = await examined(outside);
  expect(report.of("contactSupport")).toEqual([
    "red request_id: missing in its schema → send or map it",
  ]);
  expect(report.of("cancelOrder")).toEqual([
    "red body reason: missing in its schema → take what is sent, or map it in a dialect",
  ]);
  expect(report.tools.unproven).toEqual(["cancel_order", "contact_support"]);
  expect(report.code).toBe(1);
});

// ── The shop as a whole ─────────────────────────────────────────────────────────────────────────

const without =
  (at: RegExp): Change =>
  (body, url) =>
    at.test(url.pathname) ? json({ detail: "Not found." }, 404) : body;
const tokenOf = (init: RequestInit) => new Headers(init.headers).get("authorization") ?? "";

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

test("a token that the shop repeats is not told", async () => {
  const { outside } = mock((body, url, init) =>
    SHOP.test(url.pathname) ? json({ detail: `Not with ${tokenOf(init)}!` }, 403) : body,
  );
  expect((await examined(outside)).of("shop")).toEqual([
    "amber not for this account (HTTP 403: Not with Token …!) → give a token of staff to look at it",
  ]);
});

test("a second token that is none, the same, or not given proves nothing", async () => {
  const { outside } = mock();
  const base = ["--django", BASE, "--token", "demo-mia"];
  const told = async (...more: string[]) =>
    (await examined(outside, [...base, ...more])).of("privacy");
  expect(await told()).toEqual(["amber not tried → give --second-token, of another customer"]);
  expect(await told("--second-token", "demo-mia")).toEqual([
    "amber not tried: both tokens are the same",
  ]);
  expect(await told("--second-token", "nobody")).toEqual([
    "amber not tried: the second token is not accepted (HTTP 401)",
  ]);
});

describe("authentication", () => {
  const refuse =
    (is: (header: string) => number | undefined): Change =>
    (body, url, init) => {
      const status = is(tokenOf(init));
      return status && !/schema/.test(url.pathname) ? json({ detail: "Not you." }, status) : body;
    };
  test.each<[string, Change, string]>([
    [
      "by the other scheme",
      refuse((header) => (header.startsWith("Token") ? 401 : undefined)),
      "red not as Token, but as Bearer → set DJANGO_API_AUTH=Bearer",
    ],
    [
      "by neither",
      refuse(() => 401),
      "red neither as Token nor as Bearer (HTTP 401: Not you.) → manage.py drf_create_token USER",
    ],
    [
      "of an account that may not",
      refuse((header) => (header.includes("no-such") ? 401 : 403)),
      "red the token holds, but its account may not (HTTP 403: Not you.) → give it the permission, or another token",
    ],
    [
      "403 for any token",
      refuse(() => 403),
      "red as for a wrong token (HTTP 403: Not you.) → give one that holds; TokenAuthentication first makes it a 401",
    ],
    [
      "asked of nobody",
      (body, url, init) =>
        tokenOf(init) || !ORDERS.test(url.pathname) ? body : json({ results: [{ order_id: "1" }] }),
      "red /api/orders/?q=a&limit=1 shows orders to anybody → permission_classes = [IsAuthenticated]",
    ],
  ])("%s", async (_, change, line) => {
    const { outside } = mock(change);
    expect((await examined(outside)).of("authentication")).toEqual([line]);
  });

  test("none given", async () => {
    const { outside } = mock();
    const report = await examined(outside, ["--django", BASE]);
    expect(report.of("authentication")).toEqual([
      "amber no token is given: the catalog only → give --token, or DJANGO_API_TOKEN",
    ]);
    expect(report.tools.works).toEqual(["search_products", "get_product", "get_shop_info"]);
  });

  test("the scheme that is found is used and told to set", async () => {
    const { outside } = mock(refuse((header) => (header.startsWith("Token") ? 401 : undefined)));
    const report = await examined(outside);
    expect(report.bad).toHaveLength(1);
    expect(report.settings).toEqual({ DJANGO_API_BASE: BASE, DJANGO_API_AUTH: "Bearer" });
  });

  test.each([
    ["a line break", "secret\n", "has a line break in it → take it off: it is often copied along"],
    ["a space", "se cret", "has a space in it → copy it again"],
    [
      "its scheme",
      "Token secret",
      "begins with its scheme → give the key alone, and the scheme by --auth",
    ],
    [
      "a letter of no header",
      "sécret",
      "has a character in it that no header carries → copy it again",
    ],
  ])("a token with %s is said before anything is sent", async (_, token, fault) => {
    const { outside, sent } = mock();
    const report = await examined(outside, ["--django", BASE, "--token", token]);
    expect(report.lines.map(spoken)).toEqual([`red nothing was sent: it ${fault}`]);
    expect(report.code).toBe(1);
    expect(sent).toEqual([]);
    const env = await run(["--json"], { DJANGO_API_BASE: BASE, DJANGO_API_TOKEN: token }, outside);
    expect(env.out).toContain(fault.split(" → ")[0] ?? "");
  });
});

test.each([
  [0.9, "green median 900 ms of 21; slowest is searchProducts with 900 ms"],
  [
    1.5,
    "amber median 1.5 s of 21; slowest is searchProducts with 1.5 s → make it faster: select_related, an index",
  ],
  [
    3.5,
    "red median 3.5 s of 21; slowest is searchProducts with 3.5 s → make it faster: the server gives up after 3 s",
  ],
])("a shop that takes %d s for an answer", async (seconds, line) => {
  let now = NOW;
  const { outside } = mock();
  const send: Outside["send"] = async (url, init) => {
    now += seconds * 1000;
    return outside.send?.(url, init) ?? Response.error();
  };
  const report = await examined({ ...outside, send, now: () => now });
  expect(report.of("speed")).toEqual([line]);
});

test.each([
  [2, "green the same as this machine's"],
  [40, "green 40 s behind this machine's"],
  [-90, "amber 90 s ahead of this machine's → set both by NTP"],
])("a clock that is %d s behind", async (seconds, line) => {
  const { outside } = mock();
  const report = await examined({ ...outside, now: () => NOW + seconds * 1000 });
  expect(report.of("clock")).toEqual([line]);
});

// ── What is no shop ─────────────────────────────────────────────────────────────────────────────

const page = (body: string, status = 200) =>
  new Response(body, { status, headers: { "Content-Type": "text/html" } });
const led = (to: string) => new Response(null, { status: 302, headers: { Location: to } });
const hostile: [
  what: string,
  answer: (request: Request) => Response | Promise<Response>,
  line: string,
][] = [
  [
    "answers HTML",
    () => page("<title>Welcome</title>"),
    "every address answers with an HTML page (HTTP 200, “Welcome”) → set DJANGO_API_BASE to the address of the API",
  ],
  [
    "answers a login page",
    () => page("<title>Log in</title><input type=password>"),
    "every address answers with a login page (HTTP 200, “Log in”) → let the API answer to tokens: DRF's TokenAuthentication, not login_required",
  ],
  [
    "leads to a login page",
    ({ url }) => (url.includes("login") ? page("<form>") : led("/accounts/login/?next=/")),
    "a redirect (HTTP 302) to ORIGIN/accounts/login/?next=/, a login page → let the API answer to tokens: DRF's TokenAuthentication, not login_required",
  ],
  [
    "leads in a circle",
    ({ url }) => led(url.includes("/a/") ? "/b/" : "/a/"),
    "a redirect loop: ORIGIN/api/products/search/?q=a&limit=1 to ORIGIN/a/ to ORIGIN/b/ to ORIGIN/a/ → mend the redirects of Django and of the proxy (SECURE_PROXY_SSL_HEADER)",
  ],
  [
    "leads to itself",
    ({ url }) => led(url),
    "a redirect loop: ORIGIN/api/products/search/?q=a&limit=1 to ORIGIN/api/products/search/?q=a&limit=1 → mend the redirects of Django and of the proxy (SECURE_PROXY_SSL_HEADER)",
  ],
  [
    "has moved",
    ({ url }) => (url.includes("/new/") ? json({}) : led(url.replace("/api/", "/new/api/"))),
    "a redirect (HTTP 302) to ORIGIN/new/api/products/search/?q=a&limit=1 → set DJANGO_API_BASE=ORIGIN/new",
  ],
  [
    "wants no slash",
    ({ url }) =>
      /\/\?/.test(url)
        ? led(url.replace(/\/(?=\?)/, ""))
        : url.endsWith("/")
          ? led(url.slice(0, -1))
          : json([]),
    "a redirect (HTTP 302) to ORIGIN/api/products/search?q=a&limit=1 → give paths without a slash at the end, in a dialect: paths: { … }",
  ],
  [
    "answers nothing in its body",
    () => new Response(""),
    "every address answers with an empty body → look whether a proxy swallows it, and at DJANGO_API_BASE",
  ],
  [
    "answers text",
    () => new Response("pong"),
    "every address answers with something that is not JSON → set DJANGO_API_BASE to the address of the API",
  ],
  [
    "is another service",
    () => json({ hello: "world" }),
    'another service: every address answers {"hello":"world"} → set DJANGO_API_BASE to the address of the API',
  ],
  [
    "knows no such address",
    () => json({}, 404),
    "none of /api/products/search/, /api/shop/, /api/orders/ is there (HTTP 404) → correct DJANGO_API_BASE, or --suggest a dialect",
  ],
  [
    "does not know the host",
    () => page("<h1>Bad Request</h1>", 400),
    "every address answers with a request refused as a page (HTTP 400) → add the host to ALLOWED_HOSTS",
  ],
  [
    "has a problem",
    () => page("<h1>Oops</h1>", 500),
    "every address answers with a problem of its own (HTTP 500) → look into the shop's log",
  ],
  [
    "is busy",
    () => json({}, 429),
    "every address answers with too many requests (HTTP 429) → wait, and raise the throttle of this account",
  ],
];
test.each(hostile)("a shop that %s is told in one line", async (_, answer, line) => {
  using shop = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
  const base = shop.url.origin;
  const { out, code } = await run(["--django", base, "--token", "t"], {}, { deadline: never });
  const words = line.replaceAll("ORIGIN", base);
  expect(out).toBe(`${base}\n\nred    reachable  ${words}\n\n0 green, 0 amber, 1 red`);
  expect(code).toBe(1);
});

test("a shop that answers 300 MB is not read to its end", async () => {
  let sent = 0;
  const endless = () =>
    new ReadableStream({
      pull(controller) {
        sent += 65_536;
        if (sent > 300_000_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
  using shop = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(endless()) });
  const { out } = await run(["--django", shop.url.origin, "--token", "t"], {}, { deadline: never });
  expect(out).toContain(
    "red    reachable  every address answers with an answer larger than 1 MiB, which is not read → paginate, and honour limit\n",
  );
  expect(sent).toBeLessThan(50_000_000);
});

/** A shop by hand, on the socket itself. */
async function serveByHand(answer: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on("error", () => {}); // a reset that the test asked for
    socket.on("data", () => answer(socket));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { base: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => server.close() };
}
const reached = async (base: string, outside: Partial<Outside> = {}) =>
  (await examined({ deadline: never, ...outside }, ["--django", base, "--token", "t"])).lines.map(
    spoken,
  );

test("a shop that says nothing at all is given up after 10 s", async () => {
  const late = new AbortController();
  using shop = await serveByHand(() => late.abort());
  const waited: number[] = [];
  const deadline = (ms: number) => {
    waited.push(ms);
    return ms > 10_000 ? never() : late.signal;
  };
  expect(await reached(shop.base, { deadline })).toEqual([
    "red no whole answer within 10 s → look whether it hangs, or a firewall swallows what is sent",
  ]);
  expect(waited).toEqual([90_000, 10_000]);
});
test("a shop on which all the time goes is left with what is known", async () => {
  const over = new AbortController();
  let asked = 0;
  const { outside } = mock((body) => {
    if (++asked === 10) over.abort();
    return body;
  });
  const send: Outside["send"] = async (url, init) => {
    init.signal?.throwIfAborted();
    return outside.send?.(url, init) ?? Response.error();
  };
  const deadline = (ms: number) => (ms > 10_000 ? over.signal : never());
  const report = await examined({ ...outside, send, deadline });
  expect(report.of("searchProducts")).toEqual(["green 40 answers fit, 8 fields"]);
  expect(report.of("shop").join()).toContain("the 90 s for everything are over");
  expect(report.code).toBe(1);
});
test("a connection that breaks off, and one that is refused", async () => {
  using shop = await serveByHand((socket) => void socket.resetAndDestroy());
  expect(await reached(shop.base)).toEqual([
    "red the connection broke off before an answer was whole → look into the shop's log",
  ]);
  shop[Symbol.dispose]();
  expect(await reached(shop.base)).toEqual([
    `red nothing listens at ${shop.base.slice(7)} → start the shop, or correct host and port in DJANGO_API_BASE`,
  ]);
});
test.each([
  ["ENOTFOUND", "there is no host shop.example → correct the name in DJANGO_API_BASE"],
  ["CERT_HAS_EXPIRED", "the TLS certificate is out of date → renew it"],
  [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "the TLS certificate is signed by itself → get one of a known authority, or name yours in NODE_EXTRA_CA_CERTS",
  ],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "the TLS certificate is not for shop.example → set DJANGO_API_BASE to a name it is for",
  ],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "the TLS certificate does not hold (UNABLE_TO_VERIFY_LEAF_SIGNATURE) → send the whole chain, or name its authority in NODE_EXTRA_CA_CERTS",
  ],
  [
    "EPROTO",
    "it does not speak TLS there → set DJANGO_API_BASE to http://…, or to the port that does",
  ],
])("a connection that fails with %s", async (code, line) => {
  const send = () => Promise.reject(Object.assign(new TypeError("fetch failed"), { code }));
  expect(await reached("https://shop.example", { send })).toEqual([`red ${line}`]);
});
test("beyond loopback a shop without TLS is told so, and one with it is asked by http as well", async () => {
  const { outside } = mock();
  const aside: Partial<Outside> = {
    ...outside,
    send: async (url, init) =>
      outside.send?.(url.replace(/^https?:\/\/shop.example/, BASE), init) ?? Response.error(),
  };
  const plain = await examined(aside, ["--django", "http://shop.example", "--token", "demo-staff"]);
  expect(plain.of("TLS")).toEqual([
    "amber none: token and orders travel readable → set DJANGO_API_BASE=https://shop.example",
  ]);
  const secure = await examined(aside, [
    "--django",
    "https://shop.example",
    "--token",
    "demo-staff",
  ]);
  expect(secure.of("TLS")).toEqual(["green the certificate holds"]);
  expect(secure.of("redirects")).toContain(
    "amber http is answered as well → redirect it: SECURE_SSL_REDIRECT = True",
  );
});

// ── Shops that speak otherwise, and the program ─────────────────────────────────────────────────

/** A shop of other names: its schema says where things are, its answers what they are called. */
const orderRow = { number: "A-7", state: 2, grand_total: "12.50", created: "2026-11-01" };
const OTHER: Record<string, unknown> = {
  "/store/v2/items/": {
    count: 1,
    items: [{ upc: "b1", title: "Cup", unit_price: 12.5, in_stock: true }],
  },
  "/store/v2/items/b1/": {
    upc: "b1",
    title: "Cup",
    variants: [{ sku: "b1-red", unit_price: 12.5, in_stock: false }],
  },
  "/purchases/": { count: 1, items: [orderRow] },
  "/purchases/A-7/": {
    ...orderRow,
    positions: [{ sku: "b1-red", title: "Cup", unit_price: 12.5 }],
  },
};
const OTHER_SCHEMA = {
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
const other: Partial<Outside> = {
  now: () => NOW,
  deadline: never,
  async send(address, init) {
    const { pathname } = new URL(address);
    if (pathname === "/schema/") return new Response(Bun.YAML.stringify(OTHER_SCHEMA));
    if (init.method === "OPTIONS")
      return new Response(null, { status: 200, headers: { Allow: "POST" } });
    if (/purchases/.test(pathname) && !tokenOf(init)) return json({ detail: "Who?" }, 401);
    return pathname in OTHER ? json(OTHER[pathname]) : json({ detail: "Not found." }, 404);
  },
};
test("--suggest writes a module that loads, and with which the shop fits better", async () => {
  const file = `${tmpdir()}/doctor-${process.pid}-${Bun.randomUUIDv7()}.ts`;
  const args = ["--django", BASE, "--token", "t"];
  const { out = "", code } = await run([...args, "--suggest"], {}, other);
  expect(code).toBe(0);
  expect(out).toContain('searchProducts: "/store/v2/items/"');
  expect(out).toContain('product: "/store/v2/items/{product_id}/"');
  expect(out).toContain('cancelOrder: "/purchases/{order_id}/cancel/"');
  expect(out).toContain("returnItems: null, // TODO nothing like it was found");
  expect(out).toContain('query: {\n    q: "search",\n    limit: "page_size",\n  }');
  expect(out).toContain('2: "shipped", // TODO “In transit”: is it?');
  expect(out).toContain('page: "items"');
  expect(out).toContain(
    'lines: { from: "positions", each: { item_id: "sku", name: "title", price: "unit_price" } }',
  );
  expect(out).toContain("idempotency: false, // TODO");

  const dialect = new URL("../shop/mapping/define-shop.ts", import.meta.url).pathname;
  await Bun.write(file, out.replace("../shop/mapping/define-shop.ts", dialect));
  expect(await loadDialect(file)).toBeObject();
  const report = await examined(other, [...args, "--shop", file]);
  expect(report.of("searchProducts")).toEqual([
    "amber results[0].category, results[0].image are missing → send or map",
  ]);
  expect(report.of("orders").join()).not.toContain("red");
  expect(report.of("cancelOrder")).toEqual(["green there, as OPTIONS says; never sent from here"]);
  expect(report.of("shop")).toEqual(["green mapped to nothing: no get_shop_info"]);
  expect(report.tools.works).toContain("list_orders");
  expect(report.settings).toEqual({ DJANGO_API_BASE: BASE, SHOP_MCP_SHOP: file });
  expect(report.red).toBe(0);

  const again = await run([...args, "--suggest", "--out", file], {}, other);
  expect(again).toEqual({
    err: `doctor: ${file} is there already: give --out another name`,
    code: 2,
  });
  await Bun.file(file).delete();
  const wrote = await run([...args, "--suggest", "--out", file], {}, other);
  expect(wrote).toEqual({
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
test("a shop that has things elsewhere is told where, by its schema", async () => {
  const moved: Partial<Outside> = {
    ...other,
    send: async (address, init) =>
      address.includes("/api/shop/")
        ? json({ name: "Other" })
        : (other.send?.(address, init) ?? Response.error()),
  };
  const report = await examined(moved, ["--django", BASE, "--token", "t"]);
  expect(report.of("searchProducts")).toEqual([
    'amber /api/products/search/ is not there (HTTP 404) → its schema has /store/v2/items/: paths: { searchProducts: "/store/v2/items/" }',
  ]);
});

test.each([
  [
    ["--token", "t"],
    "DJANGO_API_BASE (--django-api-base) is not set. Address of your Django, as https://shop.example[/path]",
  ],
  [
    ["--django", "shop"],
    "DJANGO_API_BASE (--django-api-base) does not fit. Address of your Django, as https://shop.example[/path]",
  ],
  [
    ["--django", BASE, "--auth", "Basic"],
    "DJANGO_API_AUTH (--django-api-auth) does not fit. Token or Bearer",
  ],
  [["--colour"], "Unknown option '--colour': see --help"],
  [["--django", BASE, "--order", "../1"], "--order ../1 is no id"],
  [["--django", BASE, "--schema", "http://:x"], "--schema is no address"],
])("a flag that does not fit: %p", async (args, line) => {
  expect(await run(args, {}, mock().outside)).toEqual({ err: `doctor: ${line}`, code: 2 });
});
test("--help tells every flag", async () => {
  const { out = "", code } = await run(["--help"], {});
  expect(code).toBe(0);
  for (const flag of [
    "--django",
    "--token",
    "--second-token",
    "--shop",
    "--schema",
    "--json",
    "--suggest",
  ])
    expect(out).toContain(flag);
});
