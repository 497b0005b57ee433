/**
 * What the tools' results say, as far as a view shows it. `readResult` takes a result only where all of it has the
 * shape that the server's output schemas promise (tests/views/ holds the two together); a status may be any
 * word, since a newer server may know more of them.
 *
 * @module
 */
import * as z from "zod/mini";
import { hasView, type Kind, KINDS } from "./kinds.ts";

const text = z.optional(z.string());
const flag = z.optional(z.boolean());
const texts = z.array(z.string());
/** `amount` is a decimal: `{ amount: "12.50", currency: "EUR" }`. */
const money = z.object({ amount: z.string(), currency: z.string() });
const options = z.optional(z.record(z.string(), z.string()));
const address = z.object({
  line1: text,
  line2: text,
  city: text,
  state: text,
  postcode: text,
  country: text,
});
const permission = z.object({ allowed: z.boolean(), reason: text });
/** What every result may say of itself. */
const said = { truncated: flag, notes: z.optional(texts) };
const paged = { next_cursor: text, ...said };

const productRow = z.object({
  product_id: z.string(),
  name: z.string(),
  category: text,
  price: z.optional(money),
  available: flag,
  url: text,
  image: text,
});
const productItem = z.object({
  item_id: z.string(),
  options,
  price: z.optional(money),
  available: flag,
});
const product = z.object({
  ...z.omit(productRow, { image: true }).shape,
  description: text,
  images: z.optional(texts),
  items: z.optional(z.array(productItem)),
  ...said,
});
const orderRow = z.object({
  order_id: z.string(),
  order_number: text,
  status: z.string(),
  raw_status: text,
  customer_id: text,
  placed_at: text,
  total: z.optional(money),
  item_count: z.optional(z.number()),
});
const dates = { placed_at: text, updated_at: text, estimated_delivery: text };
const outlook = { next_step: z.string(), as_of: z.string(), ...said };
const orderStatus = z.object({
  order_id: z.string(),
  order_number: text,
  status: z.string(),
  raw_status: text,
  ...dates,
  tracking_ids: z.optional(texts),
  ...outlook,
});
const orderLine = z.object({
  item_id: z.string(),
  name: z.string(),
  product_id: text,
  options,
  price: z.optional(money),
  quantity: z.optional(z.number()),
});
const payment = z.object({ kind: z.string(), amount: money, payment_method_id: text });
const order = z.object({
  ...z.omit(orderRow, { item_count: true }).shape,
  ...dates,
  items_modified: flag,
  cancel_reason: text,
  address: z.optional(address),
  lines: z.optional(z.array(orderLine)),
  payments: z.optional(z.array(payment)),
  shipments: z.optional(z.array(z.object({ tracking_ids: texts, item_ids: z.optional(texts) }))),
  timeline: z.optional(z.array(z.object({ at: z.string(), status: z.string(), note: text }))),
  return: z.optional(
    z.object({
      item_ids: z.optional(texts),
      payment_method_id: text,
      amount: z.optional(money),
    }),
  ),
  exchange: z.optional(
    z.object({
      item_ids: z.optional(texts),
      new_item_ids: z.optional(texts),
      payment_method_id: text,
      price_difference: z.optional(money),
    }),
  ),
  can_cancel: z.optional(permission),
  can_change: z.optional(permission),
  can_change_address: z.optional(permission),
  can_return: z.optional(permission),
  ...outlook,
});
const shop = z.object({
  name: z.string(),
  currency: text,
  categories: z.optional(z.array(z.object({ name: z.string(), count: z.optional(z.number()) }))),
  policies: z.optional(z.record(z.string(), z.string())),
  support_hours: text,
  ...said,
});
const receipt = z.object({
  outcome: z.enum(["done", "accepted", "confirmation_needed"]),
  summary: z.string(),
  order_id: text,
  status: text,
  amount: text,
  currency: text,
  confirmation: text,
  expires_at: text,
  notes: z.optional(texts),
});

/** The kinds of results that have a view, by name. */
export const results = {
  products: z.object({ products: z.array(productRow), ...paged }),
  product,
  orders: z.object({ orders: z.array(orderRow), ...paged }),
  order,
  orderStatus,
  shop,
  receipt,
} satisfies Record<Kind, z.ZodMiniType>;
type Of<K extends Kind> = z.output<(typeof results)[K]>;

export type Money = z.output<typeof money>;
export type Address = z.output<typeof address>;
export type Permission = z.output<typeof permission>;
export type ProductRow = z.output<typeof productRow>;
export type ProductItem = z.output<typeof productItem>;
export type OrderRow = z.output<typeof orderRow>;
export type OrderLine = z.output<typeof orderLine>;
export type Payment = z.output<typeof payment>;
export type ProductPage = Of<"products">;
export type Product = Of<"product">;
export type OrderPage = Of<"orders">;
export type Order = Of<"order">;
export type OrderStatus = Of<"orderStatus">;
export type Shop = Of<"shop">;
export type Receipt = Of<"receipt">;

export type Read = { [K in Kind]: { kind: K; data: Of<K> } }[Kind];
/** A tool's structured result by its kind; undefined where it has no view, or another shape than promised. */
export function readResult(tool: string, structured: unknown): Read | undefined {
  const kind = hasView(tool) ? KINDS[tool] : undefined;
  if (!kind) return undefined;
  const parsed = results[kind].safeParse(structured);
  return parsed.success ? ({ kind, data: parsed.data } as Read) : undefined; // of the same kind
}
