/** The reasons for which the server does not accept a confirmation, in its own sentences. */
import { expect } from "bun:test";
import type { Reply } from "./json-rpc-host.ts";

export const NOT_ISSUED_HERE = "this server did not give that confirmation to this account";
export const OTHER_REQUEST = "that answer was to another request";
export const ALREADY_USED = "that answer was used already";
export const EXPIRED = "more than ten minutes have passed";

/** The confirmation was rejected for this reason, and the user is asked again. */
export const expectAskedAgain = ({ text, isAsking }: Reply, reason: string) => {
  expect(text).toStartWith(`Asked anew, since ${reason}.`);
  expect(isAsking).toBe(true);
};
