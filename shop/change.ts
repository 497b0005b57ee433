/**
 * How a tool that changes something is made: `defineChange` looks at the order, asks the user, acts once on an
 * answer that counts, and returns a receipt. The plans of the server's change tools are made of the other
 * functions here.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import {
  type Address,
  type Endpoint,
  endpoints,
  ID,
  type itemsBody,
  type Order,
  type OrderLine,
  type Product,
  schemas,
  type Status,
} from "./contract.ts";
import { RETRYABLE, ShopError } from "./errors.ts";
import { currencyCode, formatMoney, type Money, negate, sum, withoutSign } from "./money.ts";
import { join, joinFirst20, titleCase } from "./text.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const receipt = z.object({
  outcome: z.enum(["done", "confirmation_needed"]),
  summary: z.string(),
  order_id: schemas.order.shape.order_id.optional(),
  status: schemas.order.shape.status.optional(),
  amount: z.string().optional().describe("Charged in all; below zero: refunded"),
  currency: currencyCode.optional(),
  confirmation: z.string().optional().describe("For the same call, after the user's yes"),
  expires_at: z.string().optional(),
});
type Receipt = z.output<typeof receipt>;
const confirmation = z
  .string()
  .max(300)
  .optional()
  .describe("From the call before, once confirmed");
/** Stands before a question that the host cannot put to the user itself. */
export const ASK_FIRST =
  "Nothing is done yet. Ask the user this, word for word; only after their yes, make the same call again with this confirmation.";

/** A change as it is meant. */
interface Plan<Body> {
  /** `order 1036 of Mia Lindqvist` */
  title: string;
  /** All of the change, for the user. */
  question: string;
  ids?: Record<string, string>;
  /** All of the change, for the shop. */
  body: Body;
  /** As it was read for the question. */
  order?: Order;
  formatMethod?(id: string): string;
}
export interface ChangeDefinition<Input extends z.ZodRawShape, Answer, Body> {
  description: string;
  input: Input;
  endpoint: Endpoint<Answer, Body>;
  /** What has happened afterwards: `cancelled`. */
  done: string;
  /** The status that an order then has, where it changes. */
  becomes?: Status;
  /** Where an order shows the change. @default "status" */
  touches?: "address" | "lines" | "payments";
  /** Reads what the change is about. @throws {ShopError} for what is known to be impossible */
  plan(args: z.output<z.ZodObject<Input>>, context: ToolContext): Promise<Plan<Body>>;
}

/** A tool that changes something. It runs again from its top once the user has answered. */
export function defineChange<Input extends z.ZodRawShape, Answer extends object, Body>(
  definition: ChangeDefinition<Input, Answer, Body>,
) {
  const { description, endpoint, done, becomes, touches = "status", plan } = definition;
  const input = z.strictObject({ ...definition.input, confirmation });
  const unclear = () => new ShopError("unclear", { what: endpoint.what });

  /** The user said no, or cannot be asked. @throws {ShopError} */
  function rejectWithoutAnswer({ reply, baseUrl }: ToolContext) {
    const context = { what: done, path: baseUrl };
    if (reply.action === "decline") throw new ShopError("declined", context);
    if (reply.action === "cancel") throw new ShopError("dismissed", context);
    if (reply.confirmVia === "nothing") throw new ShopError("nobody_to_ask", context);
  }
  /** What a shop without idempotency keys has made of a change whose end is unclear. @throws {ShopError} */
  async function lookUpOutcome(context: ToolContext, ids: Record<string, string>, before: Order) {
    const now = await context.request(endpoints.order, { ids }).catch(() => {
      throw unclear();
    });
    if (isDeepStrictEqual(now, before)) throw new ShopError("not_made", { what: endpoint.what });
    const isVisible = !isDeepStrictEqual(now[touches], before[touches]);
    if (!isVisible || now.status !== (becomes ?? now.status)) throw unclear();
    return now;
  }
  /** The receipt, from the shop's answer. @throws {ShopError} for an answer that is not to this change */
  function makeReceipt(
    answer: object,
    { title, order, formatMethod = String }: Plan<Body>,
  ): Receipt {
    const after: Partial<Order & { request_id: string }> = answer;
    const { status, request_id } = after;
    const isOlder = Date.parse(after.updated_at ?? "") < Date.parse(order?.updated_at ?? "");
    const isOther = status && status !== "unknown" && status !== (becomes ?? status);
    if (isOlder || isOther || after.order_id !== (order ?? after).order_id) throw unclear();
    const added = paymentsAdded(order?.payments, after.payments);
    const flows = added.map(({ kind, amount, payment_method_id: id = "" }) => {
      const to = join([formatMoney(amount), id && formatMethod(id)], " to ");
      return ` ${kind === "refund" ? "Refunded" : "Charged"}: ${to}.`;
    });
    const number = request_id && ` Its number is ${request_id}.`;
    const summary = join([`${titleCase(title)}: ${done}.`, ...flows, number], "");
    return { outcome: "done", summary, order_id: order?.order_id, status, ...netAmount(added) };
  }

  async function run(given: object, context: ToolContext): Promise<Receipt> {
    const { confirmation, ...rest } = given as { confirmation?: string };
    const args = rest as z.output<z.ZodObject<Input>>; // what is left is what the entry asked for
    const { reply, confirmations, honoursKeys } = context;
    rejectWithoutAnswer(context);

    const planned = await plan(args, context);
    const { ids = {}, body, order } = planned;
    const question = join([planned.question, context.ignored], " ");
    const request = [endpoint.what, args, reply.confirmVia];
    const accepted = reply.action && (reply.token ?? "");
    const token = reply.confirmVia === "code" ? confirmation : accepted;
    const { nonce, reason = undefined } =
      token === undefined ? {} : confirmations.verify(token, request, question);
    if (!nonce) {
      const { token: confirmation, expires_at } = confirmations.issue(request, question);
      const again = reason && `Asked anew, since ${reason}.`;
      const summary = join([again, reply.confirmVia === "code" && ASK_FIRST, question], " ");
      const order_id = order?.order_id;
      return { outcome: "confirmation_needed", summary, order_id, confirmation, expires_at };
    }
    confirmations.markUsed(nonce);
    const change = { key: confirmations.idempotencyKey(nonce, request), body };
    const answer = await context.request(endpoint, { ids, change }).catch((error: unknown) => {
      const isUnclear = error instanceof ShopError && error.code === "unclear";
      if (!isUnclear) confirmations.release(nonce); // nothing was changed: the answer still counts
      if (!isUnclear || !order || honoursKeys) throw error;
      return lookUpOutcome(context, ids, order);
    });
    return makeReceipt(answer, planned);
  }

  const summary = (result: Receipt) => result.summary;
  const isOfAnOrder = endpoint.path.template.includes("{order_id}");
  const needs: Endpoint[] = isOfAnOrder ? [endpoint, endpoints.order] : [endpoint];
  const tool = defineTool({ description, needs, input, output: receipt, run, summary });
  return { ...tool, isWrite: true };
}

// ── Orders in words ─────────────────────────────────────────────────────────────────────────────

const formatOptions = (options: OrderLine["options"] = {}): string =>
  join(Object.entries(options).map(([name, value]) => `${name}: ${value}`));
/** `2 × Sparrow Fountain Pen (color: black, nib: fine)` */
export const formatLine = ({ name, options, quantity = 1 }: OrderLine): string =>
  (quantity === 1 ? "" : `${quantity} × `) + name + formatOptions(options).replace(/.+/, " ($&)");
export const formatAddress = ({ line1, line2, city, state, postcode, country }: Address): string =>
  join([line1, line2, join([postcode, city], " "), state, country]);

type Payments = NonNullable<Order["payments"]>;
/** What was paid less what was refunded; undefined where the currencies differ. */
export const netAmount = (payments: Payments): Money | undefined =>
  sum(payments.map(({ kind, amount }) => (kind === "refund" ? negate(amount) : amount)));
/** The payments at the end of `after` that `before` has not. */
function paymentsAdded(before: Payments | undefined, after: Payments = []): Payments {
  const isLonger = before && isDeepStrictEqual(after.slice(0, before.length), before);
  return isLonger ? after.slice(before.length) : [];
}
/** `Goes back: 56.90 EUR to Visa ending in 4417 (mia-visa).`: what each method has paid and not had back. */
export function formatRefunds({ order: { payments = [] }, formatMethod }: OrderContext): string {
  const methods = new Set(payments.map(({ payment_method_id = "" }) => payment_method_id));
  const refunds = Array.from(methods, (id) => {
    const net = netAmount(payments.filter((one) => (one.payment_method_id ?? "") === id));
    return net && Number(net.amount) > 0 && `${formatMoney(net)} to ${formatMethod(id)}`;
  });
  return join(refunds).replace(/.+/, "Goes back: $&.");
}

// ── Plans ───────────────────────────────────────────────────────────────────────────────────────

/** The arguments do not fit what was read. */
export function rejectArguments(detail: string): never {
  throw new ShopError("misfit", { detail });
}

/** What a shop may allow of an order, in words. */
const PERMISSIONS = {
  can_cancel: "cancel it",
  can_change: "change its items or payment",
  can_change_address: "change its address",
  can_return: "return or exchange items",
};
type Permission = keyof typeof PERMISSIONS;
const METHOD_KINDS: Record<string, string> = { paypal: "PayPal", gift_card: "gift card" };

/**
 * An order as it is now, and its customer's payment methods where the shop says who that is.
 * @throws {ShopError} if the order says that this is not allowed, naming what is
 */
export async function loadOrderFor(
  permission: Permission,
  order_id: string,
  { request }: ToolContext,
) {
  const order = await request(endpoints.order, { ids: { order_id } });
  const { allowed = true, reason = "" } = order[permission] ?? {};
  if (!allowed) {
    const others = Object.entries(PERMISSIONS).filter(
      ([name]) => order[name as Permission]?.allowed,
    ); // the table's own keys
    const instead = join(others.map(([, words]) => words)) || "nothing of the kind";
    throw new ShopError("not_possible", { detail: `${reason} Possible now: ${instead}.` });
  }
  const ids = { customer_id: order.customer_id ?? "me" };
  const customer = await request(endpoints.customer, { ids }).catch((error: unknown) => {
    if (error instanceof ShopError && RETRYABLE.includes(error.code)) throw error;
    return undefined; // a shop may have no customers
  });
  const methods = customer?.payment_methods ?? [];
  const methodOf = (id: string) => methods.find((method) => method.payment_method_id === id);
  /** `Visa ending in 4417 (mia-visa)` */
  function formatMethod(id: string, state?: string | false): string {
    const { kind = "", brand = METHOD_KINDS[kind] ?? kind, last_four } = methodOf(id) ?? {};
    const shownId = brand ? `(${join([id, state])})` : id;
    return join([brand, last_four && `ending in ${last_four}`, shownId], " ");
  }
  /** A method to be used, in words. @throws {ShopError} unless it is the customer's, or paid before */
  function requirePaymentMethod(id: string): string {
    const usable = [...methods, ...(order.payments ?? [])].map((one) => one.payment_method_id);
    const all = join([...new Set(usable)]) || "none";
    if (customer && !usable.includes(id))
      rejectArguments(`payment_method_id: ${id} is not one of this customer's, which are ${all}`);
    const { balance } = methodOf(id) ?? {};
    return formatMethod(id, balance && `${formatMoney(balance)} on it`);
  }
  const owner = join([customer?.first_name, customer?.last_name], " ");
  const title = `order ${order_id}${owner && ` of ${owner}`}`;
  return { order, ids: { order_id }, title, formatMethod, requirePaymentMethod };
}
export type OrderContext = Awaited<ReturnType<typeof loadOrderFor>>;

/** A line for each piece of a line. */
const piecesOf = (line: OrderLine): OrderLine[] =>
  Array.from({ length: Math.min(line.quantity ?? 1, MAX_PIECES) }, () => {
    return { ...line, quantity: 1 };
  });
const MAX_PIECES = 100; // no call names more

/** Each wanted item with its line: an item named twice is two pieces. @throws {ShopError} where there are none */
export function matchLines<Wanted extends { item_id: string }>(
  { lines = [] }: Order,
  wanted: Wanted[],
  argument: string,
) {
  const bought = lines.flatMap(piecesOf);
  const left = [...bought];
  return wanted.map((one): [Wanted, OrderLine] => {
    const { item_id: id } = one;
    const index = left.findIndex(({ item_id }) => item_id === id);
    const [line] = index < 0 ? [] : left.splice(index, 1);
    if (line) return [one, line];
    const times = bought.filter(({ item_id }) => item_id === id).length;
    const all = joinFirst20(lines.map(({ item_id }) => item_id)) || "no known items";
    const count = `was bought ${times === 1 ? "once" : `${times} times`} and is named more often`;
    return rejectArguments(
      `${argument}: ${id} ${times ? count : `is not in this order, which has ${all}`}`,
    );
  });
}

/** The item of a product that is to take a line's place. @throws {ShopError} if it cannot be had */
function requireNewItem(product: Product, item_id: string, new_item_id: string) {
  const others = (product.items ?? []).filter((item) => item.item_id !== item_id);
  const available = others.filter((item) => item.available !== false);
  const found = available.find((item) => item.item_id === new_item_id);
  if (found) return found;
  const isSoldOut = others.some((item) => item.item_id === new_item_id);
  const other = isSoldOut ? "not available now" : "no item of that product";
  const why = new_item_id === item_id ? "there already" : other;
  const instead = joinFirst20(available.map((item) => item.item_id)) || "none";
  return rejectArguments(`items: ${new_item_id} is ${why}; in its place there are ${instead}`);
}

/**
 * Plans new items in place of an order's lines, with the difference in price.
 * @param verb begins the question: `Exchange items of`
 * @param end ends it
 */
export const planItemSwap =
  (permission: Permission, verb: string, end = "") =>
  async (
    { order_id, ...body }: { order_id: string } & z.output<typeof itemsBody>,
    context: ToolContext,
  ) => {
    const loaded = await loadOrderFor(permission, order_id, context);
    const method = loaded.requirePaymentMethod(body.payment_method_id);
    const swaps: string[] = [];
    const prices: (Money | undefined)[] = [];
    const products = new Map<string, Product>();
    for (const [{ item_id, new_item_id }, line] of matchLines(loaded.order, body.items, "items")) {
      const { product_id = "" } = line;
      if (!ID.test(product_id))
        rejectArguments(`the shop does not say of which product ${item_id} is`);
      const known = products.get(product_id);
      const product = known ?? (await context.request(endpoints.product, { ids: { product_id } }));
      products.set(product_id, product);
      const item = requireNewItem(product, item_id, new_item_id);
      swaps.push(`${formatLine(line)} becomes (${formatOptions(item.options) || new_item_id})`);
      prices.push(item.price, negate(line.price));
    }
    const difference = sum(prices);
    const flow = Number(difference?.amount) < 0 ? "will go back to" : "will be charged to";
    const money = difference
      ? `${formatMoney(withoutSign(difference))} ${flow} ${method}`
      : `The shop works out the difference in price, which goes by ${method}`;
    const price = Number(difference?.amount) === 0 ? "The price stays the same" : money;
    const question = `${verb} ${loaded.title}? ${swaps.join("; ")}. ${price}. It can be done only once.${end}`;
    return { ...loaded, question, body };
  };
