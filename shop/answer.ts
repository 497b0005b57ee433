/**
 * What comes of a call, whichever code speaks MCP to the host: its result, or words for why there is none.
 *
 * @module
 */
import { ShopError } from "./errors.ts";
import type { CallBounds, CallerContext, Tool } from "./tool.ts";

/** The bounds of a call that begins now. `signal`: the host waits for it no longer. */
export const boundsFrom = (signal: AbortSignal): CallBounds => ({ signal, since: Date.now() });

/** What is said of a failure; the log has its cause. What is not a ShopError is a fault of this server's. */
export function messageFor(error: unknown, signal: AbortSignal): string {
  const failure = error instanceof ShopError ? error : new ShopError("internal", {}, error);
  if (failure.logged.length && !signal.aborted)
    console.error("django-shop-mcp:", ...failure.logged); // unless the call was given up
  return failure.message;
}

/** The calls of tools that change nothing, and so ask nobody; each gives its text, and its result as JSON if it has one. */
export function plainCalls(tools: [name: string, Tool][], caller: CallerContext) {
  const reading = tools.filter(([, { isWrite }]) => !isWrite);
  const calls = reading.map(([name, tool]) => {
    const call = async (given: unknown, signal: AbortSignal) => {
      try {
        const { text, json } = await tool.call(name, given, caller, boundsFrom(signal));
        return { text, json };
      } catch (error) {
        return { text: messageFor(error, signal) };
      }
    };
    return [name, call] as const;
  });
  return new Map(calls);
}
