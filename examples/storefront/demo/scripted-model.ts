/**
 * A model without intelligence, for a clone without a key and for tests: it knows a few sentences, calls the tools that
 * they need, and says only what the results say. It is no part of what you would copy.
 *
 * @module
 */
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";

interface Call {
  tool: string;
  args: Record<string, unknown>;
}
/** What one sentence leads to: a call, then words made of its result. */
interface Play {
  /** How it is offered. */
  suggestion: string;
  understands: RegExp;
  call(found: Record<string, string>): Call;
  reply(result: string, found: Record<string, string>): string;
}

const NOUNS: Record<string, string> = {
  gardener: "garden",
  cook: "kitchen",
  writer: "pen",
  child: "play",
};
const firstLine = (text: string) => text.split("\n")[0] ?? "";
/** The rows of a list, as the server writes them in text: arrays of JSON. */
const rowsOf = (text: string): unknown[][] =>
  text.split("\n").flatMap((line) => (line.startsWith("[") ? [JSON.parse(line)] : []));
/** The first sentence of what was written for a model. */
const firstSentence = (text: string) => /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
const listProducts = (result: string, nothing: string) => {
  const rows = rowsOf(result);
  if (!rows.length) return nothing;
  const [[, name, , price] = []] = rows;
  const more = firstLine(result).endsWith("more") ? " There are more." : "";
  return rows.length === 1
    ? `I found one: ${name}, for ${price}.`
    : `I found ${rows.length}. The first is ${name}, for ${price}.${more}`;
};

const plays: Play[] = [
  {
    suggestion: "Find a present for a gardener under 30 €",
    understands: /(?:present|gift) for (?:an? |my |the )?(?<whom>[\p{L}-]+)(?:.*?(?<price>\d+))?/iu,
    call: ({ whom = "", price }) => ({
      tool: "search_products",
      args: {
        query: NOUNS[whom] ?? whom,
        limit: 6,
        in_stock: true,
        sort: "price",
        ...(price && { max_price: Number(price) }),
      },
    }),
    reply: (result, { whom }) =>
      listProducts(result, `I found nothing for a ${whom} at that price.`),
  },
  {
    suggestion: "Where is order 1036?",
    understands: /where\b.*?(?<order_id>\d[\w-]*)/i,
    call: ({ order_id }) => ({ tool: "get_order", args: { order_id } }),
    reply: firstLine,
  },
  {
    suggestion: "Cancel order 1054",
    understands: /cancel\b.*?(?<order_id>\d[\w-]*)/i,
    call: ({ order_id }) => ({
      tool: "cancel_order",
      args: { order_id, reason: "no_longer_needed" },
    }),
    reply: (result) =>
      /user declined/.test(result)
        ? "As you wish: the order stays as it is."
        : firstSentence(firstLine(result)),
  },
  {
    suggestion: "Can I send something of order 1028 back?",
    understands:
      /^(?=(?:.*(?<address>address))?)(?=(?:.*(?<items>items or the payment))?).*\border (?<order_id>\d[\w-]*)/is,
    call: ({ order_id }) => ({ tool: "get_order", args: { order_id } }),
    reply(result, { address, items }) {
      const wish = address ? "can_change_address" : items ? "can_change" : "can_return";
      const said = new RegExp(`"${wish}":\\{"allowed":(\\w+),"reason":"(.*?)"\\}`).exec(result);
      const [, isAllowed, reason = firstLine(result)] = said ?? [];
      const needs = "For that I would have to understand more than a few sentences.";
      return isAllowed === "true" ? `${reason} ${needs}` : reason;
    },
  },
  {
    suggestion: "Show me my orders",
    understands: /\borders\b/i,
    call: () => ({ tool: "list_orders", args: { limit: 5 } }),
    reply: (result) => `${firstLine(result)}.`,
  },
  {
    suggestion: "What does delivery cost?",
    understands: /deliver|shipping/i,
    call: () => ({ tool: "get_shop_info", args: {} }),
    reply: (result) => /"shipping":"(.*?)"/.exec(result)?.[1] ?? "The shop does not say.",
  },
  {
    suggestion: "Show me lamps",
    understands:
      /(?:show me|find|search(?: for)?|look for|need) (?:an? |some |the )?(?<query>.+?)[.!?]*$/i,
    call: ({ query = "" }) => ({
      tool: "search_products",
      args: { query: query.replace(/(\w{3})s$/, "$1"), limit: 6 },
    }),
    reply: (result, { query }) => listProducts(result, `I found nothing under “${query}”.`),
  },
];
export const suggestions = plays.slice(0, 5).map(({ suggestion }) => suggestion);
const INTRODUCTION = `I am a scripted model, not an intelligent one: this storefront runs without a key for a real model (AI_MODEL sets one). I can play: ${suggestions.map((one) => `“${one}”`).join(", ")}, or “Show me lamps”. The shop behind me is real enough: what I do is done.`;

/** What the model says or calls next. */
function play({ prompt, tools = [] }: LanguageModelV4CallOptions): Call | string {
  const last = prompt.findLastIndex(({ role }) => role === "user");
  const user = prompt[last];
  const text =
    user?.role === "user"
      ? user.content.map((part) => (part.type === "text" ? part.text : "")).join(" ")
      : "";
  const match = plays
    .map((one) => ({ one, found: one.understands.exec(text) }))
    .find(({ found }) => found);
  if (!match?.found) return INTRODUCTION;
  const found = { ...match.found.groups };
  const result = prompt
    .slice(last + 1)
    .flatMap((message) => (message.role === "tool" ? message.content : []))
    .at(-1);
  if (result?.type !== "tool-result") {
    const call = match.one.call(found);
    return tools.some(({ name }) => name === call.tool)
      ? call
      : "This shop does not offer that to me.";
  }
  const { output } = result;
  const said = output.type === "text" || output.type === "error-text" ? output.value : undefined;
  return said === undefined
    ? "That did not work. Try again in a minute."
    : match.one.reply(said, found);
}
const usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};
function partsOf(next: Call | string): LanguageModelV4StreamPart[] {
  if (typeof next === "string")
    return [
      { type: "text-start", id: "0" },
      ...next
        .split(/(?<=\s)/)
        .map((delta): LanguageModelV4StreamPart => ({ type: "text-delta", id: "0", delta })),
      { type: "text-end", id: "0" },
      { type: "finish", usage, finishReason: { unified: "stop", raw: undefined } },
    ];
  const call = {
    toolCallId: crypto.randomUUID(),
    toolName: next.tool,
    input: JSON.stringify(next.args),
  };
  return [
    { type: "tool-call", ...call },
    { type: "finish", usage, finishReason: { unified: "tool-calls", raw: undefined } },
  ];
}
/** @param delayMs between two words @default 20 */
export function scriptedModel({ delayMs = 20 } = {}): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "storefront",
    modelId: "scripted",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("the scripted model only streams")),
    async doStream(options) {
      const parts = partsOf(play(options));
      const stream = new ReadableStream<LanguageModelV4StreamPart>({
        async start(controller) {
          controller.enqueue({ type: "stream-start", warnings: [] });
          for (const part of parts) {
            if (delayMs) await Bun.sleep(delayMs);
            if (options.abortSignal?.aborted) return controller.error(options.abortSignal.reason);
            controller.enqueue(part);
          }
          controller.close();
        },
      });
      return { stream };
    },
  };
}
