/**
 * What the model reads of a conversation.
 *
 * @module
 */
import { convertToModelMessages, type ModelMessage, type ToolSet } from "ai";
import type { Message } from "../protocol.ts";

/** The messages for the model: results as it read them first, and no calls that have none. */
export const toModelMessages = (messages: Message[], tools: ToolSet) =>
  convertToModelMessages(messages, { tools, ignoreIncompleteToolCalls: true });
/** The messages with an object wherever a model gave other arguments: some providers refuse a whole conversation for one. */
export function withObjects(messages: ModelMessage[]): ModelMessage[] {
  return messages.map((message) => {
    if (message.role !== "assistant" || typeof message.content === "string") return message;
    const content = message.content.map((part) => {
      const isOdd = part.type === "tool-call" && (typeof part.input !== "object" || !part.input);
      return isOdd ? { ...part, input: {} } : part;
    });
    return { ...message, content };
  });
}
