/**
 * The shop's rules, as pure functions: a rule reads an order and a request and returns the change to it, or throws
 * why it is not allowed. `applyChange` makes the changed order, which `shop.ts` stores for a change, and shows only
 * for a preview.
 *
 * @module
 */
import type { OrderChange as ChangeKind } from "../shop/contract.ts";
import { throwFieldError, throwRuleViolation } from "./errors.ts";
import { formatCents, toCents } from "./money.ts";
import type { Json } from "./python-json.ts";
import {
  addressBody,
  type AddressBody,
  cancelBody,
  type CancelBody,
  type Field,
  itemSwapsBody,
  type ItemSwapsBody,
  paymentBody,
  type PaymentBody,
  returnBody,
  type ReturnBody,
  validateBody,
} from "./request-bodies.ts";
import type { Customer, Item, Line, Order, Payment, PaymentMethod, Product } from "./world.ts";

// ── What an order allows now ─────────────────────────────────────────────────────────────────────

/** Whether something is allowed, and why. The answer to a refused write has the `code`, too; the order has not. */
export interface Ruling {
  allowed: boolean;
  reason: string;
  code?: string;
}
const allow = (reason: string): Ruling => ({ allowed: true, reason });
const deny = (code: string, reason: string): Ruling => ({ allowed: false, reason, code });
const withSpaces = (status: string) => status.replaceAll("_", " ");

export function canCancel({ status, items_modified }: Order): Ruling {
  if (status !== "pending")
    return deny(
      "not_pending",
      `Only a pending order can be cancelled; this one is ${withSpaces(status)}.`,
    );
  if (items_modified)
    return deny(
      "items_modified",
      "Its items were changed, and an order whose items were changed cannot be cancelled.",
    );
  return allow("A pending order can be cancelled.");
}
export function canChange({ status, items_modified }: Order): Ruling {
  if (status !== "pending")
    return deny(
      "not_pending",
      `Only a pending order can be changed; this one is ${withSpaces(status)}.`,
    );
  if (items_modified)
    return deny(
      "items_modified",
      "Its items were changed once already; only its address can still be changed.",
    );
  return allow("A pending order can be changed.");
}
export function canChangeAddress({ status }: Order): Ruling {
  if (status !== "pending")
    return deny(
      "not_pending",
      `Only the address of a pending order can be changed; this one is ${withSpaces(status)}.`,
    );
  return allow("The address of a pending order can be changed.");
}
export function canReturn({ status }: Order): Ruling {
  const repeatCodes: Partial<Record<typeof status, string>> = {
    return_requested: "already_returned",
    exchange_requested: "already_exchanged",
  };
  if (status !== "delivered")
    return deny(
      repeatCodes[status] ?? "not_delivered",
      `Only a delivered order can be returned or exchanged; this one is ${withSpaces(status)}.`,
    );
  return allow("A delivered order can be returned or exchanged once.");
}

/** Whether the shop's staff can hand it to a carrier. */
export function canShip({ status }: Order): Ruling {
  if (status !== "pending" && status !== "processing")
    return deny(
      "not_open",
      `Only a pending or processing order can be shipped; this one is ${withSpaces(status)}.`,
    );
  return allow("An order that is not shipped yet can be shipped.");
}

function requireAllowed({ allowed, code = "", reason }: Ruling): void {
  if (!allowed) throwRuleViolation(code, reason);
}

// ── What a request names has to exist ────────────────────────────────────────────────────────────

const timesInWords = (count: number) => ["", "once", "twice"][count] ?? `${count} times`;

/** The line that the n-th entry names: the second entry for an item names its second piece, and so on. */
function lineForEntry(
  order: Order,
  item_id: string,
  n: number,
  entries: { item_id: string }[],
): Line {
  const bought = order.items.flatMap((line) =>
    line.item_id === item_id ? Array<Line>(line.quantity ?? 1).fill(line) : [],
  );
  if (!bought.length) return throwFieldError("items", `Item ${item_id} is not in this order.`);
  const before = entries.slice(0, n).filter((entry) => entry.item_id === item_id).length;
  return (
    bought[before] ??
    throwFieldError(
      "items",
      `Item ${item_id} was bought ${timesInWords(bought.length)}, and is named more often.`,
    )
  );
}
/** The item that replaces a line's: another one of the same product, which is available. */
function replacementItem(line: Line, new_item_id: string, products: Product[]): Item {
  const { item_id, product_id } = line;
  if (new_item_id === item_id)
    throwFieldError("items", `Item ${item_id} would be replaced by itself.`);
  const product = products.find((one) => one.product_id === product_id);
  const item =
    product?.items.find((one) => one.item_id === new_item_id) ??
    throwFieldError(
      "items",
      `Item ${new_item_id} is not an item of the same product as ${item_id}.`,
    );
  if (!item.available)
    throwRuleViolation("item_unavailable", `Item ${new_item_id} is not available.`);
  return item;
}
function matchSwaps(order: Order, items: ItemSwapsBody["items"], products: Product[]) {
  const swaps = items.map(({ item_id, new_item_id }, n) => {
    const line = lineForEntry(order, item_id, n, items);
    return { line, item: replacementItem(line, new_item_id, products) };
  });
  const difference = swaps.reduce(
    (sum, { line, item }) => sum + toCents(item.price) - toCents(line.price),
    0,
  );
  return { swaps, difference };
}

/** The lines after the swaps. A new item takes one piece off its line: the last one in place, others at the end. */
function swapPieces(items: Line[], swaps: { line: Line; item: Item }[]): Line[] {
  const left = new Map(items.map((line) => [line, line.quantity ?? 1]));
  const [renewed, added]: [Map<Line, Line>, Line[]] = [new Map(), []];
  for (const { line, item } of swaps) {
    const { item_id, options, price } = item;
    const piece = { ...line, item_id, options, price, quantity: undefined };
    const pieces = left.get(line) ?? 1;
    if (pieces > 1) added.push(piece);
    else renewed.set(line, piece);
    left.set(line, pieces - 1);
  }
  const kept = items.map((line) => renewed.get(line) ?? { ...line, quantity: left.get(line) });
  return [...kept, ...added];
}

const requirePaymentMethod = (customer: Customer, id: string): PaymentMethod =>
  customer.payment_methods.find(({ payment_method_id }) => payment_method_id === id) ??
  throwFieldError("payment_method_id", `${id} is not a payment method of this customer.`);

/** A gift card has to cover the amount, in cents; other payment methods cover any. */
function requireBalance(method: PaymentMethod, needed: number, currency: string): void {
  const { kind, payment_method_id, balance = "0.00" } = method;
  if (kind === "gift_card" && toCents(balance) < needed)
    throwRuleViolation(
      "gift_card_balance",
      `Gift card ${payment_method_id} has ${balance} ${currency}, and ${formatCents(needed)} ${currency} are needed.`,
    );
}

/** What each method paid less what it was refunded, in cents, in the order of first payments. */
function netPaid({ payments }: Order): [payment_method_id: string, net: number][] {
  const paying = payments.filter(({ kind }) => kind === "payment");
  const methods = new Set(paying.map(({ payment_method_id }) => payment_method_id));
  return [...methods].map((id) => {
    const own = payments.filter(({ payment_method_id }) => payment_method_id === id);
    return [id, own.reduce((sum, payment) => sum + signedCents(payment), 0)];
  });
}

// ── The changes ──────────────────────────────────────────────────────────────────────────────────

/** The change to an order: fields to set, payments and refunds to add, and the note for its timeline. */
export interface OrderChange {
  set?: Partial<Order>;
  payments?: Payment[];
  note: string;
}
/** What a rule knows besides the order and the body. `customer` is whose order it is, not who sent the request. */
export interface RuleContext {
  customer: Customer;
  products: Product[];
  currency: string;
}
type Rule<Body> = (order: Order, body: Body, context: RuleContext) => OrderChange;

const paymentEntry = (payment_method_id: string, amount: number): Payment => {
  return { kind: "payment", amount: formatCents(amount), payment_method_id };
};
const refundEntry = (payment_method_id: string, amount: number): Payment => {
  return { kind: "refund", amount: formatCents(amount), payment_method_id };
};

const cancel: Rule<CancelBody> = (order, { reason }) => {
  requireAllowed(canCancel(order));
  return {
    set: { status: "cancelled", cancel_reason: reason },
    payments: netPaid(order).flatMap(([method, net]) =>
      net > 0 ? [refundEntry(method, net)] : [],
    ),
    note: `Cancelled: ${withSpaces(reason)}.`,
  };
};

const changeAddress: Rule<AddressBody> = (order, { address }) => {
  requireAllowed(canChangeAddress(order));
  return { set: { address }, note: "Address changed." };
};

const changeItems: Rule<ItemSwapsBody> = (order, body, { customer, products, currency }) => {
  requireAllowed(canChange(order));
  const { swaps, difference } = matchSwaps(order, body.items, products);
  const method = requirePaymentMethod(customer, body.payment_method_id);
  requireBalance(method, difference, currency);

  const makeEntry = difference > 0 ? paymentEntry : refundEntry;
  return {
    set: { items: swapPieces(order.items, swaps), items_modified: true },
    payments: difference ? [makeEntry(method.payment_method_id, Math.abs(difference))] : [],
    note: "Items changed.",
  };
};

const changePayment: Rule<PaymentBody> = (order, body, { customer, currency }) => {
  requireAllowed(canChange(order));
  const [payment, ...more] = order.payments;
  if (payment?.kind !== "payment" || more.length)
    return throwRuleViolation(
      "payment_not_single",
      "The payment method can be changed only while the order has exactly one payment and no refund.",
    );
  const { payment_method_id: id, ...method } = requirePaymentMethod(
    customer,
    body.payment_method_id,
  );
  if (id === payment.payment_method_id)
    throwFieldError("payment_method_id", `${id} pays for this order already.`);
  const amount = toCents(payment.amount);
  requireBalance({ payment_method_id: id, ...method }, amount, currency);
  return {
    payments: [paymentEntry(id, amount), refundEntry(payment.payment_method_id, amount)],
    note: "Payment method changed.",
  };
};

const returnItems: Rule<ReturnBody> = (order, { items, payment_method_id }, { customer }) => {
  requireAllowed(canReturn(order));
  const lines = items.map(({ item_id }, n) => lineForEntry(order, item_id, n, items));
  const [original] = netPaid(order).find(([, net]) => net > 0) ?? [];
  const isGiftCard = customer.payment_methods.some(
    (method) => method.kind === "gift_card" && method.payment_method_id === payment_method_id,
  );
  if (payment_method_id !== original && !isGiftCard)
    throwFieldError(
      "payment_method_id",
      "A return is refunded to the original payment method or to a gift card of the customer.",
    );
  const item_ids = lines.map(({ item_id }) => item_id);
  return {
    set: { status: "return_requested", return: { item_ids, payment_method_id } },
    note: "Return requested.",
  };
};

const exchangeItems: Rule<ItemSwapsBody> = (order, body, context) => {
  requireAllowed(canReturn(order));
  const { swaps, difference } = matchSwaps(order, body.items, context.products);
  const method = requirePaymentMethod(context.customer, body.payment_method_id);
  requireBalance(method, difference, context.currency);
  const exchange = {
    item_ids: swaps.map(({ line }) => line.item_id),
    new_item_ids: swaps.map(({ item }) => item.item_id),
    payment_method_id: method.payment_method_id,
    price_difference: formatCents(difference),
  };
  return { set: { status: "exchange_requested", exchange }, note: "Exchange requested." };
};

/** What the shop's staff do: everything that is in no shipment yet is in this one. */
export function ship(order: Order, tracking_ids: string[]): OrderChange {
  requireAllowed(canShip(order));
  const item_ids = order.items.flatMap(({ item_id, quantity = 1 }) =>
    Array<string>(quantity).fill(item_id),
  );
  for (const shipped of order.shipments.flatMap((shipment) => shipment.item_ids)) {
    const at = item_ids.indexOf(shipped);
    if (at >= 0) item_ids.splice(at, 1);
  }
  return {
    set: { status: "shipped", shipments: [...order.shipments, { tracking_ids, item_ids }] },
    note: "Handed to the carrier.",
  };
}

/** A rule that reads its body as it was sent. */
const rule =
  <Body>(body: Field<Body>, apply: Rule<Body>): Rule<Json> =>
  (order, sent, context) =>
    apply(order, validateBody(body, sent), context);
/** The rule of each change of an order. */
export const changes: Record<ChangeKind, Rule<Json>> = {
  cancel: rule(cancelBody, cancel),
  address: rule(addressBody, changeAddress),
  items: rule(itemSwapsBody, changeItems),
  payment: rule(paymentBody, changePayment),
  returns: rule(returnBody, returnItems),
  exchanges: rule(itemSwapsBody, exchangeItems),
};

/** The order after a change that is made at this instant. */
export function applyChange(order: Order, change: OrderChange, at: string): Order {
  const { set, payments = [], note } = change;
  const changed = {
    ...order,
    ...set,
    payments: [...order.payments, ...payments],
    updated_at: at,
  };
  if (!order.timeline) return changed;
  return { ...changed, timeline: [...order.timeline, { at, status: changed.status, note }] };
}

/** What a payment takes from the customer, in cents; what a refund gives back is below zero. */
export const signedCents = ({ kind, amount }: Payment): number =>
  kind === "payment" ? toCents(amount) : -toCents(amount);
