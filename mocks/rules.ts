/**
 * What the shop allows, and what becomes of an order then. Nothing here changes anything: a rule reads an
 * order and gives the change, or refuses it with its reason and code.
 *
 * @module
 */
import type { Cancellation, ItemsBack, NewAddress, NewPayment, Replacements } from "./request-bodies.ts";
import { cents, written } from "./money.ts";
import { refuseByRule, refuseField } from "./errors.ts";
import type { Customer, Item, Line, Order, Payment, PaymentMethod, Product } from "./world.ts";

// ── What may be done with an order now ──────────────────────────────────────────────────────────

/** What the order's answer says; `code` is what a refused write says besides. */
export interface Ruling {
  allowed: boolean;
  reason: string;
  code?: string;
}
const yes = (reason: string): Ruling => ({ allowed: true, reason });
const no = (code: string, reason: string): Ruling => ({ allowed: false, reason, code });
const spoken = (status: string) => status.replaceAll("_", " ");

export function canCancel({ status, items_modified }: Order): Ruling {
  if (status !== "pending")
    return no(
      "not_pending",
      `Only a pending order can be cancelled; this one is ${spoken(status)}.`,
    );
  if (items_modified)
    return no(
      "items_modified",
      "Its items were changed, and an order whose items were changed cannot be cancelled.",
    );
  return yes("A pending order can be cancelled.");
}
export function canChange({ status, items_modified }: Order): Ruling {
  if (status !== "pending")
    return no("not_pending", `Only a pending order can be changed; this one is ${spoken(status)}.`);
  if (items_modified)
    return no(
      "items_modified",
      "Its items were changed once already; only its address can still be changed.",
    );
  return yes("A pending order can be changed.");
}
export function canChangeAddress({ status }: Order): Ruling {
  if (status !== "pending")
    return no(
      "not_pending",
      `Only the address of a pending order can be changed; this one is ${spoken(status)}.`,
    );
  return yes("The address of a pending order can be changed.");
}
export function canReturn({ status }: Order): Ruling {
  const asked: Partial<Record<typeof status, string>> = {
    return_requested: "already_returned",
    exchange_requested: "already_exchanged",
  };
  if (status !== "delivered")
    return no(
      asked[status] ?? "not_delivered",
      `Only a delivered order can be returned or exchanged; this one is ${spoken(status)}.`,
    );
  return yes("A delivered order can be returned or exchanged once.");
}

function demand({ allowed, code = "", reason }: Ruling): void {
  if (!allowed) refuseByRule(code, reason);
}

// ── What is named has to be there ───────────────────────────────────────────────────────────────

const times = (count: number) => ["", "once", "twice"][count] ?? `${count} times`;

/** The line that the n-th entry names: the n-th mention of an item is the n-th line with it. */
function namedLine(order: Order, item_id: string, n: number, entries: { item_id: string }[]): Line {
  const bought = order.items.filter((line) => line.item_id === item_id);
  if (!bought.length) return refuseField("items", `Item ${item_id} is not in this order.`);
  const before = entries.slice(0, n).filter((entry) => entry.item_id === item_id).length;
  return (
    bought[before] ??
    refuseField(
      "items",
      `Item ${item_id} was bought ${times(bought.length)}, and is named more often.`,
    )
  );
}
/** Another item of the line's product, which can be had. */
function replacement(line: Line, new_item_id: string, products: Product[]): Item {
  const { item_id, product_id } = line;
  if (new_item_id === item_id) refuseField("items", `Item ${item_id} would be replaced by itself.`);
  const product = products.find((one) => one.product_id === product_id);
  const item =
    product?.items.find((one) => one.item_id === new_item_id) ??
    refuseField("items", `Item ${new_item_id} is not an item of the same product as ${item_id}.`);
  if (!item.available) refuseByRule("item_unavailable", `Item ${new_item_id} is not available.`);
  return item;
}
function replace(order: Order, items: Replacements["items"], products: Product[]) {
  const swaps = items.map(({ item_id, new_item_id }, n) => {
    const line = namedLine(order, item_id, n, items);
    return { line, item: replacement(line, new_item_id, products) };
  });
  const difference = swaps.reduce(
    (sum, { line, item }) => sum + cents(item.price) - cents(line.price),
    0,
  );
  return { swaps, difference };
}

const methodOf = (customer: Customer, id: string): PaymentMethod =>
  customer.payment_methods.find(({ payment_method_id }) => payment_method_id === id) ??
  refuseField("payment_method_id", `${id} is not a payment method of this customer.`);

/** A gift card pays only what is on it. */
function demandBalance(method: PaymentMethod, needed: number, currency: string): void {
  const { kind, payment_method_id, balance = "0.00" } = method;
  if (kind === "gift_card" && cents(balance) < needed)
    refuseByRule(
      "gift_card_balance",
      `Gift card ${payment_method_id} has ${balance} ${currency}, and ${written(needed)} ${currency} are needed.`,
    );
}

/** Cents that each method paid and did not get back, in the order in which they first paid. */
function netPaid({ payments }: Order): [payment_method_id: string, net: number][] {
  const paying = payments.filter(({ kind }) => kind === "payment");
  const methods = new Set(paying.map(({ payment_method_id }) => payment_method_id));
  return [...methods].map((id) => {
    const own = payments.filter(({ payment_method_id }) => payment_method_id === id);
    const signed = own.map(({ kind, amount }) => (kind === "payment" ? 1 : -1) * cents(amount));
    return [id, signed.reduce((sum, amount) => sum + amount, 0)];
  });
}

// ── The writes ──────────────────────────────────────────────────────────────────────────────────

/** What becomes of an order: what is set, what is paid and refunded besides, what its timeline notes. */
export interface Change {
  set?: Partial<Order>;
  payments?: Payment[];
  note: string;
}
/** What a rule has to know besides the order. The customer is the order's, not the caller. */
export interface Facts {
  customer: Customer;
  products: Product[];
  currency: string;
}
export type Rule<Body> = (order: Order, body: Body, facts: Facts) => Change;

const paid = (payment_method_id: string, amount: number): Payment => {
  return { kind: "payment", amount: written(amount), payment_method_id };
};
const refunded = (payment_method_id: string, amount: number): Payment => {
  return { kind: "refund", amount: written(amount), payment_method_id };
};

export const cancel: Rule<Cancellation> = (order, { reason }) => {
  demand(canCancel(order));
  return {
    set: { status: "cancelled", cancel_reason: reason },
    payments: netPaid(order).flatMap(([method, net]) => (net > 0 ? [refunded(method, net)] : [])),
    note: `Cancelled: ${spoken(reason)}.`,
  };
};

export const changeAddress: Rule<NewAddress> = (order, { address }) => {
  demand(canChangeAddress(order));
  return { set: { address }, note: "Address changed." };
};

export const changeItems: Rule<Replacements> = (order, body, { customer, products, currency }) => {
  demand(canChange(order));
  const { swaps, difference } = replace(order, body.items, products);
  const method = methodOf(customer, body.payment_method_id);
  demandBalance(method, difference, currency);

  const renewed = new Map(
    swaps.map(({ line, item: { item_id, options, price } }) => [
      line,
      { ...line, item_id, options, price },
    ]),
  );
  const settle = difference > 0 ? paid : refunded;
  return {
    set: { items: order.items.map((line) => renewed.get(line) ?? line), items_modified: true },
    payments: difference ? [settle(method.payment_method_id, Math.abs(difference))] : [],
    note: "Items changed.",
  };
};

export const changePayment: Rule<NewPayment> = (order, body, { customer, currency }) => {
  demand(canChange(order));
  const [payment, ...more] = order.payments;
  if (payment?.kind !== "payment" || more.length)
    return refuseByRule(
      "payment_not_single",
      "The payment method can be changed only while the order has exactly one payment and no refund.",
    );
  const { payment_method_id: id, ...method } = methodOf(customer, body.payment_method_id);
  if (id === payment.payment_method_id)
    refuseField("payment_method_id", `${id} pays for this order already.`);
  const amount = cents(payment.amount);
  demandBalance({ payment_method_id: id, ...method }, amount, currency);
  return {
    payments: [paid(id, amount), refunded(payment.payment_method_id, amount)],
    note: "Payment method changed.",
  };
};

export const returnItems: Rule<ItemsBack> = (order, { items, payment_method_id }, { customer }) => {
  demand(canReturn(order));
  const lines = items.map(({ item_id }, n) => namedLine(order, item_id, n, items));
  const [original] = netPaid(order).find(([, net]) => net > 0) ?? [];
  const isGiftCard = customer.payment_methods.some(
    (method) => method.kind === "gift_card" && method.payment_method_id === payment_method_id,
  );
  if (payment_method_id !== original && !isGiftCard)
    refuseField(
      "payment_method_id",
      "A return is refunded to the original payment method or to a gift card of the customer.",
    );
  const item_ids = lines.map(({ item_id }) => item_id);
  return {
    set: { status: "return_requested", return: { item_ids, payment_method_id } },
    note: "Return requested.",
  };
};

export const exchangeItems: Rule<Replacements> = (order, body, facts) => {
  demand(canReturn(order));
  const { swaps, difference } = replace(order, body.items, facts.products);
  const method = methodOf(facts.customer, body.payment_method_id);
  demandBalance(method, difference, facts.currency);
  const exchange = {
    item_ids: swaps.map(({ line }) => line.item_id),
    new_item_ids: swaps.map(({ item }) => item.item_id),
    payment_method_id: method.payment_method_id,
    price_difference: written(difference),
  };
  return { set: { status: "exchange_requested", exchange }, note: "Exchange requested." };
};
