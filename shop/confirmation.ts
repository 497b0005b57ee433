/**
 * Confirmations: sealed questions, and when the answer to one counts. A security reader needs nothing else.
 *
 * A question's token says what was asked, of whom and until when, under an HMAC, with what its answer needs to be
 * acted on: no process has to remember it. What is remembered for ten minutes, of the latest questions only: which
 * were answered without a yes; which requests were made, or may have been; and, for a shop that makes a change as
 * often as it is sent, what became of each answer.
 *
 * @module
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

const VALID_SECONDS = 600;
const MOST_REMEMBERED = 1000; // of each kind

export interface ConfirmationOptions {
  /** The secret of the seal, 32 characters or more. @default random, for this process alone */
  key?: string | undefined;
  /** Whose questions these are: the shop's address and the credential. */
  account: unknown;
  /** A clock that nobody sets back. */
  now: () => Date;
}
/** What was shown with a question, for its answer: strings without a meaning here. */
export type Shown = string[];
/** The question whose answer counts, or why it does not. */
type Verdict =
  | { question: { nonce: string; shown: Shown }; reason?: never }
  | { question?: never; reason: string };

/**
 * The secret of a server that was given none: made of the shop's address and its token, so that a host which starts
 * a process for each call can confirm.
 */
export const keyFrom = (baseUrl: string, token: string): string =>
  Buffer.from(hkdfSync("sha256", token, baseUrl, "confirmations", 32)).toString("base64url");

/** Issues and verifies the confirmations of one account. */
export function openConfirmations({ key = "", account, now }: ConfirmationOptions) {
  const secret = key || randomBytes(32);
  const seconds = () => Math.floor(now().getTime() / 1000);
  const sign = (...parts: unknown[]) =>
    createHmac("sha256", secret).update(JSON.stringify([account, ...parts]));
  const digest = (value: unknown, length = 16) =>
    sign("digest", value).digest("base64url").slice(0, length);

  /** The latest entries of the last ten minutes. */
  function openMemory<T>() {
    const entries = new Map<string, { until: number; value: T }>();
    let forgotten = 0; // until when the latest one would have been known that had to make room
    return {
      /** Whether something of a question that counts until then may have been forgotten. */
      mayMiss: (until: number) => until <= forgotten,
      get: (name: string) => {
        const { until = 0, value = undefined } = entries.get(name) ?? {};
        return until < seconds() ? undefined : value;
      },
      set(name: string, value: T) {
        entries.delete(name); // so that it is the latest
        entries.set(name, { until: seconds() + VALID_SECONDS, value });
        if (entries.size <= MOST_REMEMBERED) return;
        const [[oldest, { until }] = ["", { until: 0 }]] = entries;
        forgotten = until;
        entries.delete(oldest);
      },
      delete: (name: string) => entries.delete(name),
    };
  }
  const [refused, outcomes, actions] = [
    openMemory<true>(),
    openMemory<string>(),
    openMemory<Promise<unknown>>(),
  ];
  /** The claim of a token that this server gave to this account. */
  function openToken(token: string): string | undefined {
    const [claim = "", given = ""] = token.split(/\.(?=[^.]*$)/);
    const [ours, theirs] = [sign("seal", claim).digest(), Buffer.from(given, "base64url")];
    const isOurs = ours.length === theirs.length && timingSafeEqual(ours, theirs);
    return isOurs && token === `${claim}.${ours.toString("base64url")}` ? claim : undefined;
  }

  return {
    digest,
    /** Whether this server gave the token to this account, whatever became of it since. */
    isOwn: (token: string): boolean => openToken(token) !== undefined,
    /** By what the record of a question is found; undefined for a token that is not of this account. */
    nonceOf: (token: string): string | undefined => openToken(token)?.split(".")[0],
    /**
     * The token of a question, opaque and valid for ten minutes.
     * @param request the tool and its arguments
     * @param question its text
     * @param shown given back by `verify`
     */
    issue(request: unknown, question: string, shown: Shown) {
      const until = seconds() + VALID_SECONDS;
      const nonce = randomBytes(12).toString("base64url");
      const facts = Buffer.from(JSON.stringify(shown)).toString("base64url");
      const claim = [nonce, until, digest(request), digest(question, 8), facts].join(".");
      const expires_at = new Date(until * 1000).toISOString();
      return { token: `${claim}.${sign("seal", claim).digest("base64url")}`, expires_at };
    },
    /** Whether an answer with this token counts for this request. */
    verify(token: string, request: unknown): Verdict {
      const claim = openToken(token);
      if (claim === undefined)
        return { reason: "this server did not give that confirmation to this account" };
      const [nonce = "", until, requestDigest, , facts = ""] = claim.split(".");
      if (requestDigest !== digest(request))
        return { reason: "that answer was to another request" };
      if (refused.get(nonce))
        return { reason: "that question was answered before, and not with a yes" };
      if (Number(until) < seconds()) return { reason: "more than ten minutes have passed" };
      const isKnown = actions.get(nonce) !== undefined;
      if (!isKnown && [refused, actions].some((memory) => memory.mayMiss(Number(until))))
        return { reason: "too many questions were answered since" };
      const shown: Shown = JSON.parse(Buffer.from(facts, "base64url").toString()); // as it was sealed
      return { question: { nonce, shown } };
    },
    /** The answer to a question was no yes, for good, whatever request it came with. */
    refuse(token: string): void {
      const [nonce] = openToken(token)?.split(".") ?? [];
      if (nonce) refused.set(nonce, true);
    },
    /** The idempotency key of a change: the same for every attempt under one answer, in every process. */
    idempotencyKey: (nonce: string, request: unknown) =>
      sign("key", nonce, request).digest("base64url"),
    /**
     * Acts on an answer; the same answer meanwhile waits for the same end.
     * @param isLast whether that is the end for whenever the answer comes again, too
     */
    once<T>(nonce: string, act: () => Promise<T>, isLast: (error?: unknown) => boolean) {
      const known = actions.get(nonce) as Promise<T> | undefined; // of this nonce, so of this act
      if (known) return known;
      const action = act();
      const settle = (error?: unknown) => void (isLast(error) || actions.delete(nonce));
      action.then(() => settle(), settle);
      actions.set(nonce, action);
      return action;
    },
    /** What became of an equal request, or under a nonce, within ten minutes, in words. */
    recall: (request: unknown) => outcomes.get(digest(request)),
    remember: (request: unknown, words: string) => outcomes.set(digest(request), words),
  };
}
export type Confirmations = ReturnType<typeof openConfirmations>;
