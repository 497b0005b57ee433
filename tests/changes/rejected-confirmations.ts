/** The reasons for which the server does not accept a confirmation, in its own sentences. */
import { expect } from "bun:test";
import type { Reply } from "./json-rpc-host.ts";

export const NOT_ISSUED_HERE = "this server did not give that confirmation to this account";
export const OTHER_REQUEST = "that answer was to another request";
export const ANSWERED_BEFORE = "that question was answered before, and not with a yes";
export const CHANGED_MEANWHILE = "it has changed meanwhile";
export const EXPIRED = "more than ten minutes have passed";

/** A code of somebody else's, or an altered one, is asked anew; such a state, which no model passes on, is a protocol error. */
export const expectForeign = (reply: Reply, via: "elicitation" | "code") => {
  if (via === "code") return expectAskedAgain(reply, NOT_ISSUED_HERE);
  expect(reply).toMatchObject({ code: -32602, text: "Invalid or expired requestState" });
  expect(reply.isAsking).toBe(false);
};
/** The confirmation was rejected for this reason, and the user is asked again. */
export const expectAskedAgain = ({ text, isAsking }: Reply, reason: string) => {
  expect(text).toStartWith(`Asked anew, since ${reason}.`);
  expect(isAsking).toBe(true);
};
