/**
 * Confirmations: sealed questions, and when the answer to one counts. A security reader needs nothing else.
 *
 * A question's token says what was asked, of whom and until when, under an HMAC; `verify` decides whether an
 * answer that brings the token back counts, `markUsed` lets it count once.
 *
 * @module
 */
import { createHmac, randomBytes } from "node:crypto";

const VALID_SECONDS = 600;

export interface ConfirmationOptions {
  /** The secret of the seal, 32 characters or more. @default random, for this process alone */
  key?: string | undefined;
  /** Whose questions these are: the shop's address and the credential. */
  account: unknown;
  now: () => Date;
}
/** The nonce of a question whose answer counts, or why it does not. */
type Verdict = { nonce: string; reason?: never } | { nonce?: never; reason: string };

/** Issues and verifies the confirmations of one account. */
export function openConfirmations({ key = "", account, now }: ConfirmationOptions) {
  const secret = key || randomBytes(32);
  const used = new Map<string, number>(); // nonces, and when they expire
  const seconds = () => Math.floor(now().getTime() / 1000);
  const sign = (...parts: unknown[]) => {
    const text = JSON.stringify([account, ...parts]);
    return createHmac("sha256", secret).update(text).digest("base64url");
  };
  const digest = (value: unknown) => sign("digest", value).slice(0, 16);

  return {
    /**
     * The token of a question, opaque and valid for ten minutes.
     * @param request the tool and its arguments
     * @param question the text that is shown
     */
    issue(request: unknown, question: string) {
      const until = seconds() + VALID_SECONDS;
      const nonce = randomBytes(12).toString("base64url");
      const claim = [nonce, until, digest(request), digest(question)].join(".");
      const expires_at = new Date(until * 1000).toISOString();
      return { token: `${claim}.${sign("seal", claim)}`, expires_at };
    },
    /** Whether an answer with this token counts for this request and question. */
    verify(token: string, request: unknown, question: string): Verdict {
      const [claim = "", seal = ""] = token.split(/\.(?=[^.]*$)/);
      const [nonce = "", until, requestDigest, questionDigest] = claim.split(".");
      const isOurs = digest(seal) === digest(sign("seal", claim)); // in a time that tells nothing
      if (!isOurs) return { reason: "this server did not give that confirmation to this account" };
      if (Number(until) < seconds()) return { reason: "more than ten minutes have passed" };
      if (used.has(nonce)) return { reason: "that answer was used already" };
      if (requestDigest !== digest(request))
        return { reason: "that answer was to another request" };
      if (questionDigest !== digest(question)) return { reason: "something has changed meanwhile" };
      return { nonce };
    },
    /** The idempotency key of a change: the same for every attempt under one answer. */
    idempotencyKey: (nonce: string, request: unknown) => sign("key", nonce, request),
    /** The answer does not count again. */
    markUsed(nonce: string) {
      for (const [old, until] of used) if (until < seconds()) used.delete(old);
      used.set(nonce, seconds() + VALID_SECONDS);
    },
    /** The answer counts once more, since nothing was changed under it. */
    release: (nonce: string) => used.delete(nonce),
  };
}
export type Confirmations = ReturnType<typeof openConfirmations>;
