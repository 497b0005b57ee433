/**
 * Who is signed in, by the cookie of their browser. Sessions and conversations are bounded: those that were not used for
 * the longest time end first.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import { Conversation } from "./conversation.ts";
import { type Account, type Credentials, type SignIn, SignInError } from "./connect.ts";
import { openShopper, type Shopper } from "./shopper.ts";

const IDLE_MS = 30 * 60_000;
const MOST_OF_ONE = 10; // sessions of one person
const MOST_BEGINNING = 20; // sign-ins at a time, each of which may start a process

const BUSY = "Too many are signing in at the moment. Try again in a minute.";

export interface Session {
  shopper: Shopper;
  conversation: Conversation;
}
export interface SessionOptions {
  signIn: SignIn;
  /** @default 100 */
  mostSessions?: number | undefined;
  /** How long a question waits for its answer, in ms. @default 5 minutes */
  answerMs?: number | undefined;
  /** In ms. @default Date.now */
  now?: (() => number) | undefined;
}
export function openSessions({ signIn, mostSessions = 100, answerMs, now }: SessionOptions) {
  const sessions = new LRUCache<string, Session>({
    max: mostSessions,
    ttl: IDLE_MS,
    ttlResolution: 0,
    updateAgeOnGet: true,
    perf: { now: now ?? Date.now },
    dispose: ({ shopper }) => void shopper.close(),
  });
  /** By person, whichever session they come by. Your database goes here. */
  const conversations = new LRUCache<string, Conversation>({ max: 500 });
  let beginning = 0;
  async function open(account: Account): Promise<string> {
    const key = crypto.randomUUID();
    const shopper = await openShopper(account, {
      answerMs,
      news: (text) => conversations.get(account.id)?.addNews(text),
      lost: () => sessions.delete(key),
    });
    const conversation = conversations.get(account.id) ?? new Conversation(); // only now is it theirs
    conversations.set(account.id, conversation);
    sessions.set(key, { shopper, conversation });
    const own = [...sessions.entries()].filter(([, other]) => other.conversation === conversation);
    for (const [oldest] of own.slice(MOST_OF_ONE)) sessions.delete(oldest);
    return key;
  }
  return {
    /** Signs somebody in. @returns the key of their session, for the cookie @throws {SignInError} in words */
    async begin(given: Credentials): Promise<string> {
      if (beginning >= MOST_BEGINNING) throw new SignInError(BUSY);
      beginning++;
      try {
        return await open(await signIn(given));
      } finally {
        beginning--;
      }
    },
    /** The session of a cookie, if it has not ended. */
    use: (key = "") => sessions.get(key),
    end: (key = "") => sessions.delete(key),
    /** Until the orders of all shoppers are listened to. */
    listening: () => Promise.all([...sessions.values()].map(({ shopper }) => shopper.listening())),
    endIdle: () => sessions.purgeStale(),
    close: () => sessions.clear(),
  };
}
