/**
 * How the assistant answers.
 *
 * @module
 */
import * as ai from "ai";
import { explainEnd, explainFailure, TOO_LONG, withObjects } from "../host/failures.ts";
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
        messages: await ai.convertToModelMessages(messages, { ignoreIncompleteToolCalls: true }),
        tools: shopper.tools,
        stopWhen: [ai.stepCountIs(MOST_STEPS), () => turn.isStopped],
        prepareStep: (step) => ({ messages: withObjects(step.messages) }),
        abortSignal: leaving.signal,
        onError: () => {}, // it is among the chunks
        onToolExecutionStart: () => void turn.calls++,
        onToolExecutionEnd: () => void turn.calls--,
      });
      let [ending, failure] = [explainEnd(undefined), ""];
      try {
        const options = { stream, onError: explainFailure };
        for await (const chunk of ai.toUIMessageStream<ai.ToolSet, Message>(options)) {
          if (chunk.type === "finish") ending = explainEnd(chunk.finishReason);
          if (chunk.type === "abort") failure = TOO_LONG;
          if (chunk.type === "error") failure = chunk.errorText;
          else writer.write(chunk);
        }
      } catch (error) {
        failure = explainFailure(error);
      }
      const notice = turn.isStopped ? "Stopped." : failure || ending;
      if (notice) writer.write({ type: "data-notice", data: notice });
    },
    onError: explainFailure,
    onEnd: (ended) => (conversation.end(ended.messages), shopper.tell({ type: "changed" })),
  });
  const consumeSseStream = (copy: { stream: ReadableStream }) =>
    copy.stream.pipeTo(new WritableStream());
  return ai.createUIMessageStreamResponse({ stream, keepAliveMs: 5000, consumeSseStream });
}
