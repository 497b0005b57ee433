/** What is wished for: every tool that changes something, with an example. */
import { seed } from "../../mocks/world.ts";
import type { groups } from "../../server.ts";
import { fine, MIA, stub } from "./scripted-shop.ts";

export const CANCEL = { order_id: "1054", reason: "no_longer_needed" };
export const OLD = {
  line1: "Linnégatan 14",
  line2: "lgh 1203",
  city: "Göteborg",
  state: "",
  postcode: "413 04",
  country: "Sweden",
};
export const NEW = {
  line1: "Strandvägen 1",
  city: "Stockholm",
  postcode: "114 51",
  country: "Sweden",
};
export const MOVE = { order_id: "1054", ...NEW };
export const STUB = { item_id: fine.item_id, new_item_id: stub.item_id };
export const SWAP = { order_id: "1054", items: [STUB], payment_method_id: "mia-visa" };
export const PAY = { order_id: "1054", payment_method_id: "mia-paypal" };
const BACK = { order_id: "1004", item_ids: ["ink-sepia"], payment_method_id: "mia-gift" };
export const FOREST = { item_id: "ink-sepia", new_item_id: "ink-forest" };
export const EXCHANGE = { order_id: "1004", items: [FOREST], payment_method_id: "mia-visa" };
export const WRITE = { subject: "A gift", message: "Could you wrap it?", order_id: "1054" };

export type Name = keyof typeof groups.changes;
interface Wish {
  args: object;
  line: string;
  body: object;
  /** Its receipt, and what its summary says besides. */
  told: object;
  says: string;
}
export const EUR = (amount: string) => ({ amount, currency: "EUR" });
export const wishes: Record<Name, Wish> = {
  cancel_order: {
    args: CANCEL,
    line: "POST /api/orders/1054/cancel/",
    body: { reason: "no_longer_needed" },
    told: { order_id: "1054", status: "cancelled", ...EUR("-56.90") },
    says: "Refunded: 56.90 EUR to Visa ending in 4417 (mia-visa).",
  },
  change_order_address: {
    args: MOVE,
    line: "PATCH /api/orders/1054/address/",
    body: { address: { ...NEW, line2: "", state: "" } },
    told: { order_id: "1054", status: "pending" },
    says: "Order 1054 of Mia Lindqvist",
  },
  change_order_items: {
    args: SWAP,
    line: "POST /api/orders/1054/items/",
    body: { items: [STUB], payment_method_id: "mia-visa" },
    told: { order_id: "1054", status: "pending", ...EUR("12.00") },
    says: "Charged: 12.00 EUR to Visa ending in 4417 (mia-visa).",
  },
  change_order_payment: {
    args: PAY,
    line: "PATCH /api/orders/1054/payment/",
    body: { payment_method_id: "mia-paypal" },
    told: { order_id: "1054", status: "pending", ...EUR("0.00") },
    says: "Charged: 56.90 EUR to PayPal (mia-paypal). Refunded: 56.90 EUR to Visa ending in 4417",
  },
  return_items: {
    args: BACK,
    line: "POST /api/orders/1004/returns/",
    body: { items: [{ item_id: "ink-sepia" }], payment_method_id: "mia-gift" },
    told: { order_id: "1004", status: "return_requested" },
    says: "Order 1004 of Mia Lindqvist",
  },
  exchange_items: {
    args: EXCHANGE,
    line: "POST /api/orders/1004/exchanges/",
    body: { items: [FOREST], payment_method_id: "mia-visa" },
    told: { order_id: "1004", status: "exchange_requested" },
    says: "Order 1004 of Mia Lindqvist",
  },
  change_customer_address: {
    args: NEW,
    line: "PATCH /api/customers/me/address/",
    body: { address: { ...NEW, line2: "", state: "" } },
    told: {},
    says: "Address of Mia Lindqvist",
  },
  contact_support: {
    args: WRITE,
    line: "POST /api/support/requests/",
    body: WRITE,
    told: {},
    says: "Its number is request-1.",
  },
};
export const NAMES = Object.keys(wishes) as Name[]; // the table's own keys

/** By tool: what is other than wished for, in words, as arguments, and what is said to it. */
type Rows = Partial<Record<Name, [what: string, change: object, words: string][]>>;
export const rowsOf = (table: Rows) =>
  NAMES.flatMap((name) =>
    (table[name] ?? []).map(([what, change, words]) => {
      return { name, what, args: { ...wishes[name].args, ...change }, words };
    }),
  );

/** Facts of the seed, one of them other than it is. */
export function penWith(change: object) {
  const pen = seed.products.find(({ product_id }) => product_id === "sparrow-fountain-pen");
  const items = pen?.items.map((it) => (it.item_id === stub.item_id ? { ...it, ...change } : it));
  return { ...pen, items, currency: "EUR" };
}
export function miaWith(change: object) {
  const mia = seed.customers.find(({ token }) => token === MIA.django_api_token);
  const methods = mia?.payment_methods.map((it) =>
    it.kind === "gift_card" ? { ...it, ...change } : it,
  );
  return { ...mia, payment_methods: methods, currency: "EUR" };
}
