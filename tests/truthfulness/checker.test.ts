/** The checker accepts honest answers and rejects dishonest ones: pairs of what a shop sent and what was told. */
import { expect, test } from "bun:test";
import { checkWalk, type Facts, type Step, type Walk } from "./check.ts";
import { readJson, writeJson } from "./json.ts";
import { harmIn, sameText } from "./sameness.ts";
import type { ReadTool } from "./shapes.ts";

const NOW = "2026-03-14T09:00:00.000Z";
const facts: Facts = {
  baseUrl: "http://shop.test",
  currency: "EUR",
  now: NOW,
  describe: () => "Orders, newest first.",
};
const PATHS: Record<ReadTool, string> = {
  search_products: "/api/products/search/",
  get_product: "/api/products/7/",
  get_shop_info: "/api/shop/",
  get_order_status: "/api/orders/7/status/",
  get_order: "/api/orders/7/",
  list_orders: "/api/orders/",
  find_customer: "/api/customers/",
  get_customer: "/api/customers/me/",
};
type Result = Record<string, unknown>;
/** A call whose answer is this JSON of the shop's, and what was told of it. */
function step(tool: ReadTool, query: string, sent: string, summary: string, result: Result): Step {
  const { notes = [], ...rest } = result as { notes?: string[] }; // as the tests below write it
  const text = [summary, JSON.stringify(rest), ...notes].join("\n");
  const url = `http://shop.test${PATHS[tool]}${query}`;
  return {
    exchanges: [{ url, status: 200, text: sent }],
    outcome: { result: JSON.stringify(result), text },
  };
}
const kinds = (walk: Walk) =>
  checkWalk(walk, facts).map(({ kind, path }) => (path ? `${kind}: ${path}` : kind));

/** One page of a list, and its rows as they are told. */
const list = (tool: "search_products" | "list_orders" | "find_customer", args: Result) => {
  const [noun, name] = (
    {
      search_products: ["product", "products"],
      list_orders: ["order", "orders"],
      find_customer: ["customer", "customers"],
    } as const
  )[tool];
  const q = tool === "search_products" ? { query: "cup" } : {};
  return (sent: string, rows: object[], rest: Result = {}, summary?: string): Walk => {
    const said =
      summary ??
      `${rows.length} ${noun}${rows.length === 1 ? "" : "s"}${rest["next_cursor"] || rest["truncated"] ? ", and there are more" : ""}`;
    const asked = tool === "search_products" ? "?q=cup&limit=10" : "?limit=10";
    return {
      tool,
      args: { ...q, ...args },
      steps: [step(tool, asked, sent, said, { [name]: rows, ...rest })],
    };
  };
};
const products = list("search_products", {});
const orders = (args: Result) => list("list_orders", args);
const people = (args: Result) => list("find_customer", args);
const EUR = (amount: string) => ({ amount, currency: "EUR" });
const cup = { product_id: "1", name: "Cup" };
const LEFT_OUT = { notes: ["1 product of the shop's answer could not be read and is left out."] };

const product = (sent: string, result: Result, summary = "Cup: 0 variants"): Walk => ({
  tool: "get_product",
  args: { product_id: "7" },
  steps: [step("get_product", "", sent, summary, result)],
});
const status = (sent: string, result: Result, summary: string): Walk => ({
  tool: "get_order_status",
  args: { order_id: "7" },
  steps: [step("get_order_status", "", sent, summary, { ...result, as_of: NOW })],
});

test.each<[string, Walk]>([
  [
    "a list as it was sent",
    products('[{"id": 1, "name": "Cup", "price": 12.50}]', [{ ...cup, price: EUR("12.50") }]),
  ],
  [
    "an integer beyond 2^53",
    products('{"results": [{"id": 9007199254740993, "name": "Cup"}], "next": null}', [
      { product_id: "9007199254740993", name: "Cup" },
    ]),
  ],
  [
    "an exponent, and a currency beside the price",
    products('[{"id": 1, "name": "Cup", "price": 1.25e1, "price_currency": "sek"}]', [
      { ...cup, price: { amount: "12.50", currency: "SEK" } },
    ]),
  ],
  [
    "a price in words that is left out, with a note",
    products('[{"id": 1, "name": "Cup", "price": "12,50"}]', [cup], {
      notes: ["1 price of the shop's answer could not be read and is left out."],
    }),
  ],
  [
    "a row without a name that is left out, with a note",
    products('[{"id": 1, "name": "Cup"}, {"id": 2, "name": null}]', [cup], LEFT_OUT),
  ],
  [
    "a text without its markup, cut with a note",
    products(
      `[{"id": 1, "name": "<b>Cup</b> ${"x".repeat(400)}"}]`,
      [{ ...cup, name: `Cup ${"x".repeat(40)}…` }],
      {
        notes: ['1 text of the shop\'s answer is shortened, with "…" at the end.'],
      },
    ),
  ],
  [
    "rows of another page behind a cursor",
    products('{"results": [{"id": 1, "name": "Cup"}], "next": "?cursor=a"}', [cup], {
      next_cursor: "c",
    }),
  ],
  [
    "an ignored filter, kept by the server",
    orders({ status: "shipped" })(
      '[{"id": 1, "status": "shipped"}, {"id": 2, "status": "pending"}]',
      [{ order_id: "1", status: "shipped" }],
    ),
  ],
  [
    "a spelling of a status",
    orders({ status: "cancelled" })('[{"id": 1, "status": "canceled"}]', [
      { order_id: "1", status: "cancelled" },
    ]),
  ],
  [
    "a filter that cannot be checked, with a note",
    orders({ customer_id: "c-1" })(
      '[{"id": 1, "status": "shipped"}]',
      [{ order_id: "1", status: "shipped" }],
      {
        notes: ["Whose these orders are could not be checked: the shop's rows name no customer."],
      },
    ),
  ],
  [
    "a product with a variant",
    product(
      '{"id": 7, "name": "Cup", "items": [{"item_id": 1, "options": {"size": "M"}, "price": -5}]}',
      {
        product_id: "7",
        name: "Cup",
        items: [{ item_id: "1", options: { size: "M" }, price: EUR("-5.00") }],
      },
      "Cup: 1 variant",
    ),
  ],
  [
    "a status in the shop's own words",
    status(
      '{"status": 0}',
      {
        order_id: "7",
        status: "unknown",
        raw_status: "0",
        next_step: "This status is the shop's own.",
      },
      "Order 7 is 0. This status is the shop's own.",
    ),
  ],
])("accepts %s", (_, walk) => {
  expect(kinds(walk)).toEqual([]);
});

test.each<[string, string, Walk]>([
  [
    "a rounded id",
    "told, not said: product_id",
    products('[{"id": 9007199254740993, "name": "Cup"}]', [
      { product_id: "9007199254740992", name: "Cup" },
    ]),
  ],
  [
    "a cleaned id",
    "told, not said: product_id",
    products('[{"id": "a&amp;b", "name": "Cup"}]', [{ product_id: "a&b", name: "Cup" }]),
  ],
  [
    "the id of another field",
    "told, not said: product_id",
    products('[{"id": 1, "slug": "cup", "name": "Cup"}]', [{ product_id: "cup", name: "Cup" }]),
  ],
  [
    "a rounded price",
    "told, not said: price",
    products('[{"id": 1, "name": "Cup", "price": 12.345}]', [{ ...cup, price: EUR("12.35") }]),
  ],
  [
    "a price without its sign",
    "told, not said: price",
    products('[{"id": 1, "name": "Cup", "price": "-5.00"}]', [{ ...cup, price: EUR("5.00") }]),
  ],
  [
    "a currency of the setting",
    "told, not said: the currency: price",
    products('[{"id": 1, "name": "Cup", "price": "5.00", "price_currency": "SEK"}]', [
      { ...cup, price: EUR("5.00") },
    ]),
  ],
  [
    "a price that disappeared",
    "left out without a word: price",
    products('[{"id": 1, "name": "Cup", "price": "12,50"}]', [cup]),
  ],
  [
    "a plain price that disappeared",
    "said, not told: price",
    products('[{"id": 1, "name": "Cup", "price": "12.50"}]', [cup]),
  ],
  [
    "an invented availability",
    "told, not said: available",
    products('[{"id": 1, "name": "Cup"}]', [{ ...cup, available: true }]),
  ],
  [
    "a field nobody sent",
    "told, not said: rating",
    products('[{"id": 1, "name": "Cup"}]', [{ ...cup, rating: 5 }]),
  ],
  [
    "another name",
    "told, not said: name",
    products('[{"id": 1, "name": "Black&notebook"}]', [{ ...cup, name: "Black¬ebook" }]),
  ],
  [
    "words that ran together",
    "told, not said: name",
    products('[{"id": 1, "name": "Tea cup"}]', [{ ...cup, name: "Teacup" }]),
  ],
  [
    "a live tag",
    "told with a live tag: name",
    products('[{"id": 1, "name": "<b>Cup</b>"}]', [{ ...cup, name: "<b>Cup</b>" }]),
  ],
  [
    "a cut text without a word",
    "cut without a word: name",
    products(`[{"id": 1, "name": "Cup ${"x".repeat(400)}"}]`, [{ ...cup, name: "Cup xxx…" }]),
  ],
  [
    "an address that was read as markup",
    "told, not said: url",
    products('[{"id": 1, "name": "Cup", "url": "http://a.test/?a=1&copy=2"}]', [
      { ...cup, url: "http://a.test/?a=1©=2" },
    ]),
  ],
  [
    "the home page as an image",
    "told, not said: image",
    products('[{"id": 1, "name": "Cup", "image": ""}]', [{ ...cup, image: "http://shop.test/" }]),
  ],
  [
    "a row that disappeared",
    "left out without a word: product",
    products('[{"id": 1, "name": "Cup"}, {"name": "Cup 2"}]', [cup]),
  ],
  [
    "a plain row that disappeared",
    "withheld without a word: product",
    products('[{"id": 1, "name": "Cup"}, {"id": 2, "name": "Cup 2"}]', [cup]),
  ],
  [
    "fewer left out than there were",
    "fewer are noted than left out: product",
    products('[{"id": 1, "name": "Cup"}, {"name": "Cup 2"}, {"name": "Cup 3"}]', [cup], LEFT_OUT),
  ],
  [
    "a row that was not sent",
    "told, not said: product_id",
    products('[{"id": 1, "name": "Cup"}]', [cup, { product_id: "2", name: "Cup" }]),
  ],
  ["a row told twice", "told twice: product", products('[{"id": 1, "name": "Cup"}]', [cup, cup])],
  [
    "a note that is not true",
    "a note says left out, and nothing was: notes",
    products('[{"id": 1, "name": "Cup"}]', [cup], LEFT_OUT),
  ],
  [
    "a count in the summary that is not true",
    "told, not so: summary: the number of rows",
    products('[{"id": 1, "name": "Cup"}]', [cup], {}, "2 products"),
  ],
  [
    "an end where the shop gives a next",
    "more was said, and not told: next",
    products('{"results": [{"id": 1, "name": "Cup"}], "next": 2}', [cup]),
  ],
  [
    "an end where the shop counts more",
    "more was said, and not told: count",
    products('{"items": [{"id": 1, "name": "Cup"}], "count": 10}', [cup]),
  ],
  [
    "more than the shop said",
    "more was told, and not said: next_cursor",
    products('{"results": [{"id": 1, "name": "Cup"}], "next": null}', [cup], { next_cursor: "c" }),
  ],
  [
    "orders of another status",
    "a filter that was not kept: status",
    orders({ status: "shipped" })('[{"id": 1, "status": "pending"}]', [
      { order_id: "1", status: "pending" },
    ]),
  ],
  [
    "none of a status in another spelling",
    "withheld without a word: order",
    orders({ status: "cancelled" })('[{"id": 1, "status": "canceled"}]', []),
  ],
  [
    "somebody else's orders",
    "a filter that was not kept: customer_id",
    orders({ customer_id: "c-1" })('[{"id": 1, "status": "shipped", "customer_id": "c-2"}]', [
      { order_id: "1", status: "shipped", customer_id: "c-2" },
    ]),
  ],
  [
    "orders of nobody knows whom",
    "a filter that was not checked, without a word: customer_id",
    orders({ customer_id: "c-1" })('[{"id": 1, "status": "shipped"}]', [
      { order_id: "1", status: "shipped" },
    ]),
  ],
  [
    "oldest first as newest first",
    "another order than asked or said: newest first",
    orders({})(
      '[{"id": 1, "status": "shipped", "placed_at": "2026-03-01T00:00:00Z"}, {"id": 2, "status": "shipped", "placed_at": "2026-03-02T00:00:00Z"}]',
      [
        { order_id: "1", status: "shipped", placed_at: "2026-03-01T00:00:00Z" },
        { order_id: "2", status: "shipped", placed_at: "2026-03-02T00:00:00Z" },
      ],
    ),
  ],
  [
    "people who were not asked for",
    "a filter that was not kept: email",
    people({ email: "mia@shop.test" })('[{"customer_id": 1, "email": "bo@shop.test"}]', [
      { customer_id: "1", email: "bo@shop.test" },
    ]),
  ],
  [
    "no variants where none were sent",
    "told, not said: summary: the number of variants",
    product('{"id": 7, "name": "Cup"}', { product_id: "7", name: "Cup" }),
  ],
  [
    "a variant that disappeared",
    "left out without a word: items",
    product('{"id": 7, "name": "Cup", "items": [{"price": 1}]}', {
      product_id: "7",
      name: "Cup",
      items: [],
    }),
  ],
  [
    "the price of another variant",
    "told, not said: items.price",
    product(
      '{"id": 7, "name": "Cup", "items": [{"item_id": 1, "price": 1}, {"item_id": 2, "price": 2}]}',
      {
        product_id: "7",
        name: "Cup",
        items: [
          { item_id: "1", price: EUR("2.00") },
          { item_id: "2", price: EUR("2.00") },
        ],
      },
      "Cup: 2 variants",
    ),
  ],
  [
    "a guessed status",
    "told, not said: status",
    status(
      '{"status": "dispatched"}',
      { order_id: "7", status: "shipped", next_step: "It is on its way." },
      "Order 7 is shipped. It is on its way.",
    ),
  ],
  [
    "the next step of another status",
    "told, not so: next_step",
    status(
      '{"status": "shipped"}',
      { order_id: "7", status: "shipped", next_step: "It has arrived." },
      "Order 7 is shipped. It has arrived.",
    ),
  ],
])("rejects %s", (_, expected, walk) => {
  expect(kinds(walk)).toContain(expected);
});

const HEAD = "2 products\nEach row: product_id, name, price.";
const ROW = '["1","Cup","5.00 EUR"]';
test.each<[string, string, string[]]>([
  ["says the same", `${HEAD} null: not given.\n${ROW}\n["2","Blue cup",null]`, []],
  ["lacks a row", `${HEAD}\n${ROW}`, ["told, not so: text"]],
  ["has no rows", "2 products", ["told, not so: text"]],
  ["does not say what null is", `${HEAD}\n${ROW}\n["2","Blue cup",null]`, ["told, not so: text"]],
  ["lacks a cell", `${HEAD}\n${ROW}\n["2","Blue cup"]`, ["told, not so: text"]],
  [
    "lacks a currency",
    `${HEAD} null: not given.\n["1","Cup","5.00"]\n["2","Blue cup",null]`,
    ["told, not so: text"],
  ],
  [
    "has its cells in another order",
    `${HEAD} null: not given.\n["Cup","1","5.00 EUR"]\n["2","Blue cup",null]`,
    ["told, not so: text"],
  ],
])("a text beside the structured result: it %s", (_, text, expected) => {
  const price = { amount: "5.00", currency: "EUR" };
  const rows = [
    { product_id: "1", name: "Cup", price },
    { product_id: "2", name: "Blue cup" },
  ];
  const sent = '[{"id": 1, "name": "Cup", "price": "5.00"}, {"id": 2, "name": "Blue cup"}]';
  const walk = products(sent, rows, {}, "2 products");
  const [first] = walk.steps;
  const outcome = { result: JSON.stringify({ products: rows }), text };
  const told = kinds({ ...walk, steps: [{ exchanges: first?.exchanges ?? [], outcome }] });
  expect(told).toEqual(expected);
});

test("a number that is not exact may not become another id", () => {
  const exchanges = [
    { url: "http://shop.test/api/orders/9007199254740992/status/", status: 404, text: "{}" },
  ];
  const args = { order_id: Number("9007199254740993") };
  const walk: Walk = {
    tool: "get_order_status",
    args,
    steps: [{ exchanges, outcome: { error: "Nothing was found." } }],
  };
  expect(kinds(walk)).toEqual(["asked for another id"]);
});

test("a failure for one bad row is rejected, for an answer that cannot be read it is not", () => {
  const walk = (text: string): Walk => {
    const exchanges = [{ url: "http://shop.test/api/orders/?limit=10", status: 200, text }];
    return {
      tool: "list_orders",
      args: {},
      steps: [{ exchanges, outcome: { error: "an unexpected shape" } }],
    };
  };
  expect(kinds(walk('[{"id": 1, "status": "shipped"}, null]'))).toEqual(["refused a good answer"]);
  expect(kinds(walk("<html>"))).toEqual([]);
});

test("JSON is read with its numbers as they were written", () => {
  const text = String.raw`{"a": [1, 2.50, -9007199254740993, 1e3], "__proto__": "x\"", "b": {}, "c": [], "d": null, "e": true}`;
  expect(writeJson(readJson(text))).toBe(text);
  for (const bad of ["", "{", "[1,]", "1 2", "NaN", '{"a"}', "01"])
    expect(() => readJson(bad)).toThrow(SyntaxError);
});

test.each([
  ["Returns Desk <returns@shop.example>", "Returns Desk <returns@shop.example>"],
  ["size S<M<L, fits all", "size S<M<L, fits all"],
  ["One two!", "<p>One</p><p>two<b>!</b></p>"],
  ["Good", "&lt;script&gt;alert(1)&lt;/script&gt;Good"],
  ["x", "<\u200bimg src=x onerror=alert(1)>x"],
  ["کتاب‌خانه", "کتاب‌خانه"],
  ["👨‍👩‍👧", "👨‍👩‍👧"],
])("%s is what %s says", (told, sent) => {
  expect(sameText(told, sent)).toBe("whole");
  expect(harmIn(told)).toBeUndefined();
});
test.each([
  ["size S", "size S<M<L, fits all"],
  ["Onetwo!", "<p>One</p><p>two<b>!</b></p>"],
  ["کتابخانه", "کتاب‌خانه"],
  ["a b", "ab"],
])("%s is not what %s says", (told, sent) => {
  expect(sameText(told, sent)).toBeUndefined();
});
test.each(["<img src=x>", "a\u200bb", "a\ufe0f", "a\u3164b", "a\u2800b", "a\u034fb", "a\u00adb"])(
  "%j does harm",
  (told) => {
    expect(harmIn(told)).toBeString();
  },
);
