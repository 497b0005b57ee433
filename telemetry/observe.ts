/**
 * Makes records of calls, and of the requests to Django that each causes, and tells listeners of them: the log, traces,
 * metrics. They are made in one place, around the calls of tools and around what the client sends.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { ShopError } from "../shop/errors.ts";
import type { CallMessage, ObserveRequest, SentRequest } from "../shop/observer.ts";
import type { Tool, ToolContext } from "../shop/tool.ts";

/** A call of a tool. What comes of it is known once it has ended. */
export interface Call {
  readonly tool: string;
  /** As the host sent it. */
  readonly arguments: unknown;
  readonly message: CallMessage;
  /** Who calls, where callers sign in. */
  readonly caller: ToolContext["identity"];
  /** How many requests to Django it caused, and how long they took in all, in ms. */
  readonly upstream: { calls: number; ms: number };
  /** In ms. */
  ms: number;
  /** What a change came to, or `ok`; `cancelled`: nobody waited for it any more. */
  outcome: "ok" | "confirmation_needed" | "done" | "accepted" | "error" | "cancelled";
  result?: Record<string, unknown>;
  failure?: ShopError;
  /** Where the call is traced. */
  trace?: { id: string; span: string };
}
/** A request to Django, which is one attempt. */
export interface UpstreamRequest extends SentRequest {
  /** How often the call has sent the same before. */
  readonly resends: number;
  /** In ms, until its answer was read to its end. */
  ms: number;
  status?: number;
  /** Why there is no answer. */
  failure?: unknown;
}
/** What is told of calls and requests; a request at start, or for a login, may be no call's. */
export interface Listener {
  callBegan?(call: Call): void;
  callEnded?(call: Call): void;
  requestBegan?(request: UpstreamRequest, call: Call | undefined): void;
  requestEnded?(request: UpstreamRequest, call: Call | undefined): void;
}

const OUTCOMES = ["confirmation_needed", "done", "accepted"] as const;
const outcomeOf = (tool: Tool, { outcome }: Record<string, unknown>): Call["outcome"] =>
  (tool.isWrite && OUTCOMES.find((one) => one === outcome)) || "ok";

/**
 * Observes calls and requests for these listeners. What a listener throws changes nothing for a call.
 * @param now in ms, by a clock that nobody sets back
 */
export function observe(listeners: Listener[], now = () => performance.now()) {
  const current = new AsyncLocalStorage<{ call: Call; sent: string[] }>();
  function tell(what: (listener: Listener) => void): void {
    for (const listener of listeners)
      try {
        what(listener);
      } catch (error) {
        console.error("django-shop-mcp: this could not be logged, traced or counted:", error);
      }
  }

  function observeTool(tool: Tool): Tool {
    const call: Tool["call"] = async (name, given, caller, bounds = {}) => {
      const record: Call = {
        tool: name,
        arguments: given,
        message: bounds.message ?? {},
        caller: caller.identity,
        upstream: { calls: 0, ms: 0 },
        ms: 0,
        outcome: "ok",
      };
      const began = now();
      tell((listener) => listener.callBegan?.(record));
      try {
        const scope = { call: record, sent: [] };
        const answer = await current.run(scope, () => tool.call(name, given, caller, bounds));
        record.result = answer.result;
        record.outcome = outcomeOf(tool, answer.result);
        return answer;
      } catch (error) {
        record.failure = error instanceof ShopError ? error : new ShopError("internal", {}, error);
        record.outcome = bounds.signal?.aborted ? "cancelled" : "error";
        throw error;
      } finally {
        record.ms = now() - began;
        tell((listener) => listener.callEnded?.(record));
      }
    };
    return { ...tool, call };
  }
  const observeRequest: ObserveRequest = async (sent, send) => {
    const scope = current.getStore();
    const same = `${sent.method} ${sent.url}`;
    const resends = scope?.sent.filter((one) => one === same).length ?? 0;
    scope?.sent.push(same);
    const request: UpstreamRequest = { ...sent, resends, ms: 0 };
    const began = now();
    tell((listener) => listener.requestBegan?.(request, scope?.call));
    try {
      const answer = await send();
      request.status = answer.response.status;
      return answer;
    } catch (error) {
      request.failure = error;
      if (error instanceof ShopError && error.context.status) request.status = error.context.status;
      throw error;
    } finally {
      request.ms = now() - began;
      if (scope) {
        scope.call.upstream.calls += 1;
        scope.call.upstream.ms += request.ms;
      }
      tell((listener) => listener.requestEnded?.(request, scope?.call));
    }
  };
  return { observeTool, observeRequest };
}
