/**
 * Confirmations: sealed questions, and when the answer to one counts. A security reader needs nothing else.
 *
 * A question's token says what was asked, of whom and until when, under an HMAC, with what its answer needs to be
 * acted on: no process has to remember it. What is remembered for ten minutes, of the latest questions only: which
 * were answered without a yes; which requests were made, or may have been; and, for a shop that makes a change as
 * often as it is sent, what became of each answer. Processes that share a state remember it together: encrypted, under
 * names that say nothing.
 *
 * @module
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  openLocalState,
  openMemory,
  REMEMBERED_SECONDS,
  type SharedState,
} from "./shared-state.ts";

const VALID_SECONDS = REMEMBERED_SECONDS;
const POLL_MS = 50;

export interface ConfirmationOptions {
  /** The secret of the seal, 32 characters or more. @default random, for this process alone */
  key?: string | undefined;
  /** Whose questions these are: the shop's address and the credential. */
  account: unknown;
  /** A clock that nobody sets back. */
  now: () => Date;
  /** What other processes know, too. @default nothing */
  state?: SharedState | undefined;
  /** How long another process may take to act on an answer, in seconds. @default 10 */
  timeout?: number | undefined;
}
/** What was shown with a question, for its answer: strings without a meaning here. */
export type Shown = string[];
/** The question whose answer counts, or why it does not. */
type Verdict = { question: Question; reason?: never } | { question?: never; reason: string };
interface Question {
  nonce: string;
  /** The memory that knew of no answer to it. */
  epoch: string;
  shown: Shown;
}
/** Of a shop that makes a change as often as it is sent. */
interface ActOnce<T> {
  /** Whether that is the end for whenever the answer comes again, too. */
  isLast(error?: unknown): boolean;
  /** What is found where another process acted, and its end is not known. */
  lookUp(): Promise<T>;
}

/**
 * The secret of a server that was given none: made of the shop's address and its token, so that a host which starts
 * a process for each call can confirm.
 */
export const keyFrom = (baseUrl: string, token: string): string =>
  Buffer.from(hkdfSync("sha256", token, baseUrl, "confirmations", 32)).toString("base64url");

/** Issues and verifies the confirmations of one account. */
export function openConfirmations(options: ConfirmationOptions) {
  const { key = "", account, now, state = openLocalState(now), timeout = 10 } = options;
  const secret = key || randomBytes(32);
  const seconds = () => Math.floor(now().getTime() / 1000);
  const sign = (...parts: unknown[]) =>
    createHmac("sha256", secret).update(JSON.stringify([account, ...parts]));
  const digest = (value: unknown, length = 16) =>
    sign("digest", value).digest("base64url").slice(0, length);

  const vault = openVault(sign("state").digest());
  const remember = (name: string, value: string) => state.set(name, vault.lock(name, value));
  async function recall(name: string): Promise<string | undefined> {
    const value = await state.get(name);
    return value === undefined ? undefined : vault.open(name, value);
  }
  /** What this process does, or has done for good, on each answer. */
  const actions = openMemory<Promise<unknown>>(seconds);
  const owner = randomBytes(12).toString("base64url");

  /** The claim of a token that this server gave to this account. */
  function openToken(token: string): string | undefined {
    const [claim = "", given = ""] = token.split(/\.(?=[^.]*$)/);
    const [ours, theirs] = [sign("seal", claim).digest(), Buffer.from(given, "base64url")];
    const isOurs = ours.length === theirs.length && timingSafeEqual(ours, theirs);
    return isOurs && token === `${claim}.${ours.toString("base64url")}` ? claim : undefined;
  }

  /** Acts, unless another process does or did: then its end is this one's. */
  async function actOnce<T>({ nonce, epoch }: Question, act: () => Promise<T>, once: ActOnce<T>) {
    const [claim, end] = [`claim:${nonce}`, `end:${nonce}`];
    /** As often as it is asked for: what is not there yet may come. */
    const lookUp = () => (actions.delete(nonce), once.lookUp());
    for (let polls = (timeout * 800) / POLL_MS; polls > 0; polls--) {
      // the rest of the time is for looking it up
      const ended = await recall(end);
      if (ended !== undefined) {
        const { result }: { result?: T } = JSON.parse(ended); // of this nonce, so of this act
        return result ?? lookUp();
      }
      if (await state.claim(claim, owner, epoch)) return actFirst(claim, end, act, once);
      await pause(POLL_MS);
    }
    return lookUp();
  }
  async function actFirst<T>(claim: string, end: string, act: () => Promise<T>, once: ActOnce<T>) {
    try {
      const result = await act();
      await remember(end, JSON.stringify({ result }));
      return result;
    } catch (error) {
      await (once.isLast(error) ? remember(end, "{}") : state.delete(claim));
      throw error;
    }
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
    async issue(request: unknown, question: string, shown: Shown) {
      const epoch = await state.epoch();
      const until = seconds() + VALID_SECONDS;
      const nonce = randomBytes(12).toString("base64url");
      const facts = Buffer.from(JSON.stringify(shown)).toString("base64url");
      const claim = [nonce, until, epoch, digest(request), digest(question, 8), facts].join(".");
      const expires_at = new Date(until * 1000).toISOString();
      return { token: `${claim}.${sign("seal", claim).digest("base64url")}`, expires_at };
    },
    /** Whether an answer with this token counts for this request. */
    async verify(token: string, request: unknown): Promise<Verdict> {
      const claim = openToken(token);
      if (claim === undefined)
        return { reason: "this server did not give that confirmation to this account" };
      const [nonce = "", until, epoch = "", requestDigest, , facts = ""] = claim.split(".");
      if (requestDigest !== digest(request))
        return { reason: "that answer was to another request" };
      if (await state.get(`no:${nonce}`))
        return { reason: "that question was answered before, and not with a yes" };
      if (Number(until) < seconds()) return { reason: "more than ten minutes have passed" };
      const isKnown = actions.get(nonce) !== undefined;
      if (!isKnown && epoch !== (await state.epoch()))
        return {
          reason:
            "what this server remembered of answers was lost meanwhile, and that one may have been acted on: check what is there first",
        };
      if (!isKnown && (state.mayMiss("no", Number(until)) || actions.mayMiss(Number(until))))
        return { reason: "too many questions were answered since" };
      const shown: Shown = JSON.parse(Buffer.from(facts, "base64url").toString()); // as it was sealed
      return { question: { nonce, epoch, shown } };
    },
    /** The answer to a question was no yes, for good, whatever request it came with. */
    async refuse(token: string): Promise<void> {
      const [nonce] = openToken(token)?.split(".") ?? [];
      if (nonce) await state.set(`no:${nonce}`, "1");
    },
    /** The idempotency key of a change: the same for every attempt under one answer, in every process. */
    idempotencyKey: (nonce: string, request: unknown) =>
      sign("key", nonce, request).digest("base64url"),
    /**
     * Acts on an answer; the same answer meanwhile waits for the same end.
     * @param once where the shop would make the change again
     */
    act<T>(question: Question, act: () => Promise<T>, once?: ActOnce<T>): Promise<T> {
      const { nonce } = question;
      const known = actions.get(nonce) as Promise<T> | undefined; // of this nonce, so of this act
      if (known) return known;
      const action = once ? actOnce(question, act, once) : act();
      const settle = (error?: unknown) => void (once?.isLast(error) || actions.delete(nonce));
      action.then(() => settle(), settle);
      actions.set(nonce, action);
      return action;
    },
    /** What became of an equal request, or under a nonce, within ten minutes, in words, as far as that can be known. */
    recall: async (request: unknown): Promise<string | undefined> =>
      recall(`made:${digest(request)}`).catch(() => undefined),
    remember: async (request: unknown, words: string): Promise<void> =>
      remember(`made:${digest(request)}`, words),
  };
}
export type Confirmations = ReturnType<typeof openConfirmations>;

/** Keeps a value from everybody without the key, and from being put under another name. */
function openVault(key: Buffer) {
  const CIPHER = "aes-256-gcm";
  const TAG = { authTagLength: 16 };
  return {
    lock(name: string, value: string): string {
      const iv = randomBytes(12);
      const cipher = createCipheriv(CIPHER, key, iv, TAG).setAAD(Buffer.from(name));
      const parts = [iv, cipher.update(value), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(parts).toString("base64url");
    },
    /** @returns undefined for what was not locked with this key, under this name */
    open(name: string, locked: string): string | undefined {
      const bytes = Buffer.from(locked, "base64url");
      try {
        const cipher = createDecipheriv(CIPHER, key, bytes.subarray(0, 12), TAG);
        cipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-16));
        return cipher.update(bytes.subarray(12, -16)).toString() + cipher.final("utf8");
      } catch {
        return undefined;
      }
    },
  };
}
