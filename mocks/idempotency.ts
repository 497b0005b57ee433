/**
 * Idempotency keys: a write takes effect once under its key, however often it is sent. `idempotentWrites` is
 * used by `shop.ts`.
 *
 * @module
 */
import { ApiError } from "./errors.ts";

const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** A key, the user whose key it is, and the request that it was used for. */
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
 * A function that makes a write, or returns the recorded answer of the first one. A write that throws is not
 * recorded, so a refused one can be sent again under its key. A write is synchronous, so of two at the same time
 * the second finds the answer of the first.
 *
 * @param now the shop's clock; a key is forgotten after 24 hours
 */
export function idempotentWrites(now: () => Date) {
  const answers = new Map<string, RecordedAnswer>();
  const forgetOlderThan = (time: number) => {
    for (const [name, { at }] of answers) if (at < time) answers.delete(name);
  };

  return ({ user, key, fingerprint }: KeyUse, write: () => object): object => {
    const name = `${user} ${key}`; // neither can contain a space
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
