/**
 * The storefront in this process, before the demo shop and a real MCP server, with the model of a test.
 *
 * ```ts
 * await using storefront = await openStorefront({ model: scriptedModel({ delayMs: 0 }) });
 * const mia = await storefront.signIn("mia");
 * await mia.say("Where is order 1036?");
 * ```
 *
 * @module
 */
import type { LanguageModelV4, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { MockLanguageModelV4 } from "ai/test";
import { serveBackends } from "../../examples/storefront/demo/demo.ts";
import { scriptedModel } from "../../examples/storefront/demo/scripted-model.ts";
import { loginFields } from "../../examples/storefront/host/connect.ts";
import type { ChatInfo, Message, ShopperEvent } from "../../examples/storefront/protocol.ts";
import {
  createStorefront,
  type StorefrontOptions,
} from "../../examples/storefront/server/storefront.ts";

export const ORIGIN = "http://storefront.test";
type Options = Partial<StorefrontOptions> & {
  model?: LanguageModelV4;
  timeout?: StorefrontOptions["assistant"]["timeout"];
};

export async function openStorefront({ model, timeout, ...options }: Options = {}) {
  const backends = await serveBackends();
  const storefront = createStorefront({
    origin: ORIGIN,
    signIn: backends.signIn,
    assistant: { model: model ?? scriptedModel({ delayMs: 0 }), timeout },
    page: {
      shop: backends.shop.url,
      fields: loginFields,
      people: backends.people,
      model: "scripted",
      suggestions: [],
    },
    files: new Map([["/", new Blob(["<!doctype html>"], { type: "text/html" })]]),
    ...options,
  });
  /** Sends as a page of the storefront does: `send("POST call", { body, cookie })`. */
  async function send(what: string, { body, cookie = "", headers = {} }: Sending = {}) {
    const [method = "GET", path] = what.split(" ");
    const own = { Origin: ORIGIN, ...(cookie && { Cookie: cookie }), ...headers };
    const json = body !== undefined && {
      body: typeof body === "string" ? body : JSON.stringify(body),
    };
    return storefront.fetch(
      new Request(`${ORIGIN}/api/${path}`, { method, headers: own, ...json }),
    );
  }
  async function signIn(user: string, cookie?: string) {
    const answer = await send("POST session", { body: { user, password: "demo" }, cookie });
    if (!answer.ok) throw new Error(await answer.text());
    return openShopper(send, answer.headers.getSetCookie()[0]?.split(";")[0] ?? "");
  }
  return {
    ...backends,
    storefront,
    send,
    signIn,
    signInAtShop: backends.signIn,
    order: (id: string) =>
      backends.shop.shop.world().orders.find(({ order_id }) => order_id === id),
    ship: (id: string) =>
      fetch(`${backends.shop.url}/__world/orders/${id}/ship/`, { method: "POST" }),
    async [Symbol.asyncDispose]() {
      storefront.sessions.close();
      await backends.stop();
    },
  };
}
export interface Sending {
  body?: unknown;
  cookie?: string | undefined;
  headers?: Record<string, string>;
}
type Send = (what: string, sending?: Sending) => Response | Promise<Response>;

/** What the page of a shopper does. */
function openShopper(send: Send, cookie: string) {
  const ask = (what: string, body?: unknown) => send(what, { body, cookie });
  const chat = async () => (await (await ask("GET chat")).json()) as ChatInfo; // as the back end sends it
  /** Says something, and hears the whole answer. @returns the assistant's last message */
  async function say(text: string): Promise<Message | undefined> {
    const answer = await ask("POST chat", { text });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.text();
    return (await chat()).messages.at(-1);
  }
  return { cookie, ask, chat, say, open: () => openPage(ask) };
}
/** An open page: it hears what happens until it is left. */
async function openPage(ask: (what: string, body?: unknown) => Response | Promise<Response>) {
  const response = await ask("GET events");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const heard: ShopperEvent[] = [];
  let rest = "";
  let isConnected = false;
  /** Waits for what the page is sent next. */
  async function hear(): Promise<void> {
    const read = await reader?.read();
    if (!read?.value) throw new Error("The page hears nothing more.");
    const events = (rest + read.value).split("\n\n");
    rest = events.pop() ?? "";
    isConnected ||= events.some((event) => event.startsWith("event: ping"));
    for (const event of events) {
      const json = /^data: (\{.*)$/m.exec(event)?.[1];
      if (json) heard.push(JSON.parse(json));
    }
  }
  /** The next event of a kind, when it is there. */
  async function next<T extends ShopperEvent["type"]>(type: T) {
    for (;;) {
      const at = heard.findIndex((event) => event.type === type);
      if (at >= 0) return heard.splice(at, 1)[0] as Extract<ShopperEvent, { type: T }>; // as found
      await hear();
    }
  }
  while (!isConnected) await hear();
  return {
    heard,
    next,
    async answer(yes: boolean) {
      const { id, message } = await next("question");
      await ask("POST answer", { id, yes });
      return message;
    },
    leave: () => reader?.cancel(),
  };
}

/** The words of a message: what the model wrote, and the storefront's notices. */
export const wordsOf = (message: Message | undefined): string =>
  (message?.parts ?? [])
    .flatMap((part) => {
      if (part.type === "text") return part.text;
      if (part.type === "data-notice") return `[${part.data}]`;
      if (part.type === "dynamic-tool" && part.state === "output-error")
        return `[${part.errorText}]`;
      return [];
    })
    .join(" ");

// ── Models that do what a test says
type Part = LanguageModelV4StreamPart;
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};
export const text = (delta: string): Part[] => [
  { type: "text-start", id: "1" },
  { type: "text-delta", id: "1", delta },
  { type: "text-end", id: "1" },
];
export const toolCall = (toolName: string, input: unknown): Part[] => [
  {
    type: "tool-call",
    toolCallId: crypto.randomUUID(),
    toolName,
    input: typeof input === "string" ? input : JSON.stringify(input),
  },
];
type Ending = Extract<Part, { type: "finish" }>["finishReason"]["unified"];
export const finish = (unified: Ending = "stop"): Part[] => [
  { type: "finish", usage, finishReason: { unified, raw: undefined } },
];
type Step = Part[] | ((signal?: AbortSignal) => Part[] | Promise<never> | ReadableStream<Part>);
/** A model that does one step after another; the last one for ever. */
export function modelOf(...steps: Step[]): MockLanguageModelV4 {
  let nth = 0;
  return new MockLanguageModelV4({
    async doStream({ abortSignal }) {
      const step = steps[Math.min(nth++, steps.length - 1)] ?? [];
      const parts = typeof step === "function" ? await step(abortSignal) : step;
      if (parts instanceof ReadableStream) return { stream: parts };
      const stream = new ReadableStream<Part>({
        start(controller) {
          for (const part of parts) controller.enqueue(part);
          controller.close();
        },
      });
      return { stream };
    },
  });
}
/** A model that says this and waits; once released, it says the rest. */
export function heldModel(before: Part[], after: Part[]) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const model = modelOf(() => {
    return new ReadableStream({
      async start(controller) {
        for (const part of before) controller.enqueue(part);
        await released;
        for (const part of [...after, ...finish()]) controller.enqueue(part);
        controller.close();
      },
    });
  });
  return { model, release };
}
