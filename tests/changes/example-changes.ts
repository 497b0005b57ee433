/**
 * One example call for every tool of the group `changes`. The table is typed by that group: a new changing tool
 * does not compile until it has a row here, and with the row it is held to the same rules as the others.
 */
import { seed } from "../../mocks/world.ts";
import type { groups } from "../../server.ts";
import { finePen, MIA, stubPen } from "./scripted-shop.ts";

export const CANCEL = { order_id: "1054", reason: "no_longer_needed" };
export const OLD_ADDRESS = {
  line1: "Linnégatan 14",
  line2: "lgh 1203",
  city: "Göteborg",
  state: "",
  postcode: "413 04",
  country: "Sweden",
};
export const NEW_ADDRESS = {
  line1: "Strandvägen 1",
  city: "Stockholm",
  postcode: "114 51",
  country: "Sweden",
};
export const CHANGE_ADDRESS = { order_id: "1054", ...NEW_ADDRESS };
export const FINE_TO_STUB = { item_id: finePen.item_id, new_item_id: stubPen.item_id };
export const CHANGE_ITEMS = {
  order_id: "1054",
  items: [FINE_TO_STUB],
  payment_method_id: "mia-visa",
};
export const CHANGE_PAYMENT = { order_id: "1054", payment_method_id: "mia-paypal" };
const RETURN = { order_id: "1004", item_ids: ["ink-sepia"], payment_method_id: "mia-gift" };
export const SEPIA_TO_FOREST = { item_id: "ink-sepia", new_item_id: "ink-forest" };
export const EXCHANGE = {
  order_id: "1004",
  items: [SEPIA_TO_FOREST],
  payment_method_id: "mia-visa",
};
export const CONTACT = { subject: "A gift", message: "Could you wrap it?", order_id: "1054" };

export type ChangeName = keyof typeof groups.changes;
interface Example {
  args: object;
  /** The request that the change sends once the user has confirmed it. */
  line: string;
  body: object;
  /** Its receipt, without `outcome` and `summary`. */
  receipt: object;
  summary: string;
}
export const EUR = (amount: string) => ({ amount, currency: "EUR" });
export const examples: Record<ChangeName, Example> = {
  cancel_order: {
    args: CANCEL,
    line: "POST /api/orders/1054/cancel/",
    body: { reason: "no_longer_needed" },
    receipt: { order_id: "1054", status: "cancelled", ...EUR("-56.90") },
    summary: 'Order 1054: cancelled. Refunded: 56.90 EUR to "mia-visa".',
  },
  change_order_address: {
    args: CHANGE_ADDRESS,
    line: "PATCH /api/orders/1054/address/",
    body: { address: { ...NEW_ADDRESS, line2: "", state: "" } },
    receipt: { order_id: "1054", status: "pending" },
    summary: "Order 1054: redirected to the new address.",
  },
  change_order_items: {
    args: CHANGE_ITEMS,
    line: "POST /api/orders/1054/items/",
    body: { items: [FINE_TO_STUB], payment_method_id: "mia-visa" },
    receipt: { order_id: "1054", status: "pending", ...EUR("12.00") },
    summary: 'Order 1054: changed. Charged: 12.00 EUR to "mia-visa".',
  },
  change_order_payment: {
    args: CHANGE_PAYMENT,
    line: "PATCH /api/orders/1054/payment/",
    body: { payment_method_id: "mia-paypal" },
    receipt: { order_id: "1054", status: "pending", ...EUR("0.00") },
    summary:
      'Order 1054: paid with the other method. Charged: 56.90 EUR to "mia-paypal". Refunded: 56.90 EUR to "mia-visa".',
  },
  return_items: {
    args: RETURN,
    line: "POST /api/orders/1004/returns/",
    body: { items: [{ item_id: "ink-sepia" }], payment_method_id: "mia-gift" },
    receipt: { order_id: "1004", status: "return_requested" },
    summary: 'Order 1004: registered for return. Refund to come: 13.90 EUR to "mia-gift".',
  },
  exchange_items: {
    args: EXCHANGE,
    line: "POST /api/orders/1004/exchanges/",
    body: { items: [SEPIA_TO_FOREST], payment_method_id: "mia-visa" },
    receipt: { order_id: "1004", status: "exchange_requested" },
    summary: 'Order 1004: registered for exchange. Charge to come: 1.00 EUR to "mia-visa".',
  },
  change_customer_address: {
    args: NEW_ADDRESS,
    line: "PATCH /api/customers/me/address/",
    body: { address: { ...NEW_ADDRESS, line2: "", state: "" } },
    receipt: {},
    summary: 'Address of "Mia Lindqvist": changed.',
  },
  contact_support: {
    args: CONTACT,
    line: "POST /api/support/requests/",
    body: CONTACT,
    receipt: {},
    summary: "Support request: sent to the shop's support. Its number is request-1.",
  },
};
export const CHANGE_NAMES = Object.keys(examples) as ChangeName[]; // the table's own keys

/** Test rows by tool: how the arguments differ from the example, the different arguments, the expected sentence. */
type Rows = Partial<Record<ChangeName, [what: string, change: object, expected: string][]>>;
export const rowsOf = (table: Rows) =>
  CHANGE_NAMES.flatMap((name) =>
    (table[name] ?? []).map(([what, change, expected]) => {
      return { name, what, args: { ...examples[name].args, ...change }, expected };
    }),
  );

/** The product of the two fountain pens, as the shop sends it, with a change to the stub pen. */
export function penWith(change: object) {
  const pen = seed.products.find(({ product_id }) => product_id === "sparrow-fountain-pen");
  const items = pen?.items.map((item) =>
    item.item_id === stubPen.item_id ? { ...item, ...change } : item,
  );
  return { ...pen, items, currency: "EUR" };
}
/** The customer Mia, as the shop sends her, with a change to her gift card. */
export function miaWith(change: object) {
  const mia = seed.customers.find(({ token }) => token === MIA.django_api_token);
  const methods = mia?.payment_methods.map((method) =>
    method.kind === "gift_card" ? { ...method, ...change } : method,
  );
  return { ...mia, payment_methods: methods, currency: "EUR" };
}
