/**
 * What comes of a call, whichever code speaks MCP to the host: its result, or words for why there is none.
 *
 * @module
 */
import { ShopError } from "./errors.ts";
import type { CallMessage } from "./observer.ts";
import type { CallBounds, CallerContext, Tool } from "./tool.ts";

/** The bounds of a call that begins now. `signal`: the host waits for it no longer. */
export const boundsFrom = (signal: AbortSignal, message?: CallMessage): CallBounds => {
  return { signal, since: Date.now(), message };
};

/** What is said of a failure; the log has its cause. What is not a ShopError is a fault of this server's. */
export function messageFor(
  error: unknown,
  signal: AbortSignal,
  { report }: Pick<CallerContext, "report">,
): string {
  const failure = error instanceof ShopError ? error : new ShopError("internal", {}, error);
  if (failure.logged.length && !signal.aborted) report(...failure.logged); // unless the call was given up
  return failure.message;
}

/** The calls of tools that change nothing, and so ask nobody; each gives its text, and its result as JSON if it has one. */
export function plainCalls(tools: [name: string, Tool][], caller: CallerContext) {
  const reading = tools.filter(([, { isWrite }]) => !isWrite);
  const calls = reading.map(([name, tool]) => {
    const call = async (given: unknown, signal: AbortSignal, message?: CallMessage) => {
      try {
        const { text, json } = await tool.call(name, given, caller, boundsFrom(signal, message));
        return { text, json };
      } catch (error) {
        return { text: messageFor(error, signal, caller) };
      }
    };
    return [name, call] as const;
  });
  return new Map(calls);
}
