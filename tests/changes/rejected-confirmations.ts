/** Why an answer does not count, as the server says it. */
import { expect } from "bun:test";
import type { Said } from "./json-rpc-host.ts";

export const OURS = "the confirmation is none that this server gave to this account";
export const OTHER = "that answer was to another request";
export const USED = "that answer was used already";
export const LATE = "more than ten minutes have passed";

/** It does not count, for this reason, and the person is asked with a question that does. */
export const expectUncounted = ({ words, isAsking }: Said, why: string) => {
  expect(words).toStartWith(`Asked anew, since ${why}.`);
  expect(isAsking).toBe(true);
};
