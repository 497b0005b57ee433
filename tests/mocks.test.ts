/** What is the mock shop's own: worlds, refusals, pages, tokens, sockets. Its likeness to Django is proven elsewhere. */
import { afterAll, describe, expect, test } from "bun:test";
import { getResponse } from "msw";
import * as z from "zod";
import { createHandlers } from "../mocks/handlers.ts";
import { playShop } from "../mocks/network.ts";
import { createShop } from "../mocks/shop.ts";
import { BadWorld, readWorld, seed, type World } from "../mocks/world.ts";
import seedFile from "../mocks/world.json";
import { serveShop } from "../scripts/shop.ts";
import { endpoints } from "../shop/contract.ts";

const shop = serveShop();
afterAll(shop.stop);

const MIA = "Token demo-mia";
const STAFF = `Token ${seed.customers.find(({ staff }) => staff)?.token}`;
const NO_TOKEN = { detail: "Authentication credentials were not provided." };
const NO_PERMISSION = { detail: "You do not have permission to perform this action." };

async function ask(path: string, authorization?: string, method = "GET") {
  const headers = new Headers(authorization === undefined ? {} : { Authorization: authorization });
  const response = await fetch(new URL(path, shop.url), { method, headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const link = z.string().nullable();
const row = z.record(z.string(), z.unknown());
const page = z.object({ next: link, previous: link, results: z.array(row) });
/** The ids of every page from a path on, led by its `next` or `previous` links, and the last page's link. */
async function walk(path: string, key: string, by: string, way: "next" | "previous" = "next") {
  const pages: unknown[][] = [];
  let last = path;
  for (let link: string | null = path; link;) {
    const body = page.parse((await ask((last = link), by)).body);
    pages.push(body.results.map((row) => row[key]));
    link = body[way];
  }
  return { pages, last };
}

describe("a world", () => {
  const bare = { currency: "EUR", products: [], customers: [], orders: [] };
  const [product] = seed.products;
  const [customer] = seed.customers;
  const [order] = seed.orders;
  const withOrder = (changes: object) => ({
    ...bare,
    customers: seed.customers,
    orders: [{ ...order, ...changes }],
  });

  test("that is canonical comes back key for key", () => {
    expect(seed).toStrictEqual(readWorld(seedFile));
    expect(JSON.stringify(readWorld(seed))).toBe(JSON.stringify(seed));
    expect(createShop(seed).world()).toStrictEqual(seed);
  });

  test("comes back in one canonical form, however it was written", () => {
    const given = {
      ...withOrder({
        placed_at: "2026-11-02T10:15:00.25+01:00",
        updated_at: "2026-11-02T09:15:00.000Z",
        items_modified: false,
        cancel_reason: null,
        timeline: [],
      }),
      products: [{ ...product, items: [{ ...product?.items[0], price: 7 }] }],
      customers: [{ ...customer, customer_id: order?.customer_id, staff: false }],
      support_requests: [],
      shop: null,
    };
    const { orders, products, customers, ...rest } = readWorld(given);
    expect(orders[0]?.placed_at).toBe("2026-11-02T09:15:00.250000Z");
    expect(orders[0]?.updated_at).toBe("2026-11-02T09:15:00Z");
    expect(orders[0]?.timeline).toEqual([]);
    expect(products[0]?.items[0]?.price).toBe("7.00");
    expect(orders[0]).not.toContainAnyKeys(["items_modified", "cancel_reason"]);
    expect(customers[0]).not.toContainKey("staff");
    expect(rest).toStrictEqual({ currency: "EUR" });
  });

  test.each([
    ["world: Invalid input: expected object, received array", []],
    ["currency: Not a currency such as EUR.", { ...bare, currency: "euro" }],
    ["extra: No such key in a world.", { ...bare, extra: 1 }],
    ["orders: This field is required.", { ...bare, orders: null }],
    [
      "products[0].product_id: Not an id.",
      { ...bare, products: [{ ...product, product_id: "a/b" }] },
    ],
    [
      "products[0].items: This list may not be empty.",
      { ...bare, products: [{ ...product, items: [] }] },
    ],
    ["products[0].name: Null characters", { ...bare, products: [{ ...product, name: "a\0" }] }],
    ['products[1].product_id: "', { ...bare, products: [product, product] }],
    [
      'customers[1].token: "demo-mia" is there twice.',
      { ...bare, customers: [customer, { ...customer, customer_id: "x" }] },
    ],
    ["orders[0].status: Invalid option", withOrder({ status: "lost" })],
    ["orders[0].placed_at: Not an instant", withOrder({ placed_at: "2026-13-01T00:00:00Z" })],
    ["orders[0].estimated_delivery: Not a date", withOrder({ estimated_delivery: "2026-11-31" })],
    [
      "orders[0].payments[0].amount: A valid number",
      withOrder({ payments: [{ kind: "refund", amount: "9.5", payment_method_id: "x" }] }),
    ],
    [
      "orders[0].payments[0].amount: Ensure this value",
      withOrder({ payments: [{ kind: "refund", amount: "-9.50", payment_method_id: "x" }] }),
    ],
    [
      "orders[0].address.line1: This field is required.",
      withOrder({ address: { ...order?.address, line1: null } }),
    ],
    ['orders[0].customer_id: there is no "nobody".', withOrder({ customer_id: "nobody" })],
  ])("that is bad says where: %s", (line, given) => {
    expect(() => readWorld(given)).toThrow(BadWorld);
    expect(() => readWorld(given)).toThrow(line);
  });

  test("that is bad in several places has a line for each", () => {
    const given = { ...bare, currency: "e", orders: {}, one: 1, two: 2 };
    expect(() => readWorld(given)).toThrow(/^currency: .+\norders: .+\none: .+\ntwo: .+$/);
  });

  test("is copied by its shop", () => {
    expect(createShop(seed).product("nothing")).toBeUndefined();
    const copy = structuredClone(seed);
    const own = createShop(copy);
    copy.products.length = 0;
    expect(own.world()).toStrictEqual(seed);
  });
});

describe("a token", () => {
  test.each([
    ["Token nobody", "Invalid token."],
    ["Bearer nobody", "Invalid token."],
    ["Token", "Invalid token header. No credentials provided."],
    ["bearer a b", "Invalid token header. Token string should not contain spaces."],
    ["Token \xff", "Invalid token header. Token string should not contain invalid characters."],
  ])("%s is refused even where none is needed", async (header, detail) => {
    const { status, headers, body } = await ask("/api/shop/", header);
    expect([status, body]).toEqual([401, { detail }]);
    expect(headers.get("WWW-Authenticate")).toBe("Token");
  });

  test.each(["Token", "Bearer", "token", "BEARER"])(
    "comes under the keyword %s",
    async (keyword) => {
      const { body } = await ask("/api/customers/me/", `${keyword} demo-mia`);
      expect(body).toMatchObject({ customer_id: "mia-lindqvist", currency: "EUR" });
    },
  );

  test.each(["orders/", "orders/1001/", "orders/1001/status/", "customers/", "customers/me/"])(
    "is needed for %s",
    async (path) => {
      for (const header of [undefined, "Basic bWlhOm1pYQ=="]) {
        const { status, headers, body } = await ask(`/api/${path}`, header);
        expect([status, body]).toEqual([401, NO_TOKEN]);
        expect(headers.get("WWW-Authenticate")).toBe("Token");
      }
    },
  );

  test("of a shopper opens nothing of others", async () => {
    expect(await ask("/api/customers/?limit=x", MIA)).toMatchObject({
      status: 403,
      body: NO_PERMISSION,
    });
    const foreign = await ask("/api/orders/?customer=bram-de-wilde", MIA);
    expect(foreign).toMatchObject({ status: 403, body: NO_PERMISSION });
    for (const path of ["orders/1001/", "orders/nothing/", "orders/1001/status/"]) {
      const body = { detail: "No Order matches the given query." };
      expect(await ask(`/api/${path}`, MIA)).toMatchObject({ status: 404, body });
    }
    const body = { detail: "No Customer matches the given query." };
    expect(await ask("/api/customers/bram-de-wilde/", MIA)).toMatchObject({ status: 404, body });
    expect((await ask("/api/customers/bram-de-wilde/", STAFF)).status).toBe(200);
  });
});

describe("a refusal", () => {
  const integer = "A valid integer is required.";
  const number = "A valid number is required.";
  test.each<[string, Record<string, string[]>]>([
    ["limit=0", { limit: ["Ensure this value is greater than or equal to 1."] }],
    ["limit=51", { limit: ["Ensure this value is less than or equal to 50."] }],
    ["limit=ten", { limit: [integer] }],
    ["ordering=cheap", { ordering: ['"cheap" is not a valid choice.'] }],
    ["in_stock=perhaps", { in_stock: ["Must be a valid boolean."] }],
    ["min_price=NaN", { min_price: [number] }],
    ["min_price=-0.01", { min_price: ["Ensure this value is greater than or equal to 0."] }],
    ["max_price=1.005", { max_price: ["Ensure that there are no more than 2 decimal places."] }],
    [
      "max_price=12345678901",
      { max_price: ["Ensure that there are no more than 10 digits in total."] },
    ],
    [
      "max_price=123456789",
      { max_price: ["Ensure that there are no more than 8 digits before the decimal point."] },
    ],
    [`q=${"x".repeat(201)}`, { q: ["Ensure this field has no more than 200 characters."] }],
    ["q=%00", { q: ["Null characters are not allowed."] }],
    [
      "limit=1.5&min_price=x&in_stock=2",
      { limit: [integer], min_price: [number], in_stock: ["Must be a valid boolean."] },
    ],
  ])("of a query names each bad field: %s", async (query, body) => {
    expect(await ask(`/api/products/search/?${query}`)).toMatchObject({ status: 400, body });
  });

  test("asks for one of a customer's marks", async () => {
    const body = { non_field_errors: ["Give an email, a first_name, a last_name or a postcode."] };
    expect(await ask("/api/customers/?email=%20", STAFF)).toMatchObject({ status: 400, body });
  });

  test("of a method comes after the token's, and says what is allowed", async () => {
    const { status, headers, body } = await ask("/api/shop/", undefined, "POST");
    expect([status, body]).toEqual([405, { detail: 'Method "POST" not allowed.' }]);
    expect(headers.get("Allow")).toBe("GET, HEAD, OPTIONS");
    expect((await ask("/api/orders/", undefined, "POST")).status).toBe(401);
    expect((await ask("/api/customers/", MIA, "DELETE")).status).toBe(403);
  });

  test.each([
    "/",
    "/api/shop",
    "/api/shop/x/",
    "/x/api/shop/",
    "/API/shop/",
    "/api/products/a%2Fb/",
  ])("of the path %s is Django's, of no endpoint", async (path) => {
    const { status, headers, body } = await ask(path, "Token nobody");
    expect([status, body]).toEqual([404, { detail: "Not found." }]);
    expect(headers.get("Allow")).toBeNull();
  });

  test.each([
    "!",
    "YQ",
    btoa("o=1001"),
    btoa("o=NaN"),
    btoa("r=0"),
    btoa("p=tea"),
    btoa("p=1&r=1"),
  ])("of a cursor that was not given out: %s", async (cursor) => {
    const path = `/api/products/search/?cursor=${encodeURIComponent(cursor)}`;
    expect(await ask(path)).toMatchObject({ status: 404, body: { detail: "Invalid cursor" } });
  });
});

describe("pages", () => {
  const lists: [string, string][] = [
    ["/api/products/search/?q=a&", "product_id"],
    ["/api/products/search/?ordering=price&", "product_id"],
    ["/api/products/search/?ordering=-price&", "product_id"],
    ["/api/products/search/?ordering=name&", "product_id"],
    ["/api/orders/?", "order_id"],
  ];
  test.each(lists)("of %s lead forth and back through ties", async (path, key) => {
    const whole = (await walk(`${path}limit=50`, key, STAFF)).pages.flat();
    for (const limit of [3, 7]) {
      const forth = await walk(`${path}limit=${limit}`, key, STAFF);
      expect(forth.pages.flat()).toEqual(whole);
      const back = await walk(forth.last, key, STAFF, "previous");
      expect(new Set(back.pages.flat())).toEqual(new Set(whole));
    }
  });

  test("say where they lead as Django writes it", async () => {
    const path = "/api/products/search/";
    const { body } = await ask(`${path}?x=~*+é&q=a&limit=1&cursor=`);
    const { next, previous } = page.parse(body);
    expect(next).toMatch(/\?cursor=[\w%]+&limit=1&q=a&x=~%2A\+%C3%A9$/);
    expect(next).toStartWith(`${shop.url}${path}`);
    expect(previous).toBeNull();
  });

  test("of nothing but ties are counted, not named", async () => {
    const { body } = await ask("/api/products/search/?limit=2");
    expect(page.parse(body).next).toContain(`cursor=${btoa("o=2").replaceAll("=", "%3D")}&`);
  });
});

// ── Writes ──────────────────────────────────────────────────────────────────────────────────────

const NOW = "2026-11-22T09:00:00Z";
const HOME = {
  line1: "1 Low Road",
  line2: "",
  city: "Gent",
  state: "",
  postcode: "9000",
  country: "BE",
};
const ELSEWHERE = { ...HOME, line1: "2 High Road", line2: "upstairs", state: "East" };

const MUG = { product_id: "mug", name: "Mug" };
const mug = (item_id: string, price: string) => {
  return { item_id, ...MUG, options: { color: item_id }, price };
};
const [BLUE, CHEAP_BLUE] = [mug("blue", "10.00"), mug("blue", "8.00")]; // which is 11.00 now
const PEN = { item_id: "pen", product_id: "pen", name: "Pen", options: {}, price: "3.30" };
const paid = (amount: string, payment_method_id = "card") => {
  return { kind: "payment", amount, payment_method_id };
};
const refunded = (amount: string, payment_method_id = "card") => {
  return { kind: "refund", amount, payment_method_id };
};

const onSale = (item_id: string, price: string, available = true) => {
  return { item_id, options: { color: item_id }, price, available };
};
const plain = { description: "", category: "", images: [] };
const person = (customer_id: string, payment_methods: object[], more: object = {}) => {
  const names = { first_name: customer_id, last_name: "", email: `${customer_id}@post.example` };
  return { customer_id, token: customer_id, ...names, address: HOME, payment_methods, ...more };
};
const BOUGHT = {
  customer_id: "ann",
  status: "pending",
  placed_at: "2026-11-20T08:00:00Z",
  address: HOME,
  items: [BLUE, PEN],
  payments: [paid("13.30")],
  shipments: [],
};
const DELIVERED = { ...BOUGHT, status: "delivered" };
const IN_PARTS = [
  refunded("1.50", "lost"),
  paid("4.00"),
  refunded("4.00"),
  paid("0.10", "gift"),
  paid("9.00", "lost"),
  paid("0.20", "gift"),
];
const LATER_PAYPAL = [
  paid("4.00"),
  refunded("4.00"),
  paid("9.00", "paypal"),
  refunded("1.00", "paypal"),
];

/** A small shop, where each order is named by what is particular about it. */
const little = readWorld({
  currency: "EUR",
  products: [
    {
      ...MUG,
      ...plain,
      items: [
        onSale("blue", "11.00"),
        onSale("red", "12.50"),
        onSale("grey", "9.99"),
        onSale("same", "10.00"),
        onSale("gold", "99.00", false),
      ],
    },
    {
      product_id: "pen",
      name: "Pen",
      ...plain,
      items: [onSale("pen", "3.30"), onSale("quill", "300.00")],
    },
  ],
  customers: [
    person("ann", [
      { payment_method_id: "card", kind: "credit_card" },
      { payment_method_id: "paypal", kind: "paypal" },
      { payment_method_id: "gift", kind: "gift_card", balance: "13.30" },
      { payment_method_id: "empty", kind: "gift_card" },
    ]),
    person("ben", [{ payment_method_id: "bens", kind: "gift_card", balance: "500.00" }]),
    person("sam", [], { staff: true }),
  ],
  orders: [
    ...["processing", "shipped", "cancelled", "return_requested", "exchange_requested"].map(
      (status) => {
        return { order_id: status, ...BOUGHT, status };
      },
    ),
    { order_id: "new", ...BOUGHT },
    { order_id: "bens", ...BOUGHT, customer_id: "ben" },
    { order_id: "modified", ...BOUGHT, items_modified: true },
    { order_id: "three-pens", ...BOUGHT, items: [PEN, PEN, PEN] },
    { order_id: "on-gift-card", ...BOUGHT, payments: [paid("13.30", "gift")] },
    { order_id: "a-cent-more", ...BOUGHT, payments: [paid("13.31")] },
    { order_id: "only-refunded", ...BOUGHT, payments: [refunded("5.00")] },
    { order_id: "in-parts", ...BOUGHT, payments: IN_PARTS },
    { order_id: "delivered", ...DELIVERED, timeline: [] },
    { order_id: "two-blue", ...DELIVERED, items: [BLUE, CHEAP_BLUE, PEN] },
    { order_id: "on-a-lost-card", ...DELIVERED, payments: [paid("13.30", "lost")] },
    { order_id: "later-paypal", ...DELIVERED, payments: LATER_PAYPAL },
    { order_id: "unpaid", ...DELIVERED, payments: [] },
  ],
});

interface Sent {
  by?: string;
  key?: string;
  /** Text goes out as it is, all else as JSON. */
  body?: object | string;
  headers?: Record<string, string>;
}
/** A shop whose clock stands still until it is moved. A request has a key of its own unless it brings one. */
function openShop(world: World = little) {
  const clock = { now: new Date(NOW) };
  const shop = createShop(world, { now: () => clock.now });
  const handlers = createHandlers(shop);
  let keys = 0;
  async function send(line: string, { by = "ann", key, body, headers }: Sent = {}) {
    const [method, path = ""] = line.split(" ");
    const baseUrl = "https://shop.example";
    const standard = {
      Authorization: `Token ${by}`,
      "Idempotency-Key": key ?? `key-${++keys}`,
      "Content-Type": "application/json",
    };
    const request = new Request(baseUrl + path, {
      method,
      headers: { ...standard, ...headers },
      body: typeof body === "object" ? JSON.stringify(body) : body,
    });
    const response = await getResponse(handlers, request, { baseUrl });
    if (!response) throw new Error(`no handler for ${line}`);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }
  return { clock, send, world: () => shop.world() };
}

/** `POST /api/orders/new/cancel/` and the like. */
function line(name: keyof typeof endpoints, id: string): string {
  const { method, path } = endpoints[name];
  return `${method} ${path.fill({ order_id: id, customer_id: id })}`;
}
const CANCEL = { reason: "ordered_by_mistake" };
const MOVE = { address: ELSEWHERE };
const PAY_BY = (payment_method_id: string) => ({ payment_method_id });
const to = (item_id: string, new_item_id: string) => ({ item_id, new_item_id });
const swap = (payment_method_id: string, ...items: object[]) => ({ items, payment_method_id });
const back = (payment_method_id: string, ...item_ids: string[]) => {
  return { items: item_ids.map((item_id) => ({ item_id })), payment_method_id };
};

describe("a write that a rule forbids", () => {
  const rule = (code: string, detail: string) => ({ detail, code });
  const uncancellable = (status: string) =>
    rule("not_pending", `Only a pending order can be cancelled; this one is ${status}.`);
  const unchangeable = (status: string) =>
    rule("not_pending", `Only a pending order can be changed; this one is ${status}.`);
  const unreturnable = (status: string, code: string) =>
    rule(code, `Only a delivered order can be returned or exchanged; this one is ${status}.`);
  const MODIFIED = rule(
    "items_modified",
    "Its items were changed once already; only its address can still be changed.",
  );
  const NOT_SINGLE = rule(
    "payment_not_single",
    "The payment method can be changed only while the order has exactly one payment and no refund.",
  );
  const UNAVAILABLE = rule("item_unavailable", "Item gold is not available.");
  const tooPoor = (card: string, has: string, needed: string) =>
    rule("gift_card_balance", `Gift card ${card} has ${has} EUR, and ${needed} EUR are needed.`);

  const badItem = (sentence: string) => ({ items: [`Item ${sentence}`] });
  const badMethod = (sentence: string) => ({ payment_method_id: [sentence] });
  const NOT_ANNS = badMethod("bens is not a payment method of this customer.");
  const NOT_REFUNDABLE = badMethod(
    "A return is refunded to the original payment method or to a gift card of the customer.",
  );

  const toRed = swap("card", to("blue", "red"));
  test.each<[keyof typeof endpoints, string, object, object]>([
    ["cancelOrder", "processing", CANCEL, uncancellable("processing")],
    ["cancelOrder", "return_requested", CANCEL, uncancellable("return requested")],
    [
      "cancelOrder",
      "modified",
      CANCEL,
      rule(
        "items_modified",
        "Its items were changed, and an order whose items were changed cannot be cancelled.",
      ),
    ],

    [
      "changeOrderAddress",
      "shipped",
      MOVE,
      rule(
        "not_pending",
        "Only the address of a pending order can be changed; this one is shipped.",
      ),
    ],

    ["changeOrderItems", "shipped", toRed, unchangeable("shipped")],
    ["changeOrderItems", "modified", toRed, MODIFIED],
    [
      "changeOrderItems",
      "new",
      swap("card", to("red", "blue")),
      badItem("red is not in this order."),
    ],
    [
      "changeOrderItems",
      "new",
      swap("card", to("blue", "red"), to("blue", "red")),
      badItem("blue was bought once, and is named more often."),
    ],
    [
      "changeOrderItems",
      "three-pens",
      swap("card", ...Array(4).fill(to("pen", "quill"))),
      badItem("pen was bought 3 times, and is named more often."),
    ],
    [
      "changeOrderItems",
      "new",
      swap("card", to("blue", "blue")),
      badItem("blue would be replaced by itself."),
    ],
    [
      "changeOrderItems",
      "new",
      swap("card", to("blue", "quill")),
      badItem("quill is not an item of the same product as blue."),
    ],
    [
      "changeOrderItems",
      "new",
      swap("card", to("blue", "none")),
      badItem("none is not an item of the same product as blue."),
    ],
    ["changeOrderItems", "new", swap("card", to("blue", "gold")), UNAVAILABLE],
    ["changeOrderItems", "new", swap("bens", to("blue", "gold"), to("none", "red")), UNAVAILABLE],
    ["changeOrderItems", "new", swap("bens", to("blue", "red")), NOT_ANNS],
    ["changeOrderItems", "new", swap("empty", to("blue", "red")), tooPoor("empty", "0.00", "2.50")],
    [
      "changeOrderItems",
      "new",
      swap("gift", to("blue", "red"), to("pen", "quill")),
      tooPoor("gift", "13.30", "299.20"),
    ],

    ["changeOrderPayment", "cancelled", PAY_BY("gift"), unchangeable("cancelled")],
    ["changeOrderPayment", "modified", PAY_BY("gift"), MODIFIED],
    ["changeOrderPayment", "in-parts", PAY_BY("bens"), NOT_SINGLE],
    ["changeOrderPayment", "only-refunded", PAY_BY("gift"), NOT_SINGLE],
    ["changeOrderPayment", "new", PAY_BY("bens"), NOT_ANNS],
    ["changeOrderPayment", "new", PAY_BY("card"), badMethod("card pays for this order already.")],
    ["changeOrderPayment", "a-cent-more", PAY_BY("gift"), tooPoor("gift", "13.30", "13.31")],

    ["returnItems", "new", back("card", "blue"), unreturnable("pending", "not_delivered")],
    [
      "returnItems",
      "return_requested",
      back("card", "blue"),
      unreturnable("return requested", "already_returned"),
    ],
    [
      "returnItems",
      "exchange_requested",
      back("card", "blue"),
      unreturnable("exchange requested", "already_exchanged"),
    ],
    ["returnItems", "delivered", back("card", "red"), badItem("red is not in this order.")],
    [
      "returnItems",
      "two-blue",
      back("card", "blue", "blue", "pen", "blue"),
      badItem("blue was bought twice, and is named more often."),
    ],
    ["returnItems", "delivered", back("paypal", "blue"), NOT_REFUNDABLE],
    ["returnItems", "delivered", back("bens", "blue"), NOT_REFUNDABLE],
    ["returnItems", "later-paypal", back("card", "blue"), NOT_REFUNDABLE],
    ["returnItems", "unpaid", back("card", "blue"), NOT_REFUNDABLE],

    ["exchangeItems", "shipped", toRed, unreturnable("shipped", "not_delivered")],
    [
      "exchangeItems",
      "return_requested",
      toRed,
      unreturnable("return requested", "already_returned"),
    ],
    [
      "exchangeItems",
      "exchange_requested",
      toRed,
      unreturnable("exchange requested", "already_exchanged"),
    ],
    [
      "exchangeItems",
      "two-blue",
      swap("card", ...Array(3).fill(to("blue", "red"))),
      badItem("blue was bought twice, and is named more often."),
    ],
    ["exchangeItems", "delivered", swap("card", to("blue", "gold")), UNAVAILABLE],
    ["exchangeItems", "delivered", swap("bens", to("blue", "red")), NOT_ANNS],
    [
      "exchangeItems",
      "delivered",
      swap("empty", to("blue", "red")),
      tooPoor("empty", "0.00", "2.50"),
    ],

    [
      "contactSupport",
      "",
      { subject: "s", message: "m", order_id: "bens" },
      { order_id: ["No Order matches the given query."] },
    ],
  ])("%s of %s with %j changes nothing", async (name, id, body, refusal) => {
    const { send, world } = openShop();
    const answer = await send(line(name, id), { body });
    expect([answer.status, answer.text]).toEqual([
      "code" in refusal ? 409 : 400,
      JSON.stringify(refusal),
    ]);
    expect(world()).toStrictEqual(little);
  });

  test.each(["new", "modified", "shipped", "return_requested", "delivered"])(
    "is forbidden by what the order %s says of itself",
    async (id) => {
      const { send } = openShop();
      const { body: order } = await send(line("order", id));
      const writes: [ruling: string, write: keyof typeof endpoints, body: object][] = [
        ["can_cancel", "cancelOrder", CANCEL],
        ["can_change", "changeOrderItems", toRed],
        ["can_change", "changeOrderPayment", PAY_BY("paypal")],
        ["can_change_address", "changeOrderAddress", MOVE],
        ["can_return", "returnItems", back("card", "blue")],
        ["can_return", "exchangeItems", toRed],
      ];
      for (const [ruling, write, body] of writes) {
        const { status, body: answer } = await openShop().send(line(write, id), { body });
        expect([write, status]).toEqual([write, order[ruling].allowed ? 200 : 409]);
        if (status === 409) expect(answer.detail).toBe(order[ruling].reason);
        else expect(order[ruling].reason).toMatch(/ can be /);
      }
    },
  );
});

describe("a write that the rules allow", () => {
  /** What is different about the order, and which gift cards of Ann's have another balance, afterwards. */
  type Effect = [order: object, balances?: Record<string, string>];
  const CANCELLED = { status: "cancelled", cancel_reason: "ordered_by_mistake" };
  const changed = (...items: object[]) => ({ items, items_modified: true });
  const returned = (payment_method_id: string, ...item_ids: string[]) => {
    return { status: "return_requested", return: { item_ids, payment_method_id } };
  };
  const exchanged = (payment_method_id: string, price_difference: string, ...pairs: string[][]) => {
    const [item_ids, new_item_ids] = [pairs.map(([old]) => old), pairs.map(([, next]) => next)];
    const exchange = { item_ids, new_item_ids, payment_method_id, price_difference };
    return { status: "exchange_requested", exchange };
  };
  const [RED, GREY, SAME] = [mug("red", "12.50"), mug("grey", "9.99"), mug("same", "10.00")];

  test.each<[keyof typeof endpoints, string, object, ...Effect]>([
    ["cancelOrder", "new", CANCEL, { ...CANCELLED, payments: [paid("13.30"), refunded("13.30")] }],
    [
      "cancelOrder",
      "in-parts",
      { reason: "no_longer_needed" },
      {
        status: "cancelled",
        cancel_reason: "no_longer_needed",
        payments: [...IN_PARTS, refunded("0.30", "gift"), refunded("7.50", "lost")],
      },
      { gift: "13.60" },
    ],
    ["cancelOrder", "only-refunded", CANCEL, CANCELLED],

    ["changeOrderAddress", "new", MOVE, MOVE],
    ["changeOrderAddress", "modified", MOVE, MOVE],

    [
      "changeOrderItems",
      "new",
      swap("paypal", to("blue", "red")),
      { ...changed(RED, PEN), payments: [paid("13.30"), paid("2.50", "paypal")] },
    ],
    [
      "changeOrderItems",
      "new",
      swap("empty", to("blue", "grey")),
      { ...changed(GREY, PEN), payments: [paid("13.30"), refunded("0.01", "empty")] },
      { empty: "0.01" },
    ],
    [
      "changeOrderItems",
      "on-gift-card",
      swap("gift", to("blue", "red")),
      { ...changed(RED, PEN), payments: [paid("13.30", "gift"), paid("2.50", "gift")] },
      { gift: "10.80" },
    ],
    ["changeOrderItems", "new", swap("empty", to("blue", "same")), changed(SAME, PEN)],

    [
      "changeOrderPayment",
      "new",
      PAY_BY("gift"),
      { payments: [paid("13.30"), paid("13.30", "gift"), refunded("13.30")] },
      { gift: "0.00" },
    ],
    [
      "changeOrderPayment",
      "on-gift-card",
      PAY_BY("paypal"),
      { payments: [paid("13.30", "gift"), paid("13.30", "paypal"), refunded("13.30", "gift")] },
      { gift: "26.60" },
    ],

    [
      "returnItems",
      "two-blue",
      back("card", "pen", "blue", "blue"),
      returned("card", "pen", "blue", "blue"),
    ],
    ["returnItems", "two-blue", back("empty", "blue"), returned("empty", "blue")],
    ["returnItems", "on-a-lost-card", back("lost", "blue"), returned("lost", "blue")],
    ["returnItems", "later-paypal", back("paypal", "blue"), returned("paypal", "blue")],
    ["returnItems", "unpaid", back("gift", "blue"), returned("gift", "blue")],

    [
      "exchangeItems",
      "two-blue",
      swap("gift", to("blue", "red"), to("blue", "grey")),
      exchanged("gift", "4.49", ["blue", "red"], ["blue", "grey"]),
    ],
    [
      "exchangeItems",
      "two-blue",
      swap("card", to("blue", "same")),
      exchanged("card", "0.00", ["blue", "same"]),
    ],
    [
      "exchangeItems",
      "two-blue",
      swap("empty", to("blue", "grey")),
      exchanged("empty", "-0.01", ["blue", "grey"]),
    ],
  ])("%s of %s with %j", async (name, id, body, order, balances = {}) => {
    const expected = structuredClone(little);
    const changed = expected.orders.find(({ order_id }) => order_id === id);
    Object.assign(changed ?? {}, order, { updated_at: NOW });
    for (const method of expected.customers[0]?.payment_methods ?? [])
      method.balance = balances[method.payment_method_id] ?? method.balance;

    for (const by of ["ann", "sam"]) {
      const { send, world } = openShop();
      const answer = await send(line(name, id), { body, by });
      expect([answer.status, answer.headers.get("Allow")]).toEqual([
        200,
        `${endpoints[name].method}, OPTIONS`,
      ]);
      expect(world()).toStrictEqual(readWorld(expected));
      expect((await send(line("order", id), { by })).text).toBe(answer.text);
    }
  });

  test.each<[keyof typeof endpoints, string, object, string, string]>([
    ["cancelOrder", "pending", CANCEL, "cancelled", "Cancelled: ordered by mistake."],
    [
      "cancelOrder",
      "pending",
      { reason: "no_longer_needed" },
      "cancelled",
      "Cancelled: no longer needed.",
    ],
    ["changeOrderAddress", "pending", MOVE, "pending", "Address changed."],
    ["changeOrderItems", "pending", swap("card", to("blue", "red")), "pending", "Items changed."],
    ["changeOrderPayment", "pending", PAY_BY("gift"), "pending", "Payment method changed."],
    ["returnItems", "delivered", back("card", "blue"), "return_requested", "Return requested."],
    [
      "exchangeItems",
      "delivered",
      swap("card", to("blue", "red")),
      "exchange_requested",
      "Exchange requested.",
    ],
  ])(
    "%s is noted in the timeline of an order that has one",
    async (name, before, body, status, note) => {
      const timeline = [{ at: BOUGHT.placed_at, status: before }];
      const order = { order_id: "1", ...BOUGHT, status: before, timeline };
      const { send, world } = openShop(readWorld({ ...little, orders: [order] }));
      await send(line(name, "1"), { body });
      expect(world().orders).toMatchObject([
        { timeline: [...timeline, { at: NOW, status, note }] },
      ]);
    },
  );

  test("to items twice bought changes the first, and both at their own prices", async () => {
    const order = { order_id: "1", ...BOUGHT, items: [PEN, BLUE, PEN, CHEAP_BLUE] };
    const { send, world } = openShop(readWorld({ ...little, orders: [order] }));
    await send(line("changeOrderItems", "1"), {
      body: swap("card", to("blue", "red"), to("blue", "grey")),
    });
    expect(world().orders[0]).toMatchObject({
      items: [PEN, RED, PEN, GREY],
      payments: [paid("13.30"), paid("4.49")],
    });
  });

  test("to a customer's address leaves the orders theirs", async () => {
    for (const [by, id] of [
      ["ann", "me"],
      ["ann", "ann"],
      ["sam", "ann"],
    ] as const) {
      const { send, world } = openShop();
      const { status, text } = await send(line("changeCustomerAddress", id), { body: MOVE, by });
      expect([status, text]).toEqual([200, (await send(line("customer", id), { by })).text]);
      const [ann, ...others] = little.customers;
      expect(world()).toStrictEqual(
        readWorld({ ...little, customers: [{ ...ann, ...MOVE }, ...others] }),
      );
    }
  });

  test("to support is numbered above the highest", async () => {
    const { send, world } = openShop();
    const about = { subject: " Broken ", message: "Two\nlines ", order_id: "new" };
    const { order_id, ...plain } = about;
    const first = await send(line("contactSupport", ""), { body: about });
    const second = await send(line("contactSupport", ""), { body: plain, by: "sam" });
    const told = { subject: "Broken", message: "Two\nlines" };
    const [annsOwn, sams] = [
      { request_id: "request-1", customer_id: "ann", ...told },
      { request_id: "request-2", customer_id: "sam", ...told },
    ];
    expect([first.status, first.text]).toEqual([201, JSON.stringify({ ...annsOwn, order_id })]);
    expect([second.status, second.text]).toEqual([
      201,
      JSON.stringify({ ...sams, order_id: null }),
    ]);
    const requests = [{ ...annsOwn, order_id }, sams];
    expect(world()).toStrictEqual(readWorld({ ...little, support_requests: requests }));

    const taken = ["request-9", "request-10", "Request-99", "request-x"].map((request_id) => {
      return { request_id, customer_id: "ben", ...told };
    });
    const busy = openShop(readWorld({ ...little, support_requests: taken }));
    const { body } = await busy.send(line("contactSupport", ""), {
      body: { ...about, order_id: null },
    });
    expect(body).toEqual({ request_id: "request-11", customer_id: "ann", ...told, order_id: null });
  });
});

describe("a write sent again", () => {
  const HOUR = 60 * 60 * 1000;
  const later = (ms: number) => new Date(Date.parse(NOW) + ms);
  const contact = line("contactSupport", "");
  const body = { subject: "s", message: "m" };
  const REUSED = JSON.stringify({
    detail: "This Idempotency-Key was used for another request.",
    code: "idempotency_key_reused",
  });

  test("under its key gets the first answer, and changes nothing", async () => {
    const { send, world, clock } = openShop();
    const first = await send(line("cancelOrder", "new"), { body: CANCEL, key: "k" });
    const after = world();
    clock.now = later(24 * HOUR);
    const again = await send(line("cancelOrder", "new"), { body: CANCEL, key: "k" });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(world()).toStrictEqual(after);
    expect((await send(line("cancelOrder", "new"), { body: CANCEL })).body.code).toBe(
      "not_pending",
    );
  });

  test("gets the first answer although the shop has moved on", async () => {
    const { send } = openShop();
    const first = await send(line("changeOrderAddress", "new"), { body: MOVE, key: "k" });
    await send(line("cancelOrder", "new"), { body: CANCEL });
    const again = await send(line("changeOrderAddress", "new"), { body: MOVE, key: "k" });
    expect([again.status, again.text]).toEqual([200, first.text]);
  });

  test.each<[string, string, object | string]>([
    ["in another order of its keys", contact, '{"message": "m",\n"subject":"\\u0073"}'],
    ["with another query", `${contact}?x=1`, body],
  ])("is the same %s", async (_, sameLine, sameBody) => {
    const { send } = openShop();
    const first = await send(contact, { body, key: "k" });
    expect((await send(sameLine, { body: sameBody, key: "k" })).text).toBe(first.text);
  });

  const numbered = (number: string) => JSON.stringify(MOVE).replace('"9000"', number);
  test.each<[string, string, object | string]>([
    ["body", line("changeOrderAddress", "new"), MOVE],
    ["number", line("changeOrderAddress", "new"), numbered("9000.0")],
    ["order", line("changeOrderAddress", "modified"), numbered("9000")],
    ["endpoint", line("changeCustomerAddress", "me"), numbered("9000")],
  ])("with another %s under its key is refused", async (_, otherLine, otherBody) => {
    const { send, world } = openShop();
    const key = "k";
    await send(line("changeOrderAddress", "new"), { body: numbered("9000"), key });
    const after = world();
    const { status, text } = await send(otherLine, { body: otherBody, key });
    expect([status, text]).toEqual([409, REUSED]);
    expect(world()).toStrictEqual(after);
  });

  test("more than 24 hours later is another write", async () => {
    const { send, clock, world } = openShop();
    await send(contact, { body, key: "k" });
    await send(contact, { body, key: "late" });
    clock.now = later(24 * HOUR + 1);
    expect((await send(contact, { body, key: "k" })).body.request_id).toBe("request-3");
    expect((await send(contact, { body, key: "k" })).body.request_id).toBe("request-3");
    clock.now = later(0); // the clock was put back: what was forgotten stays forgotten
    expect((await send(contact, { body, key: "late" })).body.request_id).toBe("request-4");
    expect(world().support_requests).toHaveLength(4);
  });

  test("gets the first status", async () => {
    const { send } = openShop();
    for (const _ of "12") expect((await send(contact, { body, key: "k" })).status).toBe(201);
  });

  test("by somebody else has a key of its own", async () => {
    const { send, world } = openShop();
    for (const by of ["ann", "ben", "sam"])
      expect((await send(contact, { by, body, key: "k" })).body.customer_id).toBe(by);
    expect(world().support_requests).toHaveLength(3);
  });

  test("after a refusal is looked at afresh", async () => {
    const { send, world } = openShop();
    const order_id = "delivered";
    expect((await send(line("cancelOrder", order_id), { body: CANCEL, key: "k" })).status).toBe(
      409,
    );
    expect((await send(contact, { body: {}, key: "k" })).status).toBe(400);
    expect((await send(contact, { body, key: "k" })).status).toBe(201);
    expect(world().support_requests).toHaveLength(1);
  });

  test("at the same time gets the first's answer", async () => {
    const { send, world } = openShop();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send(contact, { body, key: "k" })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(world().support_requests).toHaveLength(1);
  });
});

describe("the body of a write", () => {
  const required = ["This field is required."];
  const blank = ["This field may not be blank."];
  const isNull = ["This field may not be null."];
  const noString = ["Not a valid string."];
  const tooLong = (max: number) => [`Ensure this field has no more than ${max} characters.`];
  const asWhole = (sentence: string) => ({ non_field_errors: [sentence] });
  const noDict = (type: string) => asWhole(`Invalid data. Expected a dictionary, but got ${type}.`);
  const noList = (type: string) => asWhole(`Expected a list of items but got type "${type}".`);
  const noReason = (reason: string) => ({ reason: [`"${reason}" is not a valid choice.`] });
  const inItem = (problem: object) => ({ items: { 0: problem }, payment_method_id: required });

  test.each<[keyof typeof endpoints, string, object]>([
    ["cancelOrder", "", { reason: required }],
    ["cancelOrder", "null", asWhole("No data provided")],
    ["cancelOrder", "[]", noDict("list")],
    ["cancelOrder", '"x"', noDict("str")],
    ["cancelOrder", "1", noDict("int")],
    ["cancelOrder", "1e2", noDict("float")],
    ["cancelOrder", "true", noDict("bool")],
    ["cancelOrder", '{"reason": null}', { reason: isNull }],
    ["cancelOrder", '{"reason": ""}', noReason("")],
    ["cancelOrder", '{"reason": " no_longer_needed"}', noReason(" no_longer_needed")],
    ["cancelOrder", '{"reason": -0}', noReason("0")],
    ["cancelOrder", '{"reason": 10000000000000000000001}', noReason("10000000000000000000001")],
    ["cancelOrder", '{"reason": 1E16}', noReason("1e+16")],
    ["cancelOrder", '{"reason": 123456789012345.0}', noReason("123456789012345.0")],
    ["cancelOrder", '{"reason": 0.00001}', noReason("1e-05")],
    ["cancelOrder", '{"reason": -0.0}', noReason("-0.0")],
    ["cancelOrder", '{"reason": -1e999}', noReason("-inf")],
    [
      "cancelOrder",
      '{"reason": {"a": [null, true, 1.50, "it\'s", "\\"\'", "\\n\\u0000\\u200b\\\\", false]}}',
      noReason(`{'a': [None, True, 1.5, "it's", '"\\'', '\\n\\x00\\u200b\\\\', False]}`),
    ],

    ["changeOrderAddress", "{}", { address: required }],
    ["changeOrderAddress", '{"address": null}', { address: isNull }],
    ["changeOrderAddress", '{"address": "x"}', { address: noDict("str") }],
    [
      "changeOrderAddress",
      '{"address": {}}',
      { address: { line1: required, city: required, postcode: required, country: required } },
    ],
    [
      "changeCustomerAddress",
      '{"address": {"line1": " ", "line2": null, "city": true, "state": [], "postcode": {}, "country": null}}',
      {
        address: {
          line1: blank,
          line2: isNull,
          city: noString,
          state: noString,
          postcode: noString,
          country: isNull,
        },
      },
    ],
    [
      "changeOrderAddress",
      JSON.stringify({
        address: {
          ...HOME,
          line1: "é".repeat(201),
          state: "\0",
          city: `\ud800${"x".repeat(200)}\0`,
        },
      }),
      {
        address: {
          line1: tooLong(200),
          city: [
            ...tooLong(200),
            "Null characters are not allowed.",
            "Surrogate characters are not allowed: U+D800.",
          ],
          state: ["Null characters are not allowed."],
        },
      },
    ],

    ["changeOrderItems", "{}", { items: required, payment_method_id: required }],
    [
      "changeOrderItems",
      '{"items": null, "payment_method_id": null}',
      { items: isNull, payment_method_id: isNull },
    ],
    ["changeOrderItems", '{"items": {}}', { items: noList("dict"), payment_method_id: required }],
    [
      "returnItems",
      '{"items": []}',
      { items: asWhole("This list may not be empty."), payment_method_id: required },
    ],
    [
      "exchangeItems",
      JSON.stringify(swap("card", ...Array(101).fill(1))),
      { items: asWhole("Ensure this field has no more than 100 elements.") },
    ],
    [
      "changeOrderItems",
      '{"items": [{"item_id": "a", "new_item_id": "b"}, {"item_id": "a"}, null, 7, {"item_id": "b", "new_item_id": "a"}], "payment_method_id": "x"}',
      { items: { 1: { new_item_id: required }, 2: isNull, 3: noDict("int") } },
    ],
    [
      "returnItems",
      JSON.stringify({ items: [{ item_id: "x".repeat(65) }] }),
      inItem({ item_id: tooLong(64) }),
    ],

    ["contactSupport", "{}", { subject: required, message: required }],
    [
      "contactSupport",
      JSON.stringify({ subject: "x".repeat(201), message: "x".repeat(4001), order_id: "" }),
      { subject: tooLong(200), message: tooLong(4000), order_id: blank },
    ],
  ])("of %s that is %s is refused field by field", async (name, body, refusal) => {
    const { send, world } = openShop();
    const id =
      { returnItems: "delivered", exchangeItems: "delivered", changeCustomerAddress: "me" }[
        name as string
      ] ?? "new";
    const answer = await send(line(name, id), { body });
    expect([answer.status, answer.text]).toEqual([400, JSON.stringify(refusal)]);
    expect(world()).toStrictEqual(little);
  });

  test("is trimmed, may hold numbers and what nobody knows, and may leave out what is optional", async () => {
    const { send, world } = openShop();
    const body =
      '{"address": {"line1": " \\u00a0é ", "city": 7, "postcode": 9000.0, "country": "\\ud83d\\ude00", "planet": 1}}';
    expect((await send(line("changeCustomerAddress", "me"), { body })).status).toBe(200);
    expect(JSON.stringify(world().customers[0]?.address)).toBe(
      '{"line1":"é","line2":"","city":"7","state":"","postcode":"9000.0","country":"😀"}',
    );
  });

  test("may be as long as it may", async () => {
    const { send } = openShop();
    const body = { subject: "é".repeat(200), message: "😀".repeat(4000) };
    expect((await send(line("contactSupport", ""), { body })).status).toBe(201);
    const many = readWorld({
      ...little,
      orders: [{ order_id: "1", ...BOUGHT, items: Array(100).fill(PEN) }],
    });
    const items = Array(100).fill(to("pen", "quill"));
    expect(
      (await openShop(many).send(line("changeOrderItems", "1"), { body: swap("card", ...items) }))
        .status,
    ).toBe(200);
  });
});

describe("a write is checked", () => {
  const path = "/api/orders/new/cancel/";
  const KEY = {
    detail: "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.",
    code: "idempotency_key_required",
  };
  const NOT_JSON = { "Content-Type": "text/plain; charset=utf-8" };
  const GARBAGE = '{"reason"';
  const steps: [what: string, line: string, sent: Sent, status: number, body: object][] = [
    [
      "token",
      `PUT ${path}`,
      { by: "nobody", key: "", headers: NOT_JSON, body: GARBAGE },
      401,
      { detail: "Invalid token." },
    ],
    [
      "method",
      `PUT ${path}`,
      { key: "", headers: NOT_JSON, body: GARBAGE },
      405,
      { detail: 'Method "PUT" not allowed.' },
    ],
    ["key", `POST ${path}`, { key: "", headers: NOT_JSON, body: GARBAGE }, 400, KEY],
    [
      "content type",
      `POST ${path}`,
      { headers: NOT_JSON, body: GARBAGE },
      415,
      { detail: 'Unsupported media type "text/plain; charset=utf-8" in request.' },
    ],
    [
      "JSON",
      `POST ${path}`,
      { body: GARBAGE },
      400,
      { detail: expect.stringMatching(/^JSON parse error - ./) },
    ],
    [
      "owner",
      "POST /api/orders/bens/cancel/",
      { body: {} },
      404,
      { detail: "No Order matches the given query." },
    ],
    [
      "customer",
      "PATCH /api/customers/ben/address/",
      { body: {} },
      404,
      { detail: "No Customer matches the given query." },
    ],
    [
      "body",
      "POST /api/orders/shipped/cancel/",
      { body: {} },
      400,
      { reason: ["This field is required."] },
    ],
  ];
  test.each(steps)("for its %s in turn", async (_, line, sent, status, body) => {
    const { send, world } = openShop();
    const answer = await send(line, sent);
    expect([answer.status, answer.body]).toEqual([status, body]);
    expect(world()).toStrictEqual(little);
  });

  test("for its key before its order and its body", async () => {
    const { send } = openShop();
    await send("POST /api/support/requests/", { body: { subject: "s", message: "m" }, key: "k" });
    for (const path of ["orders/bens/cancel/", "orders/new/cancel/"])
      expect((await send(`POST /api/${path}`, { body: { reason: 1 }, key: "k" })).body.code).toBe(
        "idempotency_key_reused",
      );
  });

  test.each(["x", "~!".repeat(127), "x".repeat(255)])("for a key such as %s", async (key) => {
    expect((await openShop().send(`POST ${path}`, { key, body: CANCEL })).status).toBe(200);
  });
  test.each(["", "a b", "x".repeat(256), "é", "a\tb"])(
    "for a key that is none: %j",
    async (key) => {
      expect((await openShop().send(`POST ${path}`, { key, body: CANCEL })).body).toEqual(KEY);
    },
  );

  test.each(["application/json", "Application/JSON ; charset=utf-8", "application/*", "*/*"])(
    "as JSON when it says %s",
    async (type) => {
      const sent = { headers: { "Content-Type": type }, body: CANCEL };
      expect((await openShop().send(`POST ${path}`, sent)).status).toBe(200);
    },
  );
  test.each([
    "",
    "application/jsonx",
    "text/json",
    "application",
    "application/x-www-form-urlencoded",
  ])("as no JSON when it says %j", async (type) => {
    const sent = { headers: { "Content-Type": type }, body: CANCEL };
    expect((await openShop().send(`POST ${path}`, sent)).status).toBe(415);
  });
  test.each(["NaN", '{"reason": Infinity}', "\ufeff{}", "{'a': 1}", " ", "01"])(
    "as JSON, which %j is not",
    async (body) => {
      expect((await openShop().send(`POST ${path}`, { body })).body.detail).toMatch(
        /^JSON parse error - /,
      );
    },
  );
});

describe("the shop", () => {
  test("has a handler for every endpoint", () => {
    const paths = createHandlers(createShop(seed)).map(({ info }) => String(info.path));
    const templates = Object.values(endpoints).map(({ path }) => path.template);
    expect(paths.map((path) => path.replace(/:(\w+)/g, "{$1}")).toSorted()).toEqual(
      templates.toSorted(),
    );
  });

  test("gives its world back over HTTP", async () => {
    expect((await ask("/__world/")).body).toEqual(seed);
  });

  test("played inside the process notes what no handler knows", async () => {
    const network = playShop("https://shop.example", createHandlers(createShop(seed)));
    await network.start();
    try {
      expect((await fetch("https://shop.example/api/shop/")).status).toBe(200);
      expect(network.unhandled).toEqual([]);
      const strays = ["https://shop.example/api/nothing/", "https://elsewhere.example/api/shop/"];
      for (const stray of strays) await expect(fetch(stray)).rejects.toThrow();
      expect(network.unhandled).toEqual(strays.map((stray) => `GET ${stray}`));
    } finally {
      await network.stop();
    }
  });

  const program = new URL("../scripts/shop.ts", import.meta.url).pathname;
  test.each([
    ["--wordl", [], /'--wordl'.*Usage/],
    ["--port", ["http"], /--port http is no port/],
    ["--clock", ["noon"], /--clock noon is no instant/],
    ["--port", [new URL(shop.url).port], /cannot be used/],
    ["--world", ["/nowhere.json"], /\/nowhere\.json cannot be read/],
    ["--world", [program], /is not JSON/],
    [
      "--world",
      [new URL("../package.json", import.meta.url).pathname],
      /is no world\. Mend currency: /,
    ],
  ])("does not start with %s %j, and says so in one line", (flag, values, line) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync([
      process.execPath,
      program,
      flag,
      ...values,
    ]);
    expect([exitCode, stdout.toString()]).toEqual([2, ""]);
    expect(stderr.toString()).toMatch(/^shop: .+\n$/);
    expect(stderr.toString()).toMatch(line);
  });
});
