/**
 * How the assistant answers.
 *
 * @module
 */
import * as ai from "ai";
import { explainFailure, withNotice } from "../host/failures.ts";
import { toModelMessages, withObjects } from "../host/prompt.ts";
import type { Session } from "../host/sessions.ts";
import type { Message } from "../protocol.ts";

export interface Assistant {
  model: ai.LanguageModel;
  /** How long the model may be silent. */
  timeout?: ai.TimeoutConfiguration<ai.ToolSet>;
}
const MOST_STEPS = 8;
const TIMEOUT = { firstChunkMs: 60_000, chunkMs: 30_000 };
const INSTRUCTIONS = `You are the assistant of an online shop, beside its pages. The shopper is signed in; tools act for them.
What tools find is drawn as pictures for them: do not repeat it, add what helps to choose or to understand.
Say only what the shop said. Write short paragraphs of plain text.`;

/** Answers a shopper. The answer goes on when they leave the page, and is there when they come back. */
export function respond({ shopper, conversation }: Session, text: string, assistant: Assistant) {
  const { model, timeout = TIMEOUT } = assistant;
  const leaving = new AbortController();
  const turn = {
    isStopped: false,
    calls: 0, // of tools, under way
    stop() {
      turn.isStopped = true;
      shopper.decline();
      if (!turn.calls) leaving.abort(); // a change that was agreed to is seen through
    },
  };
  const messages = conversation.begin(text, turn);
  const stream = ai.createUIMessageStream<Message>({
    originalMessages: messages,
    generateId: ai.generateId,
    async execute({ writer }) {
      const { stream } = ai.streamText({
        model,
        timeout,
        maxRetries: 1,
        instructions: `${INSTRUCTIONS}\n\n${shopper.instructions}`,
        messages: await toModelMessages(messages, shopper.tools),
        tools: shopper.tools,
        stopWhen: [ai.stepCountIs(MOST_STEPS), () => turn.isStopped],
        prepareStep: (step) => ({ messages: withObjects(step.messages) }),
        abortSignal: leaving.signal,
        onError: () => {}, // it is among the chunks
        onToolExecutionStart: () => void turn.calls++,
        onToolExecutionEnd: () => void turn.calls--,
      });
      for await (const chunk of withNotice(stream, () => turn.isStopped)) writer.write(chunk);
    },
    onError: explainFailure,
    onEnd: (ended) => (conversation.end(ended.messages), shopper.tell({ type: "changed" })),
  });
  const consumeSseStream = (copy: { stream: ReadableStream }) =>
    copy.stream.pipeTo(new WritableStream());
  return ai.createUIMessageStreamResponse({ stream, keepAliveMs: 5000, consumeSseStream });
}
