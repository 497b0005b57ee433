/**
 * What goes wrong with a model or with a call of a tool, in words for the shopper. Nothing of an error itself gets to the page.
 *
 * @module
 */
import {
  APICallError,
  type InferUIMessageChunk,
  InvalidToolInputError,
  NoSuchToolError,
  RetryError,
  type TextStreamPart,
  type ToolSet,
  toUIMessageStream,
} from "ai";
import type { Message } from "../protocol.ts";

/** A call to the shop that got no answer, in words for the shopper and for the model. */
export class CallError extends Error {}
export const NO_ANSWER = "The shop gives no answer at the moment. Try again in a minute.";
/** A shopper has agreed to a change, and then the shop said nothing. */
export const NOT_KNOWN =
  "The shop gave no answer, so nobody knows whether this was done. Look there before you try again.";

const TOO_LONG = "The assistant took too long. Try again.";
/** What went wrong with an answer, or with a call of a tool. */
export function explainFailure(error: unknown): string {
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  if (cause instanceof CallError) return cause.message;
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
const explainEnd = (reason: string | undefined): string | undefined =>
  reason === "stop"
    ? undefined
    : (NOT_WHOLE[reason ?? ""] ?? "The answer stopped in the middle. Try again.");

/** An answer as the page gets it: what has gone wrong stands at its end, as a notice. */
export async function* withNotice(
  stream: ReadableStream<TextStreamPart<ToolSet>>,
  isStopped: () => boolean,
): AsyncGenerator<InferUIMessageChunk<Message>> {
  let [ending, failure] = [explainEnd(undefined), ""];
  try {
    const options = { stream, onError: explainFailure };
    for await (const chunk of toUIMessageStream<ToolSet, Message>(options)) {
      if (chunk.type === "finish") ending = explainEnd(chunk.finishReason);
      if (chunk.type === "abort") failure = TOO_LONG;
      if (chunk.type === "error") failure = chunk.errorText;
      else yield chunk;
    }
  } catch (error) {
    failure = explainFailure(error);
  }
  const notice = isStopped() ? "Stopped." : failure || ending;
  if (notice) yield { type: "data-notice", data: notice };
}
