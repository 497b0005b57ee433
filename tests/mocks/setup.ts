/** What the tests of the mock share: a small world of their own, requests to it, and what they expect of a write. @module */
import { afterAll, expect } from "bun:test";
import { getResponse } from "msw";
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { readWorld, seed, type World } from "../../mocks/world.ts";
import { serveShop } from "../../scripts/shop.ts";
import { endpoints } from "../../server.ts";

export const MIA = "Token demo-mia";
export const STAFF = `Token ${seed.customers.find(({ staff }) => staff)?.token}`;

/** Serves the seed world on a free port until the tests of the calling file have run. */
export function serveSeed() {
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

export const NOW = "2026-11-22T09:00:00Z";
export const HOME = {
  line1: "1 Low Road",
  line2: "",
  city: "Gent",
  state: "",
  postcode: "9000",
  country: "BE",
};
export const ELSEWHERE = { ...HOME, line1: "2 High Road", line2: "upstairs", state: "East" };

export const MUG = { product_id: "mug", name: "Mug" };
export const mug = (item_id: string, price: string) => {
  return { item_id, ...MUG, options: { color: item_id }, price };
};
export const [BLUE, CHEAP_BLUE] = [mug("blue", "10.00"), mug("blue", "8.00")]; // which is 11.00 now
export const PEN = { item_id: "pen", product_id: "pen", name: "Pen", options: {}, price: "3.30" };
export const paid = (amount: string, payment_method_id = "card") => {
  return { kind: "payment", amount, payment_method_id };
};
export const refunded = (amount: string, payment_method_id = "card") => {
  return { kind: "refund", amount, payment_method_id };
};

export const onSale = (item_id: string, price: string, available = true) => {
  return { item_id, options: { color: item_id }, price, available };
};
export const plain = { description: "", category: "", images: [] };
export const person = (customer_id: string, payment_methods: object[], more: object = {}) => {
  const names = { first_name: customer_id, last_name: "", email: `${customer_id}@post.example` };
  return { customer_id, token: customer_id, ...names, address: HOME, payment_methods, ...more };
};
export const BOUGHT = {
  customer_id: "ann",
  status: "pending",
  placed_at: "2026-11-20T08:00:00Z",
  address: HOME,
  items: [BLUE, PEN],
  payments: [paid("13.30")],
  shipments: [],
};
export const DELIVERED = { ...BOUGHT, status: "delivered" };
export const IN_PARTS = [
  refunded("1.50", "lost"),
  paid("4.00"),
  refunded("4.00"),
  paid("0.10", "gift"),
  paid("9.00", "lost"),
  paid("0.20", "gift"),
];
export const LATER_PAYPAL = [
  paid("4.00"),
  refunded("4.00"),
  paid("9.00", "paypal"),
  refunded("1.00", "paypal"),
];

/** A small shop, where each order is named by what is particular about it. */
export const little = readWorld({
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

export interface Sent {
  by?: string;
  key?: string;
  /** Text goes out as it is, all else as JSON. */
  body?: object | string;
  headers?: Record<string, string>;
}
/** A shop whose clock stands still until it is moved. A request has a key of its own unless it brings one. */
export function openShop(world: World = little) {
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
export function line(name: keyof typeof endpoints, id: string): string {
  const { method, path } = endpoints[name];
  return `${method} ${path.fill({ order_id: id, customer_id: id })}`;
}
export const CANCEL = { reason: "ordered_by_mistake" };
export const MOVE = { address: ELSEWHERE };
export const PAY_BY = (payment_method_id: string) => ({ payment_method_id });
export const to = (item_id: string, new_item_id: string) => ({ item_id, new_item_id });
export const swap = (payment_method_id: string, ...items: object[]) => ({
  items,
  payment_method_id,
});
export const back = (payment_method_id: string, ...item_ids: string[]) => {
  return { items: item_ids.map((item_id) => ({ item_id })), payment_method_id };
};

export const rule = (code: string, detail: string) => ({ detail, code });
export const unchangeable = (status: string) =>
  rule("not_pending", `Only a pending order can be changed; this one is ${status}.`);
export const unreturnable = (status: string, code: string) =>
  rule(code, `Only a delivered order can be returned or exchanged; this one is ${status}.`);
export const MODIFIED = rule(
  "items_modified",
  "Its items were changed once already; only its address can still be changed.",
);
export const UNAVAILABLE = rule("item_unavailable", "Item gold is not available.");
export const tooPoor = (card: string, has: string, needed: string) =>
  rule("gift_card_balance", `Gift card ${card} has ${has} EUR, and ${needed} EUR are needed.`);

export const badItem = (sentence: string) => ({ items: [`Item ${sentence}`] });
export const badMethod = (sentence: string) => ({ payment_method_id: [sentence] });
export const NOT_ANNS = badMethod("bens is not a payment method of this customer.");
export const toRed = swap("card", to("blue", "red"));

/** A write that is refused with this body, and after which the world is as it was before. */
export type RefusedWrite = [
  name: keyof typeof endpoints,
  id: string,
  body: object,
  refusal: object,
];
export async function expectRefusal(...[name, id, body, refusal]: RefusedWrite) {
  const { send, world } = openShop();
  const answer = await send(line(name, id), { body });
  expect([answer.status, answer.text]).toEqual([
    "code" in refusal ? 409 : 400,
    JSON.stringify(refusal),
  ]);
  expect(world()).toStrictEqual(little);
}

/** What is different about the order, and which gift cards of Ann's have another balance, afterwards. */
export type Effect = [order: object, balances?: Record<string, string>];
export type AllowedWrite = [name: keyof typeof endpoints, id: string, body: object, ...Effect];
export async function expectEffect(...[name, id, body, order, balances = {}]: AllowedWrite) {
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
}

/** A write to an order with a timeline: its status before, the body, its status afterwards, and the entry's note. */
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
  const { send, world } = openShop(readWorld({ ...little, orders: [order] }));
  await send(line(name, "1"), { body });
  expect(world().orders).toMatchObject([{ timeline: [...timeline, { at: NOW, status, note }] }]);
}
