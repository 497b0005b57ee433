/**
 * Orders in words: what a user is shown before a change, and told after it. `accountOf` is the difference between two
 * orders, whoever made it; no rule of any shop stands here. Pure.
 *
 * Values are quoted and each statement is a line of its own, begun by the server's words: nothing that a merchant, a
 * shopper or an assistant wrote can look like another statement.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { Address, Order, OrderLine } from "./contract.ts";
import { formatMoney, type Money, negate, sum, withoutSign } from "./money.ts";
import { join, joinFirst20, titleCase } from "./text.ts";

/** Whatever looks like a double quote, in any script. */
const QUOTES = /["«»ʺˮ״“”„‟″‴‶‷❝❞〃〝〞〟＂˝˶⁗⹂🙶🙷🙸]/gu;
/** A value on one line, in quotes that nothing in it can end: `"Mia Lindqvist"`. */
export const quote = (text: string): string =>
  `"${text.replaceAll(QUOTES, "'").replaceAll(/\s*\n\s*/g, " / ")}"`;
const formatOptions = (options: OrderLine["options"] = {}): string =>
  join(Object.entries(options).map(([name, value]) => `${name}: ${value}`));
/** `"2 × Sparrow Fountain Pen (color: black, nib: fine)"` */
export const formatLine = ({ name, options, quantity = 1 }: OrderLine): string => {
  const pieces = quantity === 1 ? "" : `${quantity} × `;
  return quote(pieces + name + formatOptions(options).replace(/.+/s, " ($&)"));
};
export const formatAddress = ({ line1, line2, city, state, postcode, country }: Address): string =>
  quote(join([line1, line2, join([postcode, city], " "), state, country]) || "not known");

/** What is an id or a number for everybody, and cannot be read as words of the server's. */
const NUMBER = /^(?!.*\/\/)[\p{L}\p{N}#][\p{L}\p{M}\p{N}#._:~/-]{0,49}$/u;
const nameNumber = (number: string): string => (NUMBER.test(number) ? number : quote(number));
/** `order 31 (number ORD-7)`: what is printed on the mail may be another name than the id. */
export const nameOrder = ({
  order_id,
  order_number,
}: Pick<Order, "order_number"> & { order_id?: string | undefined }): string =>
  `order ${nameNumber(`${order_id}`)}${order_number ? ` (number ${nameNumber(order_number)})` : ""}`;

/** How payment methods and new items, which an order has only the ids of, are called. */
export interface Formats {
  formatMethod(id: string): string;
  formatNewItem(id: string): string;
}

// ── Money that moves ────────────────────────────────────────────────────────────────────────────

type Payments = NonNullable<Order["payments"]>;
/** Below zero where money goes back: a refund always, and a payment whose amount is. */
const flowOf = ({ kind, amount }: Payments[number]): Money | undefined => {
  if (kind === "payment") return amount;
  return kind === "refund" ? negate(withoutSign(amount)) : undefined;
};
/** What was charged less what was refunded; undefined where the currencies differ, or a kind is the shop's own. */
export const netAmount = (payments: Payments): Money | undefined => sum(payments.map(flowOf));
const isBelowZero = ({ amount }: Money) => amount.startsWith("-");
/** `Refunded: 56.90 EUR to "Visa ending in 4417 (mia-visa)"`, one for each payment; of a plan, `Will be refunded: …`. */
const formatPayments = (payments: Payments, { formatMethod }: Formats, isPlan = false) =>
  payments.map((payment) => {
    const { kind, amount, payment_method_id: id } = payment;
    const flow = flowOf(payment);
    const isBack = kind === "refund" || (flow && isBelowZero(flow)); // a refund of 0.00, too
    const verb = flow && (isBack ? "refunded" : "charged");
    const what = verb ? titleCase(isPlan ? `will be ${verb}` : verb) : `The shop's ${quote(kind)}`;
    const money = formatMoney(flow ? withoutSign(flow) : amount);
    return `${what}: ${join([money, id && formatMethod(id)], " to ")}`;
  });
/** The first of many payments, a sentence each. */
export const formatMoved = (payments: Payments, formats: Formats): string =>
  joinFirst20(
    formatPayments(payments, formats).map((line) => `${line}.`),
    " ",
  );
/** The money that a return or an exchange is noted with, and that has not moved yet. */
export function formatEntryMoney(order: Partial<Order>, { formatMethod }: Formats): string[] {
  const { return: back, exchange } = order;
  const toCome = (isRefund: boolean, money: Money, id?: string) =>
    `${isRefund ? "Refund" : "Charge"} to come: ${join([formatMoney(withoutSign(money)), id && formatMethod(id)], " to ")}`;
  const { price_difference: difference, payment_method_id: id } = exchange ?? {};
  const isZero = difference && !/[1-9]/.test(difference.amount);
  return [
    back?.amount && toCome(!isBelowZero(back.amount), back.amount, back.payment_method_id),
    difference && !isZero && toCome(isBelowZero(difference), difference, id),
    isZero && `Price difference: ${formatMoney(difference)}`,
  ].filter((line) => typeof line === "string");
}
/** What a return or an exchange is noted with. */
function formatEntries(order: Partial<Order>, formats: Formats, lines: OrderLine[]): string[] {
  const { return: back, exchange } = order;
  const left = lines.flatMap(piecesOf);
  const nameOf = (id: string) => {
    const at = left.findIndex(({ item_id }) => item_id === id);
    const [line] = at < 0 ? [] : left.splice(at, 1);
    return line ? formatLine(line) : quote(id);
  };
  const [old = [], others = []] = [exchange?.item_ids, exchange?.new_item_ids];
  return [
    ...(back?.item_ids ?? []).map((id) => `To be returned: ${nameOf(id)}`),
    ...old.map(
      (id, n) => `To be exchanged: ${nameOf(id)} for ${formats.formatNewItem(others[n] ?? "")}`,
    ),
    ...formatEntryMoney(order, formats),
  ];
}

// ── Two orders ──────────────────────────────────────────────────────────────────────────────────

const MAX_PIECES = 100; // no call names more
/** A line for each piece of a line; what is sold by weight, as 0.5, is one begun piece. */
export const piecesOf = (line: OrderLine): OrderLine[] =>
  Array.from({ length: Math.min(Math.ceil(line.quantity ?? 1), MAX_PIECES) }, () => {
    return { ...line, quantity: 1 };
  });
const ENTRIES = "return or exchange";
/** How many pieces there are of each kind: those of one item with the same price and options. */
function countPieces(lines: OrderLine[] = []): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const key = keyOf(line);
    counts.set(key, (counts.get(key) ?? 0) + (line.quantity ?? 1));
  }
  return counts;
}
const keyOf = ({ item_id, price, options }: OrderLine) => JSON.stringify([item_id, price, options]);
/** What a change can alter in an order, or in a customer, by its name in a sentence; undefined where it is not said. */
export const partsOf = (order: Partial<Order>) => ({
  status: order.raw_status ?? order.status,
  items: order.lines && [...countPieces(order.lines)].toSorted(),
  address: order.address && formatAddress(order.address), // as it is shown
  [ENTRIES]: [order.return, order.exchange],
  payments: order.payments,
});
export type Part = keyof ReturnType<typeof partsOf>;

/** Whether one order says of itself what another one says: only then their difference is what happened. */
export function hasPartsOf(one: Order, other: Order): boolean {
  const others = Object.values(partsOf(other));
  return Object.values(partsOf(one)).every((part, n) => !part === !others[n]);
}
/** What a change asks for that no status shows. */
interface Asked {
  address?: Address;
  items?: { new_item_id?: string }[];
  payment_method_id?: string;
}
/** Whether an order, or a customer, has what was asked for; differences may be of somebody else's making. */
export function showsAsked({ address, lines, payments }: Partial<Order>, asked: Asked): boolean {
  if (asked.address) return formatAddress(asked.address) === formatAddress(address ?? {});
  const ids = [...(lines ?? []), ...(payments ?? [])].map((one) =>
    "item_id" in one ? one.item_id : one.payment_method_id,
  );
  const { items = [{ new_item_id: asked.payment_method_id }] } = asked;
  return items.every(({ new_item_id: id }) => id !== undefined && ids.includes(id));
}
/** Which parts of an order are not as they were shown, by a digest of each, in a sentence; "" where all are. What it leaves out does not count. */
export function differences(now: string[], shown: string[]): string {
  const isWhole = now.every((part, n) => part || !shown[n]);
  const names = Object.keys(partsOf({})).filter(
    (name, n) => now[n] && shown[n] && now[n] !== shown[n] && (isWhole || name !== ENTRIES),
  );
  if (!names.length) return "";
  return `This is not what was shown before: the order differs in its ${join(names)}. Tell the user, and read the order.`;
}

const statusOf = ({ status, raw_status }: Order) =>
  quote(raw_status ?? status.replaceAll("_", " "));
/** What `some` lines have more than `others`: a line for each kind of pieces. */
function piecesWithout(some: OrderLine[] = [], others: OrderLine[] = []): OrderLine[] {
  const [all, left] = [countPieces(some), countPieces(others)];
  const kinds = new Map(some.map((line) => [keyOf(line), line]));
  return Array.from(kinds, ([key, line]) => {
    return { ...line, quantity: (all.get(key) ?? 0) - (left.get(key) ?? 0) };
  }).filter(({ quantity }) => quantity > 0);
}
const withPrice = (line: OrderLine) =>
  join([formatLine(line), line.price && formatMoney(line.price)], ", ");
/**
 * The difference between two orders, a line for each statement: `Status: "pending" becomes "cancelled"`.
 * @param after as it would be; what its `change` adds to the payments counts where it says so
 */
export function accountOf(before: Order, after: Order, formats: Formats): string {
  const [oldAddress, newAddress] = [before, after].map(({ address = {} }) =>
    formatAddress(address),
  );
  const isNew = (name: "return" | "exchange") =>
    !isDeepStrictEqual(after[name], before[name]) && { [name]: after[name] };
  return join(
    [
      statusOf(before) !== statusOf(after) &&
        `Status: ${statusOf(before)} becomes ${statusOf(after)}`,
      ...piecesWithout(before.lines, after.lines).map((line) => `Taken out: ${withPrice(line)}`),
      ...piecesWithout(after.lines, before.lines).map((line) => `Put in: ${withPrice(line)}`),
      ...(oldAddress === newAddress
        ? []
        : [`New address: ${newAddress}`, `Until now: ${oldAddress}`]),
      ...formatEntries({ ...isNew("return"), ...isNew("exchange") }, formats, before.lines ?? []),
      ...formatPayments(paymentsAdded(before, after), formats, true),
    ],
    "\n",
  );
}
/** The payments of a change: those it says it adds, else those at the end that were not there before. */
export function paymentsAdded(before: Order, after: Order): Payments {
  if (after.change?.payments?.length) return after.change.payments;
  const [old, all] = [before.payments, after.payments ?? []];
  const isLonger = old && isDeepStrictEqual(all.slice(0, old.length), old);
  return isLonger ? all.slice(old.length) : [];
}
/** `Items: "2 × Pen", "Ink"`, all that there are. */
export const formatContents = ({ lines = [] }: Order): string | undefined =>
  lines.length ? `Items: ${join(lines.map(formatLine))}` : undefined;
