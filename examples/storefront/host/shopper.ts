/**
 * A shopper who is signed in: their MCP session, the questions that it asks them, and the orders that it listens to.
 * Nothing here is shared with another shopper.
 *
 * @module
 */
import { createMCPClient, ElicitationRequestSchema, MCPClientError } from "@ai-sdk/mcp";
import type { ToolSet } from "ai";
import * as z from "zod";
import type { ShopperEvent, ToolResult } from "../protocol.ts";
import { type Account, SignInError } from "./connect.ts";
import { CallError, NO_ANSWER, NOT_KNOWN } from "./failures.ts";
import { followOrders } from "./updates.ts";

const ANSWER_MS = 5 * 60_000;
const CALL_MS = 60_000; // without the time for an answer
const MOST_CALLS = 8; // at a time; others wait
const MOST_PAGES = 20;
const NO = { action: "decline" as const };
const FINAL = ["delivered", "cancelled"];

const orderSeen = z.object({ order_id: z.string(), status: z.string() });
const nameSeen = z.object({ first_name: z.string().optional(), last_name: z.string().optional() });
const ordersSeen = z.object({ orders: z.array(orderSeen) });
const toText = (content: unknown): string =>
  z
    .array(
      z
        .object({ type: z.literal("text"), text: z.string() })
        .or(z.unknown().transform(() => ({ text: "" }))),
    )
    .catch([])
    .parse(content)
    .map(({ text }) => text)
    .join("\n")
    .trim();

/** Whether a connection is of no use any more: it was closed, or the shop does not take its token. */
const isEnded = (error: unknown): boolean =>
  MCPClientError.isInstance(error) &&
  (error.cause instanceof SignInError || error.statusCode === 401 || /closed/.test(error.message));

interface ShopperOptions {
  /** How long a question waits for its answer, in ms. @default 5 minutes */
  answerMs?: number | undefined;
  /** Is told what the shop says of an order. */
  news(text: string): void;
  /** Is told when the connection has ended by itself. */
  lost(): void;
}
/** @throws {SignInError} where the shop does not take the credentials, or the server cannot be reached */
export async function openShopper(
  account: Account,
  { answerMs = ANSWER_MS, news, lost }: ShopperOptions,
) {
  const unavailable = new SignInError(
    "The shop's assistant server gives no answer. Try again in a minute.",
  );
  const client = await createMCPClient({
    transport: account.toTools(),
    clientName: "storefront",
    capabilities: { elicitation: {} },
    initializationOptions: { timeout: 20_000 },
  }).catch(() => {
    throw unavailable;
  });
  const definitions = await client.listTools().catch(async () => {
    await client.close();
    throw unavailable;
  });
  const isReadOnly = new Map(
    definitions.tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]),
  );

  let isClosed = false;

  // ── Pages: each has a connection on which it hears what happens.
  const pages = new Set<(event: ShopperEvent) => unknown>();
  const tell = (event: ShopperEvent) => pages.forEach((page) => page(event));

  // ── Questions, one at a time. Whoever leaves, closes, waits too long or says no has said no.
  let question: { id: string; message: string; answer(yes: boolean): void } | undefined;
  let before: Promise<unknown> = Promise.resolve();
  let yeses = 0;
  let refused = new Set<unknown>(); // calls whose questions are answered by no
  client.onElicitationRequest(ElicitationRequestSchema, ({ params }) => {
    const answer = before.then(() => ask(params));
    before = answer.catch(() => {});
    return answer;
  });
  async function ask({ message, requestedSchema }: { message: string; requestedSchema: unknown }) {
    const fields = Object.keys(confirmForm.safeParse(requestedSchema).data?.properties ?? {});
    if ([...calls.keys()].every((call) => refused.has(call))) return NO;
    if (fields.length !== 1 || !pages.size) return { action: "cancel" as const };
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, answerMs, false);
    question = { id: crypto.randomUUID(), message, answer: resolve };
    tell({ type: "question", id: question.id, message });
    const yes = await promise;
    clearTimeout(timer);
    tell({ type: "answered", id: question.id });
    question = undefined;
    const content = Object.fromEntries(fields.map((name) => [name, yes]));
    if (yes) yeses++;
    return yes ? { action: "accept" as const, content } : NO;
  }
  /** Says no to what is asked, and to what the calls under way will ask. */
  function decline(): void {
    refused = new Set(calls.keys());
    question?.answer(false);
  }

  // ── Calls, of the pages and of the model.
  const calls = new Map<Promise<unknown>, unknown>(); // with their order
  async function run(name: string, args: Record<string, unknown>) {
    while (calls.size >= MOST_CALLS) await Promise.race(calls.keys()).catch(() => {});
    const [isChange, agreed] = [!isReadOnly.get(name), yeses];
    const timeout = CALL_MS + (isChange ? MOST_CALLS * answerMs : 0); // others may be asked before
    const call = client.callTool({ name, arguments: args, options: { timeout } });
    calls.set(call, args["order_id"]);
    try {
      const result = await call;
      remember(result["structuredContent"], isChange);
      return result;
    } catch (error) {
      if (isEnded(error)) lost();
      throw new CallError(isChange && yeses > agreed ? NOT_KNOWN : NO_ANSWER, { cause: error });
    } finally {
      calls.delete(call);
      if (isChange) tell({ type: "changed" });
    }
  }
  async function callTool(name: string, args: Record<string, unknown>): Promise<ToolResult> {
    const { structuredContent, content, isError } = await run(name, args);
    return { structuredContent, text: toText(content), isError: isError === true };
  }
  // Once a shopper has agreed to a change, no "stop" may leave it half said: a call is always seen through.
  const tools: ToolSet = {};
  for (const [name, tool] of Object.entries(client.toolsFromDefinitions(definitions)))
    tools[name] = {
      ...tool,
      execute: (args: unknown) => callTool(name, Object(args)),
      toModelOutput: ({ output: { text, isError } }: { output: ToolResult }) => {
        return { type: isError ? ("error-text" as const) : ("text" as const), value: text };
      },
    };

  // ── Orders that report themselves: those that this shopper has seen and that are still under way.
  const statuses = new Map<string, string>(); // as the shopper knows them
  const updates = followOrders(
    account.toUpdates(),
    (order_id) => void hearOf(order_id).catch(() => {}),
  );
  let listening: Promise<void> = Promise.resolve();
  function remember(structured: unknown, isChange: boolean): void {
    const { orders = [structured] } = ordersSeen.safeParse(structured).data ?? {};
    const seen = orders.flatMap((order) => orderSeen.safeParse(order).data ?? []);
    const isNew = seen.some(({ order_id }) => !statuses.has(order_id));
    for (const { order_id, status } of seen)
      if (isChange || !statuses.has(order_id)) statuses.set(order_id, status);
    const open = [...statuses].flatMap(([id, status]) => (FINAL.includes(status) ? [] : [id]));
    if (isNew) listening = updates.follow(open).catch(() => {});
  }
  async function hearOf(order_id: string): Promise<void> {
    const own = [...calls].flatMap(([call, id]) => (id === order_id ? [call] : []));
    await Promise.allSettled(own); // a change of the shopper's own is no news
    const { structuredContent, text, isError } = await callTool("get_order_status", { order_id });
    const status = orderSeen.safeParse(structuredContent).data?.status;
    if (!isError && status && status !== statuses.get(order_id)) {
      statuses.set(order_id, status);
      news(text.split("\n")[0] ?? text);
    }
    tell({ type: "changed" });
  }

  const close = async () => {
    isClosed = true;
    decline();
    tell({ type: "signed_out" });
    await Promise.allSettled(calls.keys()); // what was agreed to is seen through
    await Promise.allSettled([client.close(), updates.close()]);
  };
  const read = (name: string, args: object) =>
    isReadOnly.has(name) ? callTool(name, { ...args }).catch(() => undefined) : undefined;
  const [first, person] = await Promise.all([
    read("list_orders", { limit: 50 }),
    read("get_customer", {}),
  ]);
  if (first?.isError) {
    await close();
    throw new SignInError(first.text.split(/(?<=\.) /)[0]);
  }
  const names = nameSeen.safeParse(person?.structuredContent).data;
  return {
    id: crypto.randomUUID(),
    name: [names?.first_name, names?.last_name].filter(Boolean).join(" ") || account.name,
    tools,
    instructions: client.instructions ?? "",
    callTool,
    tell,
    decline,
    answer: (id: string, yes: boolean) => question?.id === id && question.answer(yes),
    /** Connects a page. @returns what disconnects it; with the last page go the open questions */
    join(page: (event: ShopperEvent) => unknown) {
      pages.add(page);
      if (question) page({ type: "question", id: question.id, message: question.message });
      return () => {
        pages.delete(page);
        if (!pages.size) decline();
      };
    },
    isOpen: () => !isClosed,
    hasRoom: () => pages.size < MOST_PAGES,
    /** Until it is listened to the orders that were seen. */
    listening: () => listening,
    offers: (name: string) => isReadOnly.has(name),
    close,
  };
}
export type Shopper = Awaited<ReturnType<typeof openShopper>>;
/** The one form that is understood: a single question with yes or no. */
const confirmForm = z.object({
  properties: z.record(z.string(), z.object({ type: z.literal("boolean") })),
});
