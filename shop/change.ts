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
  formatEntryMoney,
  formatPayments,
  netAmount,
  type Part,
  partsOf,
  quote,
} from "./account.ts";
import {
  type Endpoint,
  endpoints,
  type Order,
  type OrderChange,
  schemas,
  type Status,
} from "./contract.ts";
import type { Shown } from "./confirmation.ts";
import { REFUSED, ShopError } from "./errors.ts";
import { currencyCode } from "./money.ts";
import type { Plan } from "./plan.ts";
import { join, titleCase } from "./text.ts";
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
  /** All of the change, for the shop. @default the arguments that are not in the path, as they are */
  body?(rest: Omit<Args<Input>, "order_id" | "customer_id">): object;
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
  function bodyOf(args: Args<Input>): object {
    const rest = Object.fromEntries(Object.entries(args).filter(([name]) => !isInPath(name)));
    return definition.body?.(rest as Args<Input>) ?? rest; // without the ids of the path
  }
  const requestOf = (args: Args<Input>, { reply, ignored }: ToolContext) => [
    what,
    args,
    reply.confirmVia,
    ignored,
  ];
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
    const account = order && after && accountOf(order, after, { ...FORMATS, ...planned });
    const doubt = order?.can_preview ? PREVIEW_FAILED : WITHOUT_PREVIEW;
    const rest = account ? [account] : [...details, isOfAnOrder && doubt];
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
    const isEntry = change === "returns" || change === "exchanges";
    const whose = join([answer.first_name, answer.last_name], " ");
    const title = id ? `Order ${id}` : whose ? `Address of ${quote(whose)}` : titleCase(what);
    const isDone = Boolean(isGone || isShown);
    const summary = join(
      [
        `${title}: ${isDone ? done : `the shop has accepted the ${what}`}.`,
        !isDone && "It does not show it yet: read it again before you say that it is done.",
        ...formatPayments(payments, FORMATS).map((line) => `${line}.`),
        ...formatEntryMoney(isEntry ? answer : {}, FORMATS).map((line) => `${line}.`),
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
