/**
 * What serves each of many callers: made ready when they first come, and again once many others came since.
 *
 * @module
 */
import type * as mcp from "@modelcontextprotocol/server";
import { MOST_CALLERS } from "./accounts.ts";
import { plainCalls } from "./answer.ts";
import { type Caller, identityKey } from "./identity.ts";
import { Latest } from "./latest.ts";
import { authInfoFor } from "./offer.ts";
import type { CallerContext, Tool } from "./tool.ts";

interface Serving {
  /** Of the person, whichever token they bring. */
  key: string;
  calls: ReturnType<typeof plainCalls>;
  authInfo: mcp.AuthInfo;
}

/** Gives what serves a caller with these tools, as whom `actingFor` acts. */
export function openServing(
  tools: [name: string, Tool][],
  actingFor: (caller: Caller) => CallerContext,
): (caller: Caller) => Serving {
  const ready = new Latest<string, Serving>(MOST_CALLERS);
  const prepare = (caller: Caller, key: string): Serving => {
    const context = actingFor(caller);
    return { key, calls: plainCalls(tools, context), authInfo: authInfoFor(context) };
  };
  return (caller) => {
    const person = identityKey(caller.identity);
    const key = JSON.stringify([person, caller.clientId, ...caller.scopes]);
    return ready.get(key) ?? ready.add(key, prepare(caller, person));
  };
}
