/**
 * What a model does wrong, in words for the shopper. Nothing of an error itself gets to the page.
 *
 * @module
 */
import {
  APICallError,
  InvalidToolInputError,
  type ModelMessage,
  NoSuchToolError,
  RetryError,
} from "ai";

export const TOO_LONG = "The assistant took too long. Try again.";
/** What went wrong with an answer, or with a call of a tool. */
export function explainFailure(error: unknown): string {
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  if (NoSuchToolError.isInstance(cause))
    return "The assistant tried something that this shop does not offer.";
  if (InvalidToolInputError.isInstance(cause))
    return "The assistant asked the shop for something that makes no sense.";
  const status = APICallError.isInstance(cause) ? cause.statusCode : undefined;
  if (status === 401 || status === 403)
    return "The assistant's model does not accept this shop's key. Its operator has to look; the pages of the shop work.";
  if (status === 429)
    return "The assistant is asked too much at the moment. Try again in a minute.";
  if (cause instanceof Error && /Timeout|Abort/.test(cause.name)) return TOO_LONG;
  return "The assistant's model gives no answer at the moment. Try again, or use the pages of the shop.";
}
const NOT_WHOLE: Record<string, string> = {
  "tool-calls":
    "The assistant stopped, since it took too many steps. Ask again, for less at a time.",
  length: "The answer was cut, since it grew too long.",
  "content-filter": "The assistant's model did not want to go on with this answer.",
};
/** Why an answer that ended for this reason is not whole; undefined where it is. */
export const explainEnd = (reason: string | undefined): string | undefined =>
  reason === "stop"
    ? undefined
    : (NOT_WHOLE[reason ?? ""] ?? "The answer stopped in the middle. Try again.");
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
