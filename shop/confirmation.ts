/** Sealed questions and what became of them. */
import { createHmac, randomBytes } from "node:crypto";

export const CONSENT_SECONDS = 600;
/** What the seals need of the settings. */
export interface ConsentSettings {
  confirmation_key?: string | undefined;
  django_api_base: string;
  django_api_token?: string | undefined;
}
/** Seals the questions that are put to people, so that an answer counts for its own question, once. */
export function openConsents(settings: ConsentSettings, now: () => Date) {
  const key = settings.confirmation_key ?? randomBytes(32);
  const account = [settings.django_api_base, settings.django_api_token];
  const spent = new Map<string, number>();
  const seconds = () => Math.floor(now().getTime() / 1000);
  const sign = (...parts: unknown[]) => {
    const text = JSON.stringify([account, ...parts]);
    return createHmac("sha256", key).update(text).digest("base64url");
  };
  const digest = (what: unknown) => sign("digest", what).slice(0, 16);
  return {
    /** A question about a request, and what it showed of the shop: opaque, good for ten minutes. */
    ask(request: unknown, shown: string) {
      const until = seconds() + CONSENT_SECONDS;
      const nonce = randomBytes(12).toString("base64url");
      const question = [nonce, until, digest(request), digest(shown)].join(".");
      const expires_at = new Date(until * 1000).toISOString();
      return { sealed: `${question}.${sign("seal", question)}`, expires_at };
    },
    /** The nonce of a question that is ours, in time, unused and the same; or why it counts for nothing. */
    check(sealed: string, request: unknown, shown: string): { nonce?: string; why?: string } {
      const [question = "", seal = ""] = sealed.split(/\.(?=[^.]*$)/);
      const [nonce = "", until, of, was] = question.split(".");
      const isOurs = digest(seal) === digest(sign("seal", question)); // in a time that tells nothing
      if (!isOurs) return { why: "the confirmation is none that this server gave to this account" };
      if (Number(until) < seconds()) return { why: "more than ten minutes have passed" };
      if (spent.has(nonce)) return { why: "that answer was used already" };
      if (of !== digest(request)) return { why: "that answer was to another request" };
      return was === digest(shown) ? { nonce } : { why: "something has changed meanwhile" };
    },
    /** The idempotency key of a change: the same for every attempt under one consent. */
    key: (nonce: string, request: unknown) => sign("key", nonce, request),
    release: (nonce: string) => spent.delete(nonce),
    spend(nonce: string) {
      for (const [old, until] of spent) if (until < seconds()) spent.delete(old);
      spent.set(nonce, seconds() + CONSENT_SECONDS);
    },
  };
}
export type Consents = ReturnType<typeof openConsents>;
