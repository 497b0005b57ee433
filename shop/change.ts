/** A tool that changes something: look, ask, act once, tell. */
import * as z from "zod";
import {
  endpoints,
  exchange,
  ID,
  order,
  product,
  status,
  type Address,
  type Endpoint,
  type Status,
  id,
} from "./contract.ts";
import { NO_FACTS, PASSING, ShopError } from "./errors.ts";
import { currencyCode, minus, type Money, sum, told } from "./money.ts";
import { capital, few, spoken } from "./text.ts";
import { type Call, tool } from "./tool.ts";

const receipt = z.object({
  outcome: z.enum(["done", "confirmation_needed"]),
  summary: z.string(),
  order_id: id.optional(),
  status: status.status.optional(),
  amount: z.string().optional().describe("Charged in all; below zero: refunded"),
  currency: currencyCode.optional(),
  confirmation: z.string().optional().describe("For the same call, after the person's yes"),
  expires_at: z.string().optional(),
});
const confirmation = z
  .string()
  .max(300)
  .optional()
  .describe("From the call before, once confirmed");

/** A change as it is meant: `question` tells the person all of it, and `body` the shop. */
interface Plan<B> {
  title: string;
  question: string;
  ids?: Record<string, string>;
  body: B;
  order?: Order;
  /** A payment method in words. */
  method?(id: string): string;
}
interface Write<I extends z.ZodRawShape, A, B> {
  about: string;
  input: I;
  at: Endpoint<A, B>;
  /** What it has become afterwards, in words, and the status that an order must have then. */
  done: string;
  becomes?: Status;
  /** Where an order shows it, if not by its status. */
  touches?: "address" | "lines" | "payments";
  /** Looks at the shop. @throws {ShopError} for what is known to be impossible */
  plan(args: z.output<z.ZodObject<I>>, call: Call): Promise<Plan<B>>;
}
/** A tool that changes something. It runs again from its top when the person has answered. */
export function write<I extends z.ZodRawShape, A extends object, B>(entry: Write<I, A, B>) {
  const { about, at, done, becomes, touches = "status", plan } = entry;
  const input = z.strictObject({ ...entry.input, confirmation });
  const run = async (given: object, call: Call): Promise<z.output<typeof receipt>> => {
    const { confirmation, ...rest } = given as { confirmation?: string };
    const args = rest as z.output<z.ZodObject<I>>; // what is left is what the entry asked for
    const { person, consents, address } = call;
    const facts = { ...NO_FACTS, what: done, path: address };
    if (person.answer === "decline") throw new ShopError("declined", facts);
    if (person.answer === "cancel") throw new ShopError("dismissed", facts);
    if (person.by === "nothing") throw new ShopError("nobody_to_ask", facts);

    const { title, question, ids = {}, body, order, method = String } = await plan(args, call);
    const request = [at.what, args, person.by];
    const accepted = person.answer && (person.sealed ?? "");
    const sealed = person.by === "code" ? confirmation : accepted;
    const { nonce, why } = sealed === undefined ? {} : consents.check(sealed, request, question);
    const order_id = order?.order_id;
    if (!nonce) {
      const { sealed: confirmation, expires_at } = consents.ask(request, question);
      const again = why && `Asked anew, since ${why}.`;
      const summary = spoken([again, person.by === "code" && ASK_THE_PERSON, question], " ");
      return { outcome: "confirmation_needed", summary, order_id, confirmation, expires_at };
    }
    consents.spend(nonce);
    const change = { key: consents.key(nonce, request), body };
    const settle = async (error: unknown): Promise<Partial<Order>> => {
      const isOpen = error instanceof ShopError && error.kind === "unclear";
      if (!isOpen) consents.release(nonce); // nothing was changed: the answer still counts
      if (!isOpen || !order || call.honoursKeys) throw error;
      const now = await call.ask(endpoints.order, { ids }).catch(() => Promise.reject(error));
      if (Bun.deepEquals(now, order)) throw new ShopError("not_made", { ...facts, what: at.what });
      const isSeen = !Bun.deepEquals(now[touches], order[touches]);
      if (!isSeen || now.status !== (becomes ?? now.status)) throw error;
      return now;
    };
    const asked = call.ask(at, { ids, change }).catch(settle);
    const after: Partial<Order & { request_id: string }> = await asked;
    const { status, request_id } = after;
    const isOlder = Date.parse(after.updated_at ?? "") < Date.parse(order?.updated_at ?? "");
    const isOther = status && status !== "unknown" && status !== (becomes ?? status);
    if (isOlder || isOther || after.order_id !== (order ?? after).order_id)
      throw new ShopError("unclear", { ...facts, what: at.what });
    const [before, paid] = [order?.payments, after.payments ?? []];
    const isLonger = before && Bun.deepEquals(paid.slice(0, before.length), before);
    const moves = isLonger ? paid.slice(before.length) : [];
    const flows = moves.map(({ kind, amount, payment_method_id: to = "" }) => {
      return ` ${kind === "refund" ? "Refunded" : "Charged"}: ${spoken([told(amount), to && method(to)], " to ")}.`;
    });
    const number = request_id && ` Its number is ${request_id}.`;
    const summary = spoken([`${capital(title)}: ${done}.`, ...flows, number], "");
    return { outcome: "done", summary, order_id, status, ...netOf(moves) };
  };
  const summary = (told: z.output<typeof receipt>) => told.summary;
  const needs: Endpoint[] = at.path.template.includes("{order_id}") ? [at, endpoints.order] : [at];
  return { ...tool({ about, needs, input, output: receipt, run, summary }), isWrite: true };
}
export const ASK_THE_PERSON =
  "Nothing is done yet. Ask the person this, word for word; only after their yes, make the same call again with this confirmation.";

type Order = z.output<typeof order>;
type Line = NonNullable<Order["lines"]>[number];

export const spokenOptions = (options: Line["options"] = {}) =>
  spoken(Object.entries(options).map(([name, value]) => `${name}: ${value}`));
export const spokenLine = ({ name, options }: Line) =>
  name + spokenOptions(options).replace(/.+/, " ($&)");
export const spokenAddress = ({ line1, line2, city, state, postcode, country }: Address) =>
  spoken([line1, line2, spoken([postcode, city], " "), state, country]);

type Payments = NonNullable<Order["payments"]>;
export const netOf = (payments: Payments) =>
  sum(payments.map(({ kind, amount }) => (kind === "refund" ? minus(amount) : amount)));
/** What each payment method has paid for an order and not had back, in words. */
export const spokenPaid = ({ order: { payments = [] }, method }: Seen) =>
  spoken(
    [...Map.groupBy(payments, ({ payment_method_id = "" }) => payment_method_id)].map(
      ([by, its]) => {
        const net = netOf(its);
        return net && Number(net.amount) > 0 && `${told(net)} to ${method(by)}`;
      },
    ),
  ).replace(/.+/, "Goes back: $&.");

export const misfit = (detail: string): never => {
  throw new ShopError("misfit", { ...NO_FACTS, detail });
};
/** What an order can be allowed to, in words. */
const CAN = {
  can_cancel: "cancel it",
  can_change: "change its items or payment",
  can_change_address: "change its address",
  can_return: "return or exchange items",
};
type Can = keyof typeof CAN;
const KINDS: Record<string, string> = { paypal: "PayPal", gift_card: "gift card" };

/** An order as it stands, and its customer where the shop tells of one. @throws {ShopError} if it does not allow `can` */
export async function look(order_id: string, can: Can, { ask }: Call) {
  const order = await ask(endpoints.order, { ids: { order_id } });
  const { allowed = true, reason = "" } = order[can] ?? {};
  if (!allowed) {
    const others = Object.entries(CAN).filter(([name]) => order[name as Can]?.allowed); // CAN's own keys
    const instead = spoken(others.map(([, words]) => words)) || "nothing of the kind";
    const detail = `${reason} Possible now: ${instead}.`;
    throw new ShopError("not_possible", { ...NO_FACTS, detail });
  }
  const ids = { customer_id: order.customer_id ?? "me" };
  const customer = await ask(endpoints.customer, { ids }).catch((error: unknown) => {
    if (error instanceof ShopError && PASSING.includes(error.kind)) throw error;
    return undefined; // a shop may tell of no customers
  });
  const methods = customer?.payment_methods ?? [];
  const whose = spoken([customer?.first_name, customer?.last_name], " ");
  const known = (id: string) => methods.find((method) => method.payment_method_id === id);
  const method = (id: string, state?: string | false) => {
    const { kind = "", brand = KINDS[kind] ?? kind, last_four: end } = known(id) ?? {};
    return spoken([brand, end && `ending in ${end}`, brand ? `(${spoken([id, state])})` : id], " ");
  };
  /** The same of one to be used, which has to be the customer's, or one that paid before. */
  const pays = (id: string) => {
    const usable = [...methods, ...(order.payments ?? [])].map((one) => one.payment_method_id);
    const all = spoken([...new Set(usable)]) || "none";
    if (customer && !usable.includes(id))
      misfit(`payment_method_id: ${id} is not one of this customer's, which are ${all}`);
    const { balance } = known(id) ?? {};
    return method(id, balance && `${told(balance)} on it`);
  };
  const title = `order ${order_id}${whose && ` of ${whose}`}`;
  return { order, ids: { order_id }, title, method, pays };
}
export type Seen = Awaited<ReturnType<typeof look>>;
/** Each wanted item and the line it means: named twice, it is two lines. @throws {ShopError} */
export function linesFor<W extends { item_id: string }>(
  { lines = [] }: Order,
  wanted: W[],
  name: string,
) {
  const left = [...lines];
  return wanted.map((one): [W, Line] => {
    const { item_id: id } = one;
    const nth = left.findIndex(({ item_id }) => item_id === id);
    const [line] = nth < 0 ? [] : left.splice(nth, 1);
    if (line) return [one, line];
    const times = lines.filter(({ item_id }) => item_id === id).length;
    const all = few(lines.map(({ item_id }) => item_id)) || "no known items";
    const bought = `was bought ${times === 1 ? "once" : `${times} times`} and is named more often`;
    return misfit(`${name}: ${id} ${times ? bought : `is not in this order, which has ${all}`}`);
  });
}
/** Plans new items for old: in words, with the difference in price. @throws {ShopError} for what cannot be had */
export const swapping =
  (can: Can, verb: string, end = "") =>
  async ({ order_id, ...body }: { order_id: string } & z.output<typeof exchange>, call: Call) => {
    const seen = await look(order_id, can, call);
    const pays = seen.pays(body.payment_method_id);
    const asks = [`${verb} ${seen.title}?`];
    const prices: (Money | undefined)[] = [];
    const products = new Map<string, z.output<typeof product>>();
    for (const [{ item_id, new_item_id: id }, line] of linesFor(seen.order, body.items, "items")) {
      const { product_id = "" } = line;
      if (!ID.test(product_id)) misfit(`the shop does not say of which product ${item_id} is`);
      const known = products.get(product_id);
      const found = known ?? (await call.ask(endpoints.product, { ids: { product_id } }));
      products.set(product_id, found);
      const others = (found.items ?? []).filter((one) => one.item_id !== item_id);
      const item = others.find((one) => one.item_id === id);
      const can = others.filter(({ available }) => available !== false);
      const why =
        id === item_id ? "there already" : item ? "not available now" : "no item of that product";
      if (!item || !can.includes(item))
        return misfit(
          `items: ${id} is ${why}; in its place there are ${few(can.map((one) => one.item_id)) || "none"}`,
        );
      asks.push(`${spokenLine(line)} becomes (${spokenOptions(item.options) || id});`);
      prices.push(item.price, minus(line.price));
    }
    const { amount, currency = "" } = sum(prices) ?? {};
    const flow = Number(amount) < 0 ? "will go back to" : "will be charged to";
    const money = amount
      ? `${told({ amount, currency })} ${flow} ${pays}`
      : `The shop works out the difference in price, which goes by ${pays}`;
    const price = Number(amount) === 0 ? "The price stays the same" : money;
    const question = `${asks.join(" ").replace(/;$/, "")}. ${price}. It can be done only once.${end}`;
    return { ...seen, question, body };
  };
