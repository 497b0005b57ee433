/**
 * What comes of a call, whichever code speaks MCP to the host: its result, or words for why there is none.
 *
 * @module
 */
import { ShopError } from "./errors.ts";
import type { CallMessage } from "./observer.ts";
import { Progress, type Tell } from "./progress.ts";
import type { CallBounds, CallerContext, Tool } from "./tool.ts";

interface Waiting {
  /** Aborted where the host waits for it no longer. */
  signal: AbortSignal;
  /** What the request came in. */
  message?: CallMessage | undefined;
  /** Tells the host, where that has asked to hear of it. */
  progress?: Progress | undefined;
}
/** Does the work of a request that begins now, within its bounds, and tells of it while it lasts. */
export function within<T>(
  { signal, message, progress }: Waiting,
  work: (bounds: CallBounds) => Promise<T>,
): Promise<T> {
  const bounds = { signal, since: Date.now(), message, onAttempt: progress?.onAttempt };
  return progress ? progress.during(() => work(bounds)) : work(bounds);
}

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
      const waiting = { signal, message, progress: tell && new Progress(tell) };
      try {
        const calling = within(waiting, (bounds) => tool.call(name, given, caller, bounds));
        const { text, json } = await calling;
        return { text, json };
      } catch (error) {
        return { text: messageFor(error, signal, caller) };
      }
    };
    return [name, call] as const;
  });
  return new Map(calls);
}
