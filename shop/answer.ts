/**
 * What comes of a call, whichever code speaks MCP to the host: its result, or words for why there is none.
 *
 * @module
 */
import { ShopError } from "./errors.ts";
import type { CallMessage } from "./observer.ts";
import { during, Progress, type Tell } from "./progress.ts";
import type { CallBounds, CallerContext, Tool } from "./tool.ts";

/** The bounds of a call that begins now. `signal`: the host waits for it no longer. */
export const boundsFrom = (
  signal: AbortSignal,
  message?: CallMessage,
  progress?: Progress,
): CallBounds => {
  return { signal, since: Date.now(), message, onAttempt: progress?.onAttempt };
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
    const call = async (
      given: unknown,
      signal: AbortSignal,
      message?: CallMessage,
      tell?: Tell,
    ) => {
      const progress = tell && new Progress(tell);
      const bounds = boundsFrom(signal, message, progress);
      try {
        const called = during(progress, () => tool.call(name, given, caller, bounds));
        const { text, json } = await called;
        return { text, json };
      } catch (error) {
        return { text: messageFor(error, signal, caller) };
      }
    };
    return [name, call] as const;
  });
  return new Map(calls);
}
