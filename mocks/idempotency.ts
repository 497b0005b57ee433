/** A write takes effect once under its key, however often it is sent. @module */
import { ApiError } from "./errors.ts";

const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Whose key it is, and what it was used for. */
export interface KeyUse {
  user: string;
  key: string;
  fingerprint: string;
}
interface RecordedAnswer {
  fingerprint: string;
  at: number;
  answer: object;
}

/**
 * A function that makes a write, or gives the answer of its first time again. What is thrown is not kept, so
 * that a refused write can be sent once more. Two at once: a write is made in one go, so the second finds the first's answer.
 */
export function idempotentWrites(now: () => Date) {
  const answers = new Map<string, RecordedAnswer>();
  const forgetOlderThan = (time: number) => {
    for (const [name, { at }] of answers) if (at < time) answers.delete(name);
  };

  return ({ user, key, fingerprint }: KeyUse, write: () => object): object => {
    const name = `${user} ${key}`; // neither holds a space
    const at = now().getTime();
    const first = answers.get(name);
    if (first && first.at >= at - LIFETIME_MS) {
      if (first.fingerprint === fingerprint) return first.answer;
      const detail = "This Idempotency-Key was used for another request.";
      throw new ApiError(409, { detail, code: "idempotency_key_reused" });
    }
    const answer = structuredClone(write());
    forgetOlderThan(at - LIFETIME_MS);
    answers.set(name, { fingerprint, at, answer });
    return answer;
  };
}
