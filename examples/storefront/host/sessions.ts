/**
 * Who is signed in, by the cookie of their browser. Sessions and conversations are bounded: those that were not used for
 * the longest time end first.
 *
 * @module
 */
import { Conversation } from "./conversation.ts";
import type { Credentials, SignIn } from "./connect.ts";
import { openShopper, type Shopper } from "./shopper.ts";

const IDLE_MS = 30 * 60_000;
const MOST_SESSIONS = 100;
const MOST_CONVERSATIONS = 500;

export interface Session {
  shopper: Shopper;
  conversation: Conversation;
  lastSeen: number;
}
/** Puts an entry behind the others of a map, and takes out the first ones of too many. */
function put<K, V>(
  map: Map<K, V>,
  key: K,
  value: V,
  {
    most,
    drop = (first: K) => void map.delete(first),
  }: { most: number; drop?: (first: K) => void },
): V {
  map.delete(key);
  map.set(key, value);
  for (const [first] of map) if (map.size > most) drop(first);
  return value;
}
/** @param now in ms @default Date.now */
export function openSessions(signIn: SignIn, now: () => number = Date.now) {
  const sessions = new Map<string, Session>();
  /** By person, whichever session they come by. Your database goes here. */
  const conversations = new Map<string, Conversation>();
  function end(key = ""): void {
    void sessions.get(key)?.shopper.close();
    sessions.delete(key);
  }
  const endIdle = () =>
    sessions.forEach(({ lastSeen }, key) => now() - lastSeen > IDLE_MS && end(key));
  const keep = (key: string, session: Session) =>
    put(sessions, key, { ...session, lastSeen: now() }, { most: MOST_SESSIONS, drop: end });
  return {
    /** Signs somebody in. @returns the key of their session, for the cookie @throws {SignInError} in words */
    async begin(given: Credentials): Promise<string> {
      const account = await signIn(given);
      const known = conversations.get(account.id) ?? new Conversation();
      const conversation = put(conversations, account.id, known, { most: MOST_CONVERSATIONS });
      const key = crypto.randomUUID();
      const shopper = await openShopper(account, {
        news: (text) => conversation.addNews(text),
        lost: () => end(key),
      });
      keep(key, { shopper, conversation, lastSeen: now() });
      return key;
    },
    /** The session of a cookie, if it has not ended. */
    use(key = ""): Session | undefined {
      endIdle();
      const session = sessions.get(key);
      return session && keep(key, session);
    },
    end,
    endIdle,
    close: () => sessions.forEach((_, key) => end(key)),
  };
}
