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
  differences,
  type Formats,
  formatEntryMoney,
  formatMoved,
  hasPartsOf,
  nameOrder,
  netAmount,
  showsAsked,
  type Part,
  partsOf,
  quote,
} from "./account.ts";
import {
  type Customer,
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
import { defineTool, MAX_DATA_BYTES, type ToolContext } from "./tool.ts";

/** The shop, as told to whoever uses it: an address without TLS is one that only this server reaches. */
const shopAt = (baseUrl: string) => (baseUrl.startsWith("https:") ? baseUrl : "the shop");

const receipt = z.object({
  outcome: z.enum(["done", "accepted", "confirmation_needed"]),
  summary: z.string(),
  order_id: schemas.order.shape.order_id.optional(),
  // Hosts read its values where orders are read; each change would say them again.
  status: schemas.order.shape.status.optional().meta({ enum: undefined }),
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
/** Before a question that the host cannot put to the user itself; the other where an equal call may have done it. */
export const ASK_FIRST =
  "Nothing is done yet. Ask the user this, word for word; only after their yes, make the same call again with this confirmation.";
export const ASK_ANEW = ASK_FIRST.replace("Nothing is done yet", "This call has changed nothing");
const MAX_QUESTION = 8000; // characters
const WITHOUT_PREVIEW = "The shop works out the money, which is not known before.";
const PREVIEW_FAILED = "The shop failed to say what this would do: the money is not known before.";
const NOT_SHOWN =
  "The shop's preview does not show the change itself: it may do more than this says.";
const MADE_BEFORE = "The same was asked for and sent within the last ten minutes.";
const REFUSED_BEFORE = "The shop refused it as no longer current (HTTP 412).";
const SAME_VERSION = ", though it still shows the same version";
const UNCLEAR_BEFORE = `${MADE_BEFORE} It is not known whether the shop made it.`;

/** What a change's answer may be made of. */
type Answer = Partial<Order> & Partial<Customer> & { request_id?: string };
/** What a look finds: "gone" with the order; undefined where the change does not show. */
type Found = Answer | "gone" | undefined;
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
  const isEntered = change === "returns" || change === "exchanges";
  const shownIn = isEntered ? "return or exchange" : touches;
  const idsOf = (args: object): Record<string, string> =>
    Object.fromEntries(Object.entries(args).filter(([name]) => isInPath(name)));
  function bodyOf(args: Args<Input>): object {
    const rest = Object.fromEntries(Object.entries(args).filter(([name]) => !isInPath(name)));
    return definition.body?.(rest as Args<Input>) ?? rest; // without the ids of the path
  }
  function requestOf(args: Args<Input>, { reply, ignored }: ToolContext) {
    return [what, args, reply.confirmVia, ignored];
  }
  /** What an entry of the audit log is about. */
  const subjectOf = (question: string | undefined, { identity }: ToolContext) => {
    return { change: what, question, caller: identity };
  };
  const recall = (args: Args<Input>, { confirmations }: ToolContext) =>
    confirmations.recall([what, args]);

  /** The order as the shop says it would be; undefined where it does not say all. @throws {ShopError} as the change */
  async function preview(args: Args<Input>, { order }: Plan, { request, notes }: ToolContext) {
    if (!change || !order?.can_preview) return undefined;
    const body = { change, body: bodyOf(args) };
    const { missing } = notes; // of the order, and what else was read
    try {
      const after = await request(endpoints.previewChange, { ids: idsOf(args), body });
      const isAlike = hasPartsOf(order, after) && [0, missing].includes(notes.missing - missing);
      return after.order_id === order.order_id && isAlike ? after : undefined;
    } catch (error) {
      if (!(error instanceof ShopError)) throw error;
      if (REFUSED.includes(error.code)) throw new ShopError(error.code, { ...error.context, what });
      return undefined; // there is none, or it fails
    }
  }
  /** Puts the change to the user. @throws {ShopError} where it cannot be made, or not be shown in full */
  async function ask(
    args: Args<Input>,
    context: ToolContext,
    reason?: string,
    stale?: string,
  ): Promise<Receipt> {
    const { confirmations, reply, ignored } = context;
    const planned = await plan(args, context);
    const { asks, details = [], order, customer } = planned;
    const before = order ?? customer;
    if (stale && before?.version === stale)
      throw new ShopError("http_4xx", { what, status: 412, detail: SAME_VERSION });
    const after = await preview(args, planned, context);
    const account = order && after && accountOf(order, after, { ...FORMATS, ...planned });
    const isShown = order && after && differs(after, digestsOf(order, context), context, shownIn);
    const doubt = after ? NOT_SHOWN : order?.can_preview ? PREVIEW_FAILED : WITHOUT_PREVIEW;
    const rest = isShown ? [account] : [...details, account, isOfAnOrder && doubt];
    const known = await recall(args, context);
    const parts = [known, ...asks, ...rest, ...context.notes.leftOut(), ignored];
    const question = join(parts, "\n");
    if (question.length > MAX_QUESTION || Buffer.byteLength(question) > MAX_DATA_BYTES)
      throw new ShopError("too_large_to_ask", { what });
    const id = order?.order_id ?? customer?.customer_id ?? "";
    const [was, would] = [before, after].map((it) => (it ? digestsOf(it, context).join() : ""));
    const shown = [id, before?.version ?? "", was ?? "", would ?? ""];
    const { token, expires_at } = await confirmations.issue(
      requestOf(args, context),
      question,
      shown,
    );
    const again = reason && `Asked anew, since ${reason}.`;
    const byCode = reply.confirmVia === "code" && (known ? ASK_ANEW : ASK_FIRST);
    const summary = join([again, byCode, question], "\n");
    context.audit?.({
      event: "asked",
      ...subjectOf(confirmations.nonceOf(token), context),
      via: reply.confirmVia,
      text: question,
      arguments: args,
      of: id,
      version: before?.version,
      until: expires_at,
    });
    const order_id = order?.order_id;
    return { outcome: "confirmation_needed", summary, order_id, confirmation: token, expires_at };
  }

  /** Whether what is changed is not as it was, where the change shows. */
  function differs(now: Answer, was: string[], context: ToolContext, part = touches): boolean {
    const index = Object.keys(partsOf(now)).indexOf(part);
    const [before, after] = [was[index], digestsOf(now, context)[index]];
    return Boolean(before && after && before !== after);
  }
  /** Whether an answer shows the change: by the status, or as it says itself, or since something is not as it was. */
  function showsChange(answer: Answer, was: string[], asked: object, context: ToolContext) {
    if (becomes && answer.status !== "unknown") return answer.status === becomes;
    if (answer.change) return answer.change.kind === change;
    const isThere = touches === "address" && showsAsked(answer, asked); // as it was before, perhaps
    return !becomes && (isThere || differs(answer, was, context));
  }
  /** What became of a change whose end is not known. */
  async function lookUp(args: Args<Input>, was: string[], context: ToolContext): Promise<Found> {
    const now = await context.request(endpoints.order, { ids: idsOf(args) }).catch((error) => {
      const isGone = error instanceof ShopError && error.context.status === 404;
      return isGone ? ("gone" as const) : undefined;
    });
    if (now === undefined || now === "gone") return now;
    const order = { ...now, change: undefined }; // which may be another one
    const isThere = becomes ? now.status === becomes : showsAsked(now, bodyOf(args));
    return isThere && differs(now, was, context) ? order : undefined;
  }
  /** Sends the change that an answer counts for. @throws {ShopError} */
  async function act(nonce: string, shown: Shown, args: Args<Input>, context: ToolContext) {
    const { request, confirmations, honoursKeys } = context;
    const [, version] = shown;
    const key = confirmations.idempotencyKey(nonce, requestOf(args, context));
    const sent = { ids: idsOf(args), change: { key, body: bodyOf(args), version } };
    try {
      const answer = (await request(endpoint, sent)) as Answer; // an order, a customer or a support request
      return tell(answer, shown, sent.change.body, context);
    } catch (error) {
      const code = error instanceof ShopError ? error.code : undefined;
      const isAccepted = code === "accepted";
      if (!isAccepted && (code !== "unclear" || honoursKeys)) throw error;
      return lookAgain(shown, args, context, error);
    }
  }
  /** The receipt by what is found of a change, where its end is not known. @throws {unknown} the error, if nothing is */
  async function lookAgain(shown: Shown, args: Args<Input>, context: ToolContext, error: unknown) {
    const isAccepted = error instanceof ShopError && error.code === "accepted";
    const [, , was = ""] = shown;
    const found = isOfAnOrder ? await lookUp(args, was.split(","), context) : undefined;
    if (!isAccepted && (!found || found === "gone")) throw error;
    return tell(found, shown, bodyOf(args), context);
  }
  /** The receipt, from the shop's answer alone. @throws {ShopError} for an answer that is not to this change */
  function tell(found: Found, shown: Shown, asked: object, context: ToolContext): Receipt {
    const [id = "", , was = "", would = ""] = shown;
    const isGone = found === "gone" && becomes === "cancelled";
    const answer: Answer = typeof found === "object" ? found : {};
    const { status, raw_status, request_id } = answer;
    const payments = (answer.change?.kind === change && answer.change?.payments) || [];
    const answered = isOfAnOrder ? answer.order_id : answer.customer_id;
    if (id && answered !== undefined && answered !== id) throw new ShopError("unclear", { what });
    const isDone =
      isGone || (id ? showsChange(answer, was.split(","), asked, context) : Boolean(found));
    const whose = join([answer.first_name, answer.last_name], " ");
    const of = whose ? `Address of ${quote(whose)}` : titleCase(what);
    const title = isOfAnOrder
      ? nameOrder({ ...answer, order_id: id }).replace("order", "Order")
      : of;
    const summary = join(
      [
        `${title}: ${isDone ? done : `the shop has accepted the ${what}`}.`,
        !isDone && raw_status && `Its status is ${quote(raw_status)}.`,
        !isDone && "Its answer does not show it yet: read it again before you say that it is done.",
        formatMoved(payments, FORMATS),
        ...formatEntryMoney(isDone && isEntered ? answer : {}, FORMATS).map((line) => `${line}.`),
        request_id && `Its number is ${request_id}.`,
        isDone && would && found && differences(digestsOf(answer, context), would.split(",")),
      ],
      " ",
    );
    const order_id = isOfAnOrder ? id : undefined;
    const all = !context.notes.missing && netAmount(payments); // where none is left out
    return { outcome: isDone ? "done" : "accepted", summary, order_id, status, ...all };
  }

  /** Sends it, with an entry in the audit log before and after. @throws {ShopError} also where there can be no entry */
  async function actOnRecord(nonce: string, shown: Shown, args: Args<Input>, context: ToolContext) {
    const { audit, confirmations } = context;
    const key = confirmations.idempotencyKey(nonce, requestOf(args, context));
    const subject = subjectOf(nonce, context);
    audit?.({ event: "answered", ...subject, answer: "yes", counts: true, key });
    try {
      const receipt = await act(nonce, shown, args, context);
      audit?.({ event: "ended", ...subject, key, receipt });
      return receipt;
    } catch (error) {
      const { code = "internal", message = "" } = error instanceof ShopError ? error : {};
      audit?.({ event: "ended", ...subject, key, failure: { code, message } });
      throw error;
    }
  }

  /** What a call comes to: a question, or the end of the change that was confirmed. @throws {ShopError} */
  async function answerTo(args: Args<Input>, context: ToolContext, confirmation?: string) {
    const { reply, confirmations, honoursKeys, baseUrl, audit } = context;
    const { confirmVia } = reply;
    if (confirmVia === "nothing")
      throw new ShopError("nobody_to_ask", { what: done, path: shopAt(baseUrl) });
    const byCode = confirmation === undefined ? undefined : ("yes" as const);
    const answer = confirmVia === "code" ? byCode : reply.answer;
    if (!answer) return ask(args, context);
    const { token = "" } = confirmVia === "code" ? { token: confirmation } : reply;
    const subject = () => subjectOf(confirmations.nonceOf(token), context);
    if (answer !== "yes") {
      await confirmations.refuse(token);
      audit?.({ event: "answered", ...subject(), answer, counts: true });
      throw new ShopError(answer, { what: done });
    }
    const { question, reason } = await confirmations.verify(token, requestOf(args, context));
    if (!question) {
      audit?.({ event: "answered", ...subject(), answer, counts: false, reason });
      return ask(args, context, reason);
    }
    const { nonce, shown } = question;
    const remember = (words: string) =>
      Promise.all([nonce, [what, args]].map((name) => confirmations.remember(name, words)));
    const send = () => (audit ? actOnRecord : act)(nonce, shown, args, context);
    /** Where the shop makes it once, it is sent as often as the answer comes. */
    const once = {
      isLast: (error?: unknown) => !isRefusal(error),
      lookUp: () => lookAgain(shown, args, context, new ShopError("unclear", { what })),
    };
    try {
      const receipt = await confirmations.act(question, send, honoursKeys ? undefined : once);
      await remember(`${MADE_BEFORE} The shop's answer was: ${receipt.summary}`);
      return receipt;
    } catch (error) {
      const isStale = isRefusal(error) && error.code === "http_412";
      if (isStale && shown[1])
        return ask(args, context, "it has changed meanwhile", shown[1]).catch(
          failAfter(REFUSED_BEFORE),
        );
      const known = await confirmations.recall(nonce);
      const isKnown = known !== undefined && known !== UNCLEAR_BEFORE; // it was made
      if (isKnown || (isRefusal(error) && !known))
        throw isStale ? new ShopError("http_4xx", error.context) : error; // of no version that was sent
      await remember(UNCLEAR_BEFORE); // a later refusal may be since it was made
      if (!isUnclear(error)) throw new ShopError("unclear", { what }, error);
      const { wait } = error.context;
      if (confirmVia !== "code" || !honoursKeys || wait >= 300) throw error;
      const detail = wait ? `, in at least ${wait} s` : "";
      throw new ShopError("unclear_by_code", { what, detail }, error.cause);
    }
  }
  async function run(given: object, context: ToolContext): Promise<Receipt> {
    const { confirmation, ...rest } = given as { confirmation?: string };
    const args = rest as Args<Input>; // what is left is what the entry asked for
    const before = await recall(args, context);
    return answerTo(args, context, confirmation).catch(failAfter(before));
  }

  const summary = (result: Receipt) => result.summary;
  const needs: Endpoint[] = isOfAnOrder ? [endpoint, endpoints.order] : [endpoint];
  const tool = defineTool({ description, needs, input, output: receipt, run, summary });
  return { ...tool, isWrite: true };
}

const FORMATS: Formats = { formatMethod: quote, formatNewItem: quote };
/** The shop may have made a change. */
const isUnclear = (error: unknown): error is ShopError =>
  error instanceof ShopError && error.code.startsWith("unclear");
/** It has not. */
const isRefusal = (error: unknown): error is ShopError =>
  error instanceof ShopError && !isUnclear(error);
/** Fails likewise, and says first what was before. */
const failAfter = (words: string | undefined) => (error: unknown) => {
  const isSaid = isUnclear(error) && words === UNCLEAR_BEFORE;
  if (!words || isSaid || !(error instanceof ShopError)) throw error;
  const before = join([words, error.context.before], " ");
  throw new ShopError(error.code, { ...error.context, before }, error.cause);
};
/** A short digest of each part that a change can alter; "" for what is not said. */
const digestsOf = (it: Answer, { confirmations }: ToolContext): string[] =>
  Object.values(partsOf(it)).map((part) => (part ? confirmations.digest(part, 6) : ""));
