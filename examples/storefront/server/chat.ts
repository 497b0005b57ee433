/**
 * The conversation of a shopper with a model: kept here, so that it survives a reload, and bounded.
 *
 * @module
 */
import {
  APICallError,
  convertToModelMessages,
  createUIMessageStream,
  createUIMessageStreamResponse,
  generateId,
  InvalidToolInputError,
  isStepCount,
  type LanguageModel,
  NoSuchToolError,
  RetryError,
  streamText,
  toUIMessageStream,
  type TimeoutConfiguration,
  type ToolSet,
} from "ai";
import type { Message } from "../protocol.ts";
import type { Shopper } from "./shopper.ts";

export interface Assistant {
  model: LanguageModel;
  /** How long the model may be silent. */
  timeout?: TimeoutConfiguration<ToolSet>;
}
export interface Conversation {
  messages: Message[];
  /** The answer under way. */
  turn?: { stop(): void };
  /** What the shop has said meanwhile. */
  news: string[];
}

const MOST_STEPS = 8;
const MOST_MESSAGES = 60;
const MOST_CHARACTERS = 400_000;
const TIMEOUT = { firstChunkMs: 60_000, chunkMs: 30_000 };
const INSTRUCTIONS = `You are the assistant of an online shop, beside its pages. The shopper is signed in; tools act for them.
Results of tools are drawn as pictures for them: do not repeat what these show, add what helps to choose or to understand.
Say only what the shop said. Write plain text in short paragraphs.`;

/** What went wrong, in words for the shopper. Nothing of the error itself gets to the page. */
export function explain(error: unknown): string {
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  if (NoSuchToolError.isInstance(cause))
    return "The assistant tried something that this shop does not offer.";
  if (InvalidToolInputError.isInstance(cause))
    return "The assistant asked the shop for something that makes no sense.";
  const status = APICallError.isInstance(cause) ? cause.statusCode : undefined;
  if (status === 401 || status === 403)
    return "The assistant's model did not accept this shop's key. Everything else of the shop works; its operator has to look.";
  if (status === 429)
    return "The assistant is asked too much at the moment. Try again in a minute.";
  if (cause instanceof Error && /Timeout|Abort/.test(cause.name))
    return "The assistant took too long. Try again.";
  return "The assistant's model gives no answer at the moment. Try again, or use the pages of the shop.";
}
/** Why an answer that ended is not whole; undefined where it is. */
const NOT_WHOLE: Record<string, string> = {
  "tool-calls": `The assistant stopped after ${MOST_STEPS} steps. Ask again, for less at a time.`,
  length: "The answer was cut, since it grew too long.",
  "content-filter": "The assistant's model did not want to go on with this answer.",
  error: "The answer stopped in the middle. Try again.",
  other: "The answer stopped in the middle. Try again.",
};

/** The latest turns, within bounds; each begins with what the shopper said. */
function trim(messages: Message[]): Message[] {
  const starts = messages.flatMap(({ role }, at) => (role === "user" ? [at] : []));
  const fits = starts.find((at) => {
    const kept = messages.slice(at);
    return kept.length <= MOST_MESSAGES && JSON.stringify(kept).length <= MOST_CHARACTERS;
  });
  return fits === undefined ? messages.slice(-1) : messages.slice(fits);
}
export const said = (role: "user" | "assistant", text: string): Message => ({
  id: generateId(),
  role,
  parts: [{ type: "text", text }],
});
/** Puts what the shop says into the conversation, after the answer under way. */
export function addNews(conversation: Conversation, shopper: Shopper, text?: string): void {
  if (text) conversation.news.push(text);
  if (conversation.turn) return;
  conversation.messages.push(...conversation.news.splice(0).map((news) => said("assistant", news)));
  shopper.tell({ type: "conversation", length: conversation.messages.length });
}

/** Answers a shopper. The answer goes on when the page is left, and is there when they come back. */
export function respond(
  shopper: Shopper,
  conversation: Conversation,
  text: string,
  { model, timeout = TIMEOUT }: Assistant,
): Response {
  const messages = trim([...conversation.messages, said("user", text)]);
  conversation.messages = messages;
  const stopping = new AbortController();
  let running = 0; // calls of tools
  conversation.turn = {
    stop() {
      shopper.declineAll();
      if (running)
        stopped = true; // what was agreed to is seen through, and nothing after it
      else stopping.abort();
    },
  };
  let stopped = false;
  const stream = createUIMessageStream<Message>({
    originalMessages: messages,
    generateId,
    async execute({ writer }) {
      const notice = (data: string) => writer.write({ type: "data-notice", data });
      const result = streamText({
        model,
        instructions: `${INSTRUCTIONS}\n\n${shopper.instructions}`,
        messages: await convertToModelMessages(messages, { ignoreIncompleteToolCalls: true }),
        tools: shopper.tools,
        stopWhen: [isStepCount(MOST_STEPS), () => stopped],
        abortSignal: stopping.signal,
        timeout,
        maxRetries: 1,
        onError: () => {}, // it is among the chunks
        onToolExecutionStart: () => void running++,
        onToolExecutionEnd: () => void running--,
      });
      let ending: string | undefined = "other";
      for await (const chunk of toUIMessageStream<ToolSet, Message>({
        stream: result.stream,
        onError: explain,
      })) {
        if (chunk.type === "error") notice(chunk.errorText);
        else writer.write(chunk);
        if (chunk.type === "finish") ending = chunk.finishReason;
        if (chunk.type === "error" || chunk.type === "abort") ending = undefined;
      }
      if (stopped || stopping.signal.aborted) return notice("Stopped.");
      const why = ending && NOT_WHOLE[ending];
      if (why) notice(why);
    },
    onError: explain,
    onEnd({ messages }) {
      conversation.messages = messages;
      delete conversation.turn;
      addNews(conversation, shopper);
    },
  });
  return createUIMessageStreamResponse({
    stream,
    keepAliveMs: 5000,
    consumeSseStream: ({ stream }) => void stream.pipeTo(new WritableStream()), // to its end, whoever reads it
  });
}
