/**
 * What comes of a call, whichever code speaks MCP to the host: its result, or words for why there is none.
 *
 * @module
 */
import type { DjangoClient } from "./client.ts";
import { ShopError } from "./errors.ts";
import type { CallerContext, Tool } from "./tool.ts";

/** What a call that begins now has at hand. `signal`: the host waits for it no longer. */
export function contextOf(caller: CallerContext, signal: AbortSignal): CallerContext {
  const since = Date.now();
  const request: DjangoClient = (endpoint, options) =>
    caller.request(endpoint, { ...options, signal, since });
  return { ...caller, request };
}

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
        const { result, text, json } = await tool.call(name, given, contextOf(caller, signal));
        return { text, json: json ?? JSON.stringify(result) };
      } catch (error) {
        return { text: messageFor(error, signal) };
      }
    };
    return [name, call] as const;
  });
  return new Map(calls);
}
