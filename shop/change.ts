/**
 * How a tool that changes something is made: `defineChange` looks at the order, has the shop preview the change, asks
 * the user, acts once on an answer that counts, and tells what the shop's answer says. The plans of the server's
 * change tools are made of the other functions here.
 *
 * @module
 */
import * as z from "zod";
import {
  accountOf,
  type Formats,
  formatLine,
  formatPayments,
  netAmount,
  type Part,
  partsOf,
  piecesOf,
  quote,
} from "./account.ts";
import {
  type Endpoint,
  endpoints,
  ID,
  type itemsBody,
  type Order,
  type OrderChange,
  type OrderLine,
  type Product,
  schemas,
  type Status,
} from "./contract.ts";
import type { Shown } from "./confirmation.ts";
import { REFUSED, RETRYABLE, ShopError } from "./errors.ts";
import { currencyCode, formatMoney } from "./money.ts";
import { join, joinFirst20, titleCase } from "./text.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const receipt = z.object({
  outcome: z.enum(["done", "accepted", "confirmation_needed"]),
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
  .max(1000)
  .optional()
  .describe("From the call before, once confirmed");
/** Stands before a question that the host cannot put to the user itself. */
export const ASK_FIRST =
  "Nothing is done yet. Ask the user this, word for word; only after their yes, make the same call again with this confirmation.";
const MAX_QUESTION = 8000; // characters
const WITHOUT_PREVIEW = "The shop works out the money, which is not known before.";
const PREVIEW_FAILED = "The shop failed to say what this would do: the money is not known before.";
const MADE_BEFORE = "The same was asked for and sent within the last ten minutes.";
const UNCLEAR_BEFORE = `${MADE_BEFORE} It is not known whether the shop made it.`;

/** A change as it is meant, and what was read for its question. */
interface Plan extends Partial<Formats> {
  /** What is always shown, a line each. The first one is the question. */
  asks: (string | undefined)[];
  /** What is shown where the shop does not say what the change would do: the request, and what was read. */
  details?: (string | undefined)[];
  order?: Order;
  /** Of what is changed, as it was read. */
  version?: string | undefined;
}
/** What a change's answer may be made of. */
type Answer = Partial<Order> & { request_id?: string; first_name?: string; last_name?: string };
type Args<Input extends z.ZodRawShape> = z.output<z.ZodObject<Input>>;
export interface ChangeDefinition<Input extends z.ZodRawShape> {
  description: string;
  input: Input;
  endpoint: Endpoint;
  /** What has happened afterwards: `cancelled`. */
  done: string;
  /** Its name where the shop previews it. */
  change?: OrderChange;
  /** The status that an order then has, where it changes. */
  becomes?: Status;
  /** Where an order shows the change. @default "status" */
  touches?: Part;
  /** All of the change, for the shop. @default the arguments that are not in the path */
  body?(args: Args<Input>): object;
  /** Reads what the change is about. @throws {ShopError} for what is known to be impossible */
  plan(args: Args<Input>, context: ToolContext): Promise<Plan>;
}

/** A tool that changes something. It runs again from its top once the user has answered. */
export function defineChange<Input extends z.ZodRawShape>(definition: ChangeDefinition<Input>) {
  const { description, endpoint, done, change, becomes, touches = "status", plan } = definition;
  const { what, path } = endpoint;
  const input = z.strictObject({ ...definition.input, confirmation });
  const isInPath = (name: string) => path.template.includes(`{${name}}`);
  const isOfAnOrder = isInPath("order_id");
  const idsOf = (args: object): Record<string, string> =>
    Object.fromEntries(Object.entries(args).filter(([name]) => isInPath(name)));
  const bodyOf = (args: Args<Input>): object =>
    definition.body?.(args) ??
    Object.fromEntries(Object.entries(args).filter(([name]) => !isInPath(name)));
  const requestOf = (args: Args<Input>, { reply }: ToolContext) => [what, args, reply.confirmVia];
  const unclear = () => new ShopError("unclear", { what });

  /** The order as the shop says it would be; undefined where it does not say. @throws {ShopError} as the change */
  async function preview(args: Args<Input>, { order }: Plan, { request }: ToolContext) {
    if (!change || !order?.can_preview) return undefined;
    const body = { change, body: bodyOf(args) };
    try {
      const after = await request(endpoints.previewChange, { ids: idsOf(args), body });
      return after.order_id === order.order_id ? after : undefined;
    } catch (error) {
      if (!(error instanceof ShopError)) throw error;
      if (REFUSED.includes(error.code)) throw new ShopError(error.code, { ...error.context, what });
      return undefined; // there is none, or it fails
    }
  }
  /** Puts the change to the user. @throws {ShopError} where it cannot be made, or not be shown in full */
  async function ask(args: Args<Input>, context: ToolContext, reason?: string): Promise<Receipt> {
    const { confirmations, reply, ignored } = context;
    const planned = await plan(args, context);
    const { asks, details = [], order, version = "" } = planned;
    const after = await preview(args, planned, context);
    const account = order && after ? accountOf(order, after, { ...FORMATS, ...planned }) : [];
    const doubt = order?.can_preview ? PREVIEW_FAILED : WITHOUT_PREVIEW;
    const rest = account.length ? account : [...details, isOfAnOrder && doubt];
    const request = requestOf(args, context);
    const question = join([confirmations.recall(request), ...asks, ...rest, ignored], "\n");
    if (question.length > MAX_QUESTION) throw new ShopError("too_large_to_ask", { what });
    const was = order ? digestsOf(order, context) : [];
    const would = after ? digestsOf(after, context) : [];
    const shown = [order?.order_id ?? "", version, was.join(), would.join()];
    const { token, expires_at } = confirmations.issue(request, question, shown);
    const again = reason && `Asked anew, since ${reason}.`;
    const summary = join([again, reply.confirmVia === "code" && ASK_FIRST, question], "\n");
    const order_id = order?.order_id;
    return { outcome: "confirmation_needed", summary, order_id, confirmation: token, expires_at };
  }

  /** Whether an order is as this change makes it, and not as it was. */
  function showsChange(order: Order, was: string[], context: ToolContext): boolean {
    if (order.change) return true;
    if (becomes && order.status !== "unknown") return order.status === becomes;
    const index = Object.keys(partsOf(order)).indexOf(touches);
    return digestsOf(order, context)[index] !== was[index];
  }
  /** What became of a change whose end is not known. "gone": with the order; undefined: it does not show. */
  async function lookUp(args: Args<Input>, was: string[], context: ToolContext) {
    const now = await context.request(endpoints.order, { ids: idsOf(args) }).catch((error) => {
      const isGone = error instanceof ShopError && error.context.status === 404;
      return isGone ? ("gone" as const) : undefined;
    });
    return now === "gone" || (now && showsChange(now, was, context)) ? now : undefined;
  }
  /** Sends the change that an answer counts for. @throws {ShopError} */
  async function act(nonce: string, shown: Shown, args: Args<Input>, context: ToolContext) {
    const { request, confirmations, honoursKeys } = context;
    const [, version, was = ""] = shown;
    const key = confirmations.idempotencyKey(nonce, requestOf(args, context));
    const sent = { ids: idsOf(args), change: { key, body: bodyOf(args), version } };
    try {
      const answer = (await request(endpoint, sent)) as Answer; // an order, a customer or a support request
      return tell(answer, shown, context);
    } catch (error) {
      const code = error instanceof ShopError ? error.code : undefined;
      const isAccepted = code === "accepted";
      if (!isAccepted && (code !== "unclear" || honoursKeys)) throw error;
      const found = isOfAnOrder ? await lookUp(args, was.split(","), context) : undefined;
      if (!isAccepted && (!found || found === "gone")) throw error;
      return tell(found, shown, context);
    }
  }
  /** The receipt, from the shop's answer alone. @throws {ShopError} for an answer that is not to this change */
  function tell(found: Answer | "gone" | undefined, shown: Shown, context: ToolContext): Receipt {
    const [id = "", , was = "", would = ""] = shown;
    const isGone = found === "gone" && becomes === "cancelled";
    const answer: Answer = typeof found === "object" ? found : {};
    const { order_id, status, request_id, change: { payments = [] } = {} } = answer;
    if (order_id !== undefined && isOfAnOrder && order_id !== id) throw unclear();
    const order = isOfAnOrder && status && order_id ? { ...answer, status, order_id } : undefined;
    const isShown = order ? showsChange(order, was.split(","), context) : !isOfAnOrder && found;
    const whose = join([answer.first_name, answer.last_name], " ");
    const title = id ? `Order ${id}` : whose ? `Address of ${quote(whose)}` : titleCase(what);
    const isDone = Boolean(isGone || isShown);
    const summary = join(
      [
        `${title}: ${isDone ? done : `the shop has accepted the ${what}`}.`,
        !isDone && "It does not show it yet: read it again before you say that it is done.",
        ...formatPayments(payments, quote).map((line) => `${line}.`),
        request_id && `Its number is ${request_id}.`,
        order && would && differences(digestsOf(order, context), would.split(",")),
      ],
      " ",
    );
    const outcome = isDone ? "done" : "accepted";
    return { outcome, summary, order_id: id || undefined, status, ...netAmount(payments) };
  }

  async function run(given: object, context: ToolContext): Promise<Receipt> {
    const { confirmation, ...rest } = given as { confirmation?: string };
    const args = rest as Args<Input>; // what is left is what the entry asked for
    const { reply, confirmations, honoursKeys, baseUrl } = context;
    const { confirmVia } = reply;
    const rejected = { what: done, path: baseUrl };
    if (confirmVia === "nothing") throw new ShopError("nobody_to_ask", rejected);
    const byCode = confirmation === undefined ? undefined : ("yes" as const);
    const answer = confirmVia === "code" ? byCode : reply.answer;
    if (!answer) return ask(args, context);
    const request = requestOf(args, context);
    const token = confirmVia === "code" ? confirmation : reply.token;
    const { question, reason } = confirmations.verify(token ?? "", request);
    if (answer !== "yes") {
      if (question) confirmations.refuse(question.nonce);
      throw new ShopError(answer, rejected);
    }
    if (!question) return ask(args, context, reason);
    const { nonce, shown } = question;
    const isUnclear = (error: unknown) => error instanceof ShopError && error.code === "unclear";
    const send = () => act(nonce, shown, args, context);
    try {
      const receipt = await (honoursKeys
        ? send() // as often as the answer comes: the shop makes it once
        : confirmations.once(nonce, send, (error) => !isUnclear(error)));
      confirmations.remember(request, `${MADE_BEFORE} The shop's answer was: ${receipt.summary}`);
      return receipt;
    } catch (error) {
      if (error instanceof ShopError && error.code === "http_412")
        return ask(args, context, "it has changed meanwhile");
      if (isUnclear(error)) confirmations.remember(request, UNCLEAR_BEFORE);
      const canResend = confirmVia === "code" && honoursKeys && isUnclear(error);
      throw canResend ? new ShopError("unclear_by_code", { what }, error) : error;
    }
  }

  const summary = (result: Receipt) => result.summary;
  const needs: Endpoint[] = isOfAnOrder ? [endpoint, endpoints.order] : [endpoint];
  const tool = defineTool({ description, needs, input, output: receipt, run, summary });
  return { ...tool, isWrite: true };
}

const FORMATS: Formats = { formatMethod: quote, formatNewItem: quote };
/** A short digest of each part of an order that a change can alter. */
const digestsOf = (order: Order, { confirmations }: ToolContext): string[] =>
  Object.values(partsOf(order)).map((part) => confirmations.digest(part, 6));
/** Which parts of an order are not as they were shown, in a sentence; "" where all are. */
function differences(now: string[], shown: string[]): string {
  const names = Object.keys(partsOf(NOTHING)).filter((_, index) => now[index] !== shown[index]);
  if (!names.length) return "";
  return `This is not what was shown before: the ${join(names)} of the order ${names.length === 1 ? "differs" : "differ"}. Tell the user, and read the order.`;
}
const NOTHING: Order = { order_id: "", status: "unknown" };

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
  /** `"Visa ending in 4417 (mia-visa)"` */
  function formatMethod(id: string, state?: string | false): string {
    const { kind = "", brand = METHOD_KINDS[kind] ?? kind, last_four } = methodOf(id) ?? {};
    const shownId = brand ? `(${join([id, state])})` : id;
    return quote(join([brand, last_four && `ending in ${last_four}`, shownId], " "));
  }
  /** A method to be used, in words. @throws {ShopError} unless it is the customer's, or paid before */
  function requirePaymentMethod(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    const usable = [...methods, ...(order.payments ?? [])].flatMap(
      (one) => one.payment_method_id ?? [],
    );
    const all = join([...new Set(usable)]);
    const known = all
      ? `is not one of this customer's, which are ${all}`
      : "is not known to the shop, which lists none: leave it out";
    if (customer && !usable.includes(id)) rejectArguments(`payment_method_id: ${id} ${known}`);
    const { balance } = methodOf(id) ?? {};
    return `Payment method: ${formatMethod(id, balance && `${formatMoney(balance)} on it`)}`;
  }
  const owner = join([customer?.first_name, customer?.last_name], " ");
  const title = `order ${order_id}${owner && ` of ${quote(owner)}`}`;
  return { order, version: order.version, title, formatMethod, requirePaymentMethod };
}

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
 * Plans new items in place of an order's lines.
 * @param verb begins the question: `Exchange items of`
 */
export const planItemSwap =
  (permission: Permission, verb: string) =>
  async (
    { order_id, ...body }: { order_id: string } & z.output<typeof itemsBody>,
    context: ToolContext,
  ): Promise<Plan> => {
    const loaded = await loadOrderFor(permission, order_id, context);
    const method = loaded.requirePaymentMethod(body.payment_method_id);
    const swaps: string[] = [];
    const names = new Map<string, string>();
    const products = new Map<string, Product>();
    for (const [{ item_id, new_item_id }, line] of matchLines(loaded.order, body.items, "items")) {
      const { product_id = "" } = line;
      if (!ID.test(product_id))
        rejectArguments(`the shop does not say of which product ${item_id} is`);
      const known = products.get(product_id);
      const product = known ?? (await context.request(endpoints.product, { ids: { product_id } }));
      products.set(product_id, product);
      const item = requireNewItem(product, item_id, new_item_id);
      names.set(new_item_id, formatLine({ ...line, ...item, quantity: 1 }));
      swaps.push(`Change: ${formatLine(line)} for ${names.get(new_item_id)}`);
    }
    const asks = [`${verb} ${loaded.title}? It can be done only once.`];
    const formatNewItem = (id: string) => names.get(id) ?? quote(id);
    return { ...loaded, asks, details: [...swaps, method], formatNewItem };
  };
