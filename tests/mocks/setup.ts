/**
 * What the tests of the mock share: `serveSeedWorld` for reads over HTTP, `createTestShop` with the small world of
 * its own for writes, the bodies and refusals of writes, and the assertions that tables of writes are checked with.
 *
 * @module
 */
import { afterAll, expect } from "bun:test";
import { getResponse } from "msw";
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { readWorld, seed, type World } from "../../mocks/world.ts";
import { serveShop } from "../../scripts/shop.ts";
import { endpoints } from "../../shop/contract.ts";

/** The smallest world, and one with a changed order of the seed world. */
export const bareWorld = { currency: "EUR", products: [], customers: [], orders: [] };
export const worldWithOrder = (changes: object) => ({
  ...bareWorld,
  customers: seed.customers,
  orders: [{ ...seed.orders[0], ...changes }],
});

export const MIA = "Token demo-mia";
export const STAFF = `Token ${seed.customers.find(({ staff }) => staff)?.token}`;

/** Serves the seed world on a free port until all tests of the calling file have run. */
export function serveSeedWorld() {
  const shop = serveShop();
  afterAll(shop.stop);
  async function ask(path: string, authorization?: string, method = "GET") {
    const headers = new Headers(
      authorization === undefined ? {} : { Authorization: authorization },
    );
    const response = await fetch(new URL(path, shop.url), { method, headers });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }
  return { url: shop.url, ask };
}

// ── A small world ───────────────────────────────────────────────────────────────────────────────

export const NOW = "2026-11-22T09:00:00Z";
export const ADDRESS = {
  line1: "1 Low Road",
  line2: "",
  city: "Gent",
  state: "",
  postcode: "9000",
  country: "BE",
};
export const OTHER_ADDRESS = { ...ADDRESS, line1: "2 High Road", line2: "upstairs", state: "East" };

const MUG_PRODUCT = { product_id: "mug", name: "Mug" };
export const mugLine = (item_id: string, price: string) => {
  return { item_id, ...MUG_PRODUCT, options: { color: item_id }, price };
};
export const [BLUE_MUG, CHEAP_BLUE_MUG] = [mugLine("blue", "10.00"), mugLine("blue", "8.00")]; // the item costs 11.00 now
export const PEN = { item_id: "pen", product_id: "pen", name: "Pen", options: {}, price: "3.30" };
export const payment = (amount: string, payment_method_id = "card") => {
  return { kind: "payment", amount, payment_method_id };
};
export const refund = (amount: string, payment_method_id = "card") => {
  return { kind: "refund", amount, payment_method_id };
};

const item = (item_id: string, price: string, available = true) => {
  return { item_id, options: { color: item_id }, price, available };
};
const noDetails = { description: "", category: "", images: [] };
const customer = (customer_id: string, payment_methods: object[], more: object = {}) => {
  const names = { first_name: customer_id, last_name: "", email: `${customer_id}@post.example` };
  return { customer_id, token: customer_id, ...names, address: ADDRESS, payment_methods, ...more };
};
export const BOUGHT = {
  customer_id: "ann",
  status: "pending",
  placed_at: "2026-11-20T08:00:00Z",
  address: ADDRESS,
  items: [BLUE_MUG, PEN],
  payments: [payment("13.30")],
  shipments: [],
};
const DELIVERED = { ...BOUGHT, status: "delivered" };
export const PAID_IN_PARTS = [
  refund("1.50", "lost"),
  payment("4.00"),
  refund("4.00"),
  payment("0.10", "gift"),
  payment("9.00", "lost"),
  payment("0.20", "gift"),
];
export const PAID_AGAIN_BY_PAYPAL = [
  payment("4.00"),
  refund("4.00"),
  payment("9.00", "paypal"),
  refund("1.00", "paypal"),
];

/** A small world, in which the id of an order names what is particular about it. */
export const smallWorld = readWorld({
  currency: "EUR",
  products: [
    {
      ...MUG_PRODUCT,
      ...noDetails,
      items: [
        item("blue", "11.00"),
        item("red", "12.50"),
        item("grey", "9.99"),
        item("same", "10.00"),
        item("gold", "99.00", false),
      ],
    },
    {
      product_id: "pen",
      name: "Pen",
      ...noDetails,
      items: [item("pen", "3.30"), item("quill", "300.00")],
    },
  ],
  customers: [
    customer("ann", [
      { payment_method_id: "card", kind: "credit_card" },
      { payment_method_id: "paypal", kind: "paypal" },
      { payment_method_id: "gift", kind: "gift_card", balance: "13.30" },
      { payment_method_id: "empty", kind: "gift_card" },
    ]),
    customer("ben", [{ payment_method_id: "bens", kind: "gift_card", balance: "500.00" }]),
    customer("sam", [], { staff: true }),
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
    { order_id: "on-gift-card", ...BOUGHT, payments: [payment("13.30", "gift")] },
    { order_id: "a-cent-more", ...BOUGHT, payments: [payment("13.31")] },
    { order_id: "only-refunded", ...BOUGHT, payments: [refund("5.00")] },
    { order_id: "in-parts", ...BOUGHT, payments: PAID_IN_PARTS },
    { order_id: "delivered", ...DELIVERED, timeline: [] },
    { order_id: "two-blue", ...DELIVERED, items: [BLUE_MUG, CHEAP_BLUE_MUG, PEN] },
    { order_id: "on-a-lost-card", ...DELIVERED, payments: [payment("13.30", "lost")] },
    { order_id: "later-paypal", ...DELIVERED, payments: PAID_AGAIN_BY_PAYPAL },
    { order_id: "unpaid", ...DELIVERED, payments: [] },
  ],
});

// ── Requests to it ──────────────────────────────────────────────────────────────────────────────

export interface SentRequest {
  /** Whose token it has. @default "ann" */
  by?: string;
  /** Its Idempotency-Key. @default one of its own */
  key?: string;
  /** A text is sent as it is, an object as JSON. */
  body?: object | string;
  headers?: Record<string, string>;
}
/** A shop in memory, whose clock stands still until a test moves it. */
export function createTestShop(world: World = smallWorld) {
  const clock = { now: new Date(NOW) };
  const shop = createShop(world, { now: () => clock.now });
  const handlers = createHandlers(shop);
  let keys = 0;
  async function send(requestLine: string, { by = "ann", key, body, headers }: SentRequest = {}) {
    const [method, path = ""] = requestLine.split(" ");
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
    if (!response) throw new Error(`no handler for ${requestLine}`);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }
  return { clock, send, world: () => shop.world() };
}

/** The method and path of an endpoint: `POST /api/orders/new/cancel/`. */
export function requestLine(name: keyof typeof endpoints, id: string): string {
  const { method, path } = endpoints[name];
  return `${method} ${path.fill({ order_id: id, customer_id: id })}`;
}
export const CANCEL_BODY = { reason: "ordered_by_mistake" };
export const ADDRESS_BODY = { address: OTHER_ADDRESS };
export const paymentBody = (payment_method_id: string) => ({ payment_method_id });
export const itemSwap = (item_id: string, new_item_id: string) => ({ item_id, new_item_id });
export const itemSwapsBody = (payment_method_id: string, ...items: object[]) => ({
  items,
  payment_method_id,
});
export const returnBody = (payment_method_id: string, ...item_ids: string[]) => {
  return { items: item_ids.map((item_id) => ({ item_id })), payment_method_id };
};

// ── Refusals ────────────────────────────────────────────────────────────────────────────────────

export const ruleViolation = (code: string, detail: string) => ({ detail, code });
export const notChangeable = (status: string) =>
  ruleViolation("not_pending", `Only a pending order can be changed; this one is ${status}.`);
export const notReturnable = (status: string, code: string) =>
  ruleViolation(
    code,
    `Only a delivered order can be returned or exchanged; this one is ${status}.`,
  );
export const MODIFIED = ruleViolation(
  "items_modified",
  "Its items were changed once already; only its address can still be changed.",
);
export const UNAVAILABLE = ruleViolation("item_unavailable", "Item gold is not available.");
export const balanceTooLow = (card: string, has: string, needed: string) =>
  ruleViolation(
    "gift_card_balance",
    `Gift card ${card} has ${has} EUR, and ${needed} EUR are needed.`,
  );

export const KEY_REQUIRED = {
  detail: "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.",
  code: "idempotency_key_required",
};

export const itemError = (sentence: string) => ({ items: [`Item ${sentence}`] });
export const paymentMethodError = (sentence: string) => ({ payment_method_id: [sentence] });
export const NOT_ANNS_METHOD = paymentMethodError("bens is not a payment method of this customer.");
export const blueToRed = itemSwapsBody("card", itemSwap("blue", "red"));

// ── Rows of tables, and what is expected of each ────────────────────────────────────────────────

/** A write that is refused with this body and leaves the world unchanged. */
export type RefusedWrite = [
  name: keyof typeof endpoints,
  id: string,
  body: object,
  refusal: object,
];
export async function expectRefusal(...[name, id, body, refusal]: RefusedWrite) {
  const { send, world } = createTestShop();
  const answer = await send(requestLine(name, id), { body });
  expect([answer.status, answer.text]).toEqual([
    "code" in refusal ? 409 : 400,
    JSON.stringify(refusal),
  ]);
  expect(world()).toStrictEqual(smallWorld);
}

/** What differs afterwards: fields of the order, and balances of Ann's gift cards. */
type Effect = [order: object, balances?: Record<string, string>];
/** A write by the customer or by staff, after which exactly this differs. */
export type AllowedWrite = [name: keyof typeof endpoints, id: string, body: object, ...Effect];
export async function expectEffect(...[name, id, body, order, balances = {}]: AllowedWrite) {
  const expected = structuredClone(smallWorld);
  const changed = expected.orders.find(({ order_id }) => order_id === id);
  Object.assign(changed ?? {}, order, { updated_at: NOW });
  for (const method of expected.customers[0]?.payment_methods ?? [])
    method.balance = balances[method.payment_method_id] ?? method.balance;

  for (const by of ["ann", "sam"]) {
    const { send, world } = createTestShop();
    const answer = await send(requestLine(name, id), { body, by });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([
      200,
      `${endpoints[name].method}, OPTIONS`,
    ]);
    expect(world()).toStrictEqual(readWorld(expected));
    const stored = { ...answer.body, change: null };
    expect((await send(requestLine("order", id), { by })).text).toBe(JSON.stringify(stored));
  }
}

/** A write to an order that has a timeline: its status before and after, and the note of the new entry. */
export type NotedWrite = [
  name: keyof typeof endpoints,
  before: string,
  body: object,
  status: string,
  note: string,
];
export async function expectTimelineEntry(...[name, before, body, status, note]: NotedWrite) {
  const timeline = [{ at: BOUGHT.placed_at, status: before }];
  const order = { order_id: "1", ...BOUGHT, status: before, timeline };
  const { send, world } = createTestShop(readWorld({ ...smallWorld, orders: [order] }));
  await send(requestLine(name, "1"), { body });
  expect(world().orders).toMatchObject([{ timeline: [...timeline, { at: NOW, status, note }] }]);
}
