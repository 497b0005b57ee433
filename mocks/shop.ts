/**
 * The mock shop: its state, who may see what, and how writes change it. `createShop` is called by whatever serves
 * the mock; `handlers.ts` answers requests from the shop.
 *
 * @module
 */
import type { OrderChange } from "../shop/contract.ts";
import { splitWords } from "./char-field.ts";
import { columns, type Listing } from "./cursor-pagination.ts";
import { throwFieldError } from "./errors.ts";
import { idempotentWrites } from "./idempotency.ts";
import { formatCents, toCents } from "./money.ts";
import type { Json } from "./python-json.ts";
import type { CustomerQuery, OrderQuery, ProductQuery } from "./query-parameters.ts";
import type { AddressBody, PreviewBody, SupportBody } from "./request-bodies.ts";
import * as rules from "./rules.ts";
import { withVersion } from "./versions.ts";
import {
  canonicalInstant,
  type Customer,
  type Order,
  type Payment,
  type Product,
  readWorld,
  type World,
} from "./world.ts";

// ── Answers ──────────────────────────────────────────────────────────────────────────────────────

const lowest = (prices: string[]) => formatCents(Math.min(...prices.map(toCents)));
const total = ({ items }: Order) =>
  formatCents(items.reduce((all, { price, quantity = 1 }) => all + toCents(price) * quantity, 0));
/** What the pieces of the return cost; null where one of them is none of the order's. */
function returnAmount({ items }: Order, item_ids: string[]): string | null {
  const pieces = items.flatMap((line) =>
    Array<Order["items"][number]>(line.quantity ?? 1).fill(line),
  );
  const prices = item_ids.map((id) => {
    const at = pieces.findIndex(({ item_id }) => item_id === id);
    return pieces.splice(at, at < 0 ? 0 : 1)[0]?.price;
  });
  if (prices.includes(undefined)) return null;
  return formatCents(prices.reduce((all, price = "0") => all + toCents(price), 0));
}
const countPieces = ({ items }: Order) =>
  items.reduce((pieces, { quantity = 1 }) => pieces + quantity, 0);

/** The lowest price of the available items, or of all where none is available. */
function priceAndAvailability({ items }: Product) {
  const onSale = items.filter(({ available }) => available);
  const priced = onSale.length ? onSale : items;
  return { price: lowest(priced.map(({ price }) => price)), available: onSale.length > 0 };
}
function searchText({ name, category, items, description }: Product): string {
  const values = new Set(items.flatMap(({ options }) => Object.values(options)));
  return [name, category, [...values].join(" "), description].join("\n").toLowerCase();
}
/** The sum of the words' first positions (from 1, in code points); undefined where a word is not found. */
function relevance(product: Product, terms: string[]): number | undefined {
  const text = searchText(product);
  const places = terms.map((word) => text.indexOf(word));
  if (places.includes(-1)) return undefined;
  return places.reduce((all, place) => all + Array.from(text.slice(0, place)).length + 1, 0);
}

const productRow = (product: Product, currency: string) => {
  const { product_id, name, category, images } = product;
  const { price, available } = priceAndAvailability(product);
  return { product_id, name, category, price, currency, available, image: images[0] ?? null };
};
const productDetails = (product: Product, currency: string) => {
  const { product_id, name, description, category, images, items } = product;
  const { price, available } = priceAndAvailability(product);
  return { product_id, name, description, category, price, currency, available, images, items };
};
const orderRow = (order: Order, currency: string) => {
  const { order_id, order_number = null, customer_id, status, placed_at } = order;
  const rest = { total: total(order), currency, item_count: countPieces(order) };
  return { order_id, order_number, customer_id, status, placed_at, ...rest };
};
const statusFields = ({ status, placed_at, updated_at, estimated_delivery }: Order) => ({
  status,
  placed_at,
  updated_at: updated_at ?? null,
  estimated_delivery: estimated_delivery ?? null,
});
const orderStatus = (order: Order) => ({
  order_id: order.order_id,
  order_number: order.order_number ?? null,
  ...statusFields(order),
  tracking_ids: order.shipments.flatMap(({ tracking_ids }) => tracking_ids),
});
const withoutCode = ({ allowed, reason }: rules.Ruling) => ({ allowed, reason });
const orderDetails = (order: Order, currency: string) => ({
  order_id: order.order_id,
  order_number: order.order_number ?? null,
  customer_id: order.customer_id,
  ...statusFields(order),
  currency,
  total: total(order),
  items_modified: order.items_modified ?? false,
  cancel_reason: order.cancel_reason ?? null,
  address: order.address,
  lines: order.items.map((line) => ({ ...line, quantity: line.quantity ?? 1 })),
  payments: order.payments,
  shipments: order.shipments,
  timeline: order.timeline?.map((entry) => ({ ...entry, note: entry.note ?? null })) ?? null,
  return: order.return
    ? { ...order.return, amount: returnAmount(order, order.return.item_ids) }
    : null,
  exchange: order.exchange ?? null,
  can_cancel: withoutCode(rules.canCancel(order)),
  can_change: withoutCode(rules.canChange(order)),
  can_change_address: withoutCode(rules.canChangeAddress(order)),
  can_return: withoutCode(rules.canReturn(order)),
  can_preview: true,
});
/** What a change was and which payments it added, as its answer says. `amount` is their sum, below zero if refunded. */
const receipt = (kind: OrderChange, payments: Payment[]) => {
  const sum = payments.reduce((all, payment) => all + rules.signedCents(payment), 0);
  return { kind, payments, amount: payments.length ? formatCents(sum) : null };
};
/** An order as GET answers it, or with the `change` that made it so. */
const orderAnswer = (
  order: Order,
  currency: string,
  change: ReturnType<typeof receipt> | null = null,
) => ({ ...withVersion(orderDetails(order, currency)), change });
const customerRow = ({ customer_id, email, first_name, last_name, address }: Customer) => {
  return { customer_id, email, first_name, last_name, postcode: address.postcode };
};
const customerDetails = (customer: Customer, currency: string) => {
  const { customer_id, email, first_name, last_name, address } = customer;
  const payment_methods = customer.payment_methods.map(
    ({ payment_method_id, kind, brand = null, last_four = null, balance = null }) => {
      return { payment_method_id, kind, brand, last_four, balance };
    },
  );
  const names = { customer_id, email, first_name, last_name };
  return withVersion({ ...names, address, currency, payment_methods });
};

// ── The shop ─────────────────────────────────────────────────────────────────────────────────────

const listing = <Row>(it: Listing<Row>) => it;
const asciiLower = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const canSee = ({ staff, customer_id }: Customer, owner: { customer_id: string }) =>
  staff || customer_id === owner.customer_id;

const formatInstant = (date: Date) => canonicalInstant(date.toISOString()) ?? date.toISOString();
/** `request-1`, or one above the highest number. */
function nextRequestId(requests: { request_id: string }[]): string {
  const taken = requests.map(({ request_id }) =>
    BigInt(/^request-(\d+)$/.exec(request_id)?.[1] ?? 0),
  );
  return `request-${taken.reduce((highest, one) => (one > highest ? one : highest), 0n) + 1n}`;
}
/** A payment lowers the balance of a gift card at once, a refund raises it; other methods have no balance to change. */
function applyToBalance({ payment_methods }: Customer, payment: Payment) {
  const method = payment_methods.find((one) => one.payment_method_id === payment.payment_method_id);
  if (method?.kind !== "gift_card") return;
  method.balance = formatCents(toCents(method.balance ?? "0.00") - rules.signedCents(payment));
}

/** What has changed, as an event says it. */
export type ShopChange =
  { type: "order.changed"; order_id: string } | { type: "product.changed"; product_id: string };
export interface ShopOptions {
  /** The shop's clock. @default the real one */
  now?: (() => Date) | undefined;
  /** Hears of an order or a product that has changed, once that is stored. */
  onChange?: (change: ShopChange) => void;
}
/**
 * A shop with its own copy of a world. What a caller may not see is undefined, as is what does not exist. A write
 * that the rules do not allow throws an `ApiError` and changes nothing.
 */
export function createShop(
  world: World,
  { now = () => new Date(), onChange = () => {} }: ShopOptions = {},
) {
  const state = structuredClone(world);
  const { currency } = state;
  const visibleOrder = (caller: Customer, order_id: string) =>
    state.orders.find((order) => order.order_id === order_id && canSee(caller, order));
  const visibleCustomer = (caller: Customer, id: string) => {
    const customer_id = id === "me" ? caller.customer_id : id;
    const customer = state.customers.find((one) => one.customer_id === customer_id);
    return customer && canSee(caller, customer) ? customer : undefined;
  };

  /** What a change would do; undefined where the caller has no such order. It stores nothing. */
  function plan(caller: Customer, order_id: string, kind: OrderChange, sent: Json) {
    const order = visibleOrder(caller, order_id);
    const customer = state.customers.find((one) => one.customer_id === order?.customer_id);
    if (!order || !customer) return undefined;
    const { products } = state;
    const change = rules.changes[kind](order, sent, { customer, products, currency });
    const changed = rules.applyChange(order, change, formatInstant(now()));
    const payments = change.payments ?? [];
    const answer = orderAnswer(changed, currency, receipt(kind, payments));
    return { order, customer, changed, payments, answer };
  }
  /** A function that makes a change. It returns the order afterwards, or undefined where the caller has no such order. */
  const changeOrder = (kind: OrderChange) => (caller: Customer, order_id: string, sent: Json) => {
    const planned = plan(caller, order_id, kind, sent);
    if (!planned) return undefined;
    const { order, customer, changed, payments, answer } = planned;
    for (const payment of payments) applyToBalance(customer, payment);
    store(order, changed);
    return answer;
  };
  function store(order: Order, changed: Order): void {
    Object.assign(order, changed);
    onChange({ type: "order.changed", order_id: order.order_id });
  }

  return {
    /** The world as it is now, in canonical form. */
    world: () => readWorld(state),
    /** What the shop's staff do. @returns the order afterwards, undefined where there is none @throws {ApiError} */
    shipOrder(order_id: string, tracking_ids = [`SHIP-${order_id}`]) {
      const order = state.orders.find((one) => one.order_id === order_id);
      if (!order) return undefined;
      const change = rules.ship(order, tracking_ids);
      store(order, rules.applyChange(order, change, formatInstant(now())));
      return orderAnswer(order, currency);
    },
    /** What the shop's staff do: all of its items can be bought, or none. @returns it, undefined where there is none */
    stockProduct(product_id: string, available: boolean) {
      const product = state.products.find((one) => one.product_id === product_id);
      if (!product) return undefined;
      for (const item of product.items) item.available = available;
      onChange({ type: "product.changed", product_id });
      return productDetails(product, currency);
    },
    /** The customer who has this token. */
    customerForToken: (token: string) =>
      state.customers.find((customer) => customer.token === token),

    searchProducts({
      q,
      category,
      min_price = 0,
      max_price = Infinity,
      in_stock,
      ordering,
    }: ProductQuery) {
      const terms = splitWords(q).map((word) => word.toLowerCase());
      const rows = state.products.flatMap((product) => {
        const [place, { price, available }] = [
          relevance(product, terms),
          priceAndAvailability(product),
        ];
        const isFound =
          place !== undefined &&
          (!category || product.category.toLowerCase() === category.toLowerCase()) &&
          toCents(price) >= min_price &&
          toCents(price) <= max_price &&
          (available || !in_stock);
        return isFound
          ? [{ product, relevance: String(place), price, name: product.name.toLowerCase() }]
          : [];
      });
      const by = ordering === "-price" ? "price" : ordering;
      return listing({
        rows,
        column: { relevance: columns.integer, price: columns.decimal, name: columns.text }[by],
        position: (row) => row[by],
        id: ({ product }) => product.product_id,
        isDescending: ordering === "-price",
        show: ({ product }) => productRow(product, currency),
      });
    },
    product(product_id: string) {
      const product = state.products.find((one) => one.product_id === product_id);
      return product && productDetails(product, currency);
    },

    orders(caller: Customer, { status, customer }: OrderQuery) {
      const owner = customer === "me" ? caller.customer_id : customer;
      return listing({
        rows: state.orders.filter(
          (order) =>
            canSee(caller, order) &&
            (!owner || order.customer_id === owner) &&
            (!status || order.status === status),
        ),
        column: columns.instant,
        position: ({ placed_at }) => placed_at.replace("T", " ").replace("Z", "+00:00"),
        id: ({ order_id }) => order_id,
        isDescending: true,
        show: (order) => orderRow(order, currency),
      });
    },
    order(caller: Customer, order_id: string) {
      const order = visibleOrder(caller, order_id);
      return order && orderAnswer(order, currency);
    },
    orderStatus(caller: Customer, order_id: string) {
      const order = visibleOrder(caller, order_id);
      return order && orderStatus(order);
    },

    customers({ criteria }: CustomerQuery) {
      const customerId = ({ customer_id }: Customer) => customer_id;
      return listing({
        rows: state.customers.filter((customer) => {
          const row: Record<string, string> = customerRow(customer);
          return criteria.every(([name, text]) => asciiLower(row[name] ?? "") === asciiLower(text));
        }),
        column: columns.text,
        position: customerId,
        id: customerId,
        show: customerRow,
      });
    },
    customer(caller: Customer, id: string) {
      const customer = visibleCustomer(caller, id);
      return customer && customerDetails(customer, currency);
    },

    info() {
      const { name = "Shop", policies = {}, support_hours = "" } = state.shop ?? {};
      const counts = Map.groupBy(state.products, ({ category }) => category);
      const categories = [...counts]
        .map(([name, products]) => ({ name, count: products.length }))
        .toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
      return { name, currency, categories, policies, support_hours };
    },

    idempotent: idempotentWrites(now),
    /** The order as it would be after a change, and nothing stored. */
    previewChange: (caller: Customer, order_id: string, { change, body }: PreviewBody) =>
      plan(caller, order_id, change, body)?.answer,
    cancelOrder: changeOrder("cancel"),
    changeOrderAddress: changeOrder("address"),
    changeOrderItems: changeOrder("items"),
    changeOrderPayment: changeOrder("payment"),
    returnItems: changeOrder("returns"),
    exchangeItems: changeOrder("exchanges"),
    changeCustomerAddress(caller: Customer, id: string, { address }: AddressBody) {
      const customer = visibleCustomer(caller, id);
      if (customer) customer.address = address;
      return customer && customerDetails(customer, currency);
    },
    contactSupport(caller: Customer, { subject, message, order_id }: SupportBody) {
      if (order_id !== null && !visibleOrder(caller, order_id))
        throwFieldError("order_id", "No Order matches the given query.");
      const requests = state.support_requests ?? [];
      const { customer_id } = caller;
      const request = { request_id: nextRequestId(requests), customer_id, subject, message };
      state.support_requests = [...requests, { ...request, order_id: order_id ?? undefined }];
      return { ...request, order_id };
    },
  };
}
export type MockShop = ReturnType<typeof createShop>;
