/**
 * The requests of the handwritten sequences, each made in a few words: `cancel(orders.plain, NOT_NEEDED)`.
 *
 * @module
 */
import type { Probe } from "./probe.ts";
import { orders } from "./rule-fixtures.ts";

export type Caller = "mia" | "nell" | "staff" | "nobody";
export type Headers = Record<string, string>;
export const JSON_TYPE = { "Content-Type": "application/json" };
export const token = (who: Caller): Headers =>
  who === "nobody" ? {} : { Authorization: `Token demo-${who}` };
export const get = (path: string, who: Caller = "mia", headers: Headers = {}): Probe => {
  return { method: "GET", path, headers: { ...token(who), ...headers } };
};
let serial = 0;
/** A write under a key of its own, unless `headers` has one. */
export const write = (
  method: string,
  path: string,
  body: unknown,
  who: Caller = "mia",
  headers: Headers = {},
): Probe => {
  const all = { ...token(who), ...JSON_TYPE, "Idempotency-Key": `key-${++serial}`, ...headers };
  return {
    method,
    path,
    headers: all,
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
};
export const withKey = (key: string): Headers => ({ "Idempotency-Key": key });
export const without = (probe: Probe, header: string): Probe => {
  const { [header]: _, ...headers } = probe.headers;
  return { ...probe, headers };
};
const toOrder =
  (method: string, part: string) =>
  ({ order_id }: { order_id: string }, body: unknown, who: Caller = "mia", headers: Headers = {}) =>
    write(method, `/api/orders/${encodeURIComponent(order_id)}/${part}/`, body, who, headers);
export const cancel = toOrder("POST", "cancel");
export const changeAddress = toOrder("PATCH", "address");
export const changeItems = toOrder("POST", "items");
export const changePayment = toOrder("PATCH", "payment");
export const returnItems = toOrder("POST", "returns");
export const exchangeItems = toOrder("POST", "exchanges");
export const contactSupport = (body: unknown, who: Caller = "mia", headers: Headers = {}) =>
  write("POST", "/api/support/requests/", body, who, headers);
export const changeCustomerAddress = (
  id: string,
  body: unknown,
  who: Caller = "mia",
  headers: Headers = {},
) => write("PATCH", `/api/customers/${id}/address/`, body, who, headers);
export const viewOrder = ({ order_id }: { order_id: string }) =>
  get(`/api/orders/${encodeURIComponent(order_id)}/`, "staff");

export const NOT_NEEDED = { reason: "no_longer_needed" };
export const BY_MISTAKE = { reason: "ordered_by_mistake" };
export const ADDRESS = {
  line1: "7 New Road",
  line2: "flat 2",
  city: "Malmö",
  state: "M",
  postcode: "211 20",
  country: "SE",
};
export const REQUIRED_FIELDS = {
  line1: "7 New Road",
  city: "Malmö",
  postcode: "211 20",
  country: "SE",
};
/** `mug-s mug-m` is an item and the one that replaces it. */
export const itemSwaps = (payment_method_id: string, ...pairs: string[]) => {
  const items = pairs.map((pair) => {
    const [item_id, new_item_id] = pair.split(" ");
    return { item_id, new_item_id };
  });
  return { items, payment_method_id };
};
export const itemsToReturn = (payment_method_id: string, ...ids: string[]) => {
  return { items: ids.map((item_id) => ({ item_id })), payment_method_id };
};
export const SUPPORT_REQUEST = { subject: "A chip", message: "The mug has one." };

/** A write of each kind that is allowed. */
export const validWrites: Probe[] = [
  cancel(orders.plain, NOT_NEEDED),
  changeAddress(orders.plain, { address: ADDRESS }),
  changeItems(orders.plain, itemSwaps("mia-visa", "mug-s mug-m")),
  changePayment(orders.plain, { payment_method_id: "mia-paypal" }),
  returnItems(orders.delivered, itemsToReturn("mia-visa", "mug-s")),
  exchangeItems(orders.delivered, itemSwaps("mia-visa", "mug-s mug-m")),
  changeCustomerAddress("me", { address: ADDRESS }),
  contactSupport(SUPPORT_REQUEST),
];

/** The preview of a change of an order, whose body may be any text; of another write undefined. */
export function previewOf({ path, headers, body }: Probe): Probe | undefined {
  const [, order, change] = /^(\/api\/orders\/[^/]+)\/(\w+)\/$/.exec(path) ?? [];
  const { "Idempotency-Key": key, "If-Match": _, ...others } = headers;
  if (!change || key === undefined) return undefined;
  const sent = `{"change": "${change}", "body": ${body}}`;
  return { method: "POST", path: `${order}/previews/`, headers: others, body: sent };
}
/** A write under another key. */
export const again = (probe: Probe, headers: Headers = {}): Probe => ({
  ...probe,
  headers: { ...probe.headers, "Idempotency-Key": `key-${++serial}`, ...headers },
});
