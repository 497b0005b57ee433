/** Whose token is whose, and that none is ever written down. */
import type { Host } from "../../tests/harness/clients.ts";
import type { Story } from "../../tests/harness/story.ts";
import { escapePattern } from "../../tests/harness/story-file.ts";
import { escapeXml } from "./junit.ts";
import { fail } from "./options.ts";
import type { Place } from "./places.ts";

/** The tokens that were given. */
export interface Tokens {
  /** The one of `--token` or the environment. */
  one: string | undefined;
  /** Whose that is, by `--as`. */
  as: string | undefined;
  /** Those of `--tokens`, by user. */
  byUser: ReadonlyMap<string, string>;
}
/** The token of a story's user; or why there is none. `{}` is nobody, or whom the server itself acts for. */
export interface Caller {
  token?: string | undefined;
  missing?: string;
}

/** What is played, and where. */
interface Played {
  stories: readonly Story[];
  place: Place;
  /** Says who a caller is, where the stories' world is known. */
  whoIs: ((host: Host) => Promise<string | undefined>) | undefined;
}
/** Whose the one token is: as said, or the only user there is, or whom the shop says it to be. */
async function ownerOf(
  { one, as, byUser }: Tokens,
  { stories, place, whoIs }: Played,
): Promise<string | undefined> {
  if (as !== undefined) return as;
  if (one === undefined && (place.seesRequests || byUser.size)) return undefined;
  if (whoIs) {
    const host = await place.connect(one);
    try {
      return await whoIs(host);
    } finally {
      await host.close();
    }
  }
  const names = new Set(stories.map((story) => story.as));
  const others = [...names].filter((name) => name !== "nobody" && !byUser.has(name));
  if (others.length < 2) return others[0];
  return fail(
    `The stories have several users, ${others.join(", ")}: say by --as whose token it is, or give --tokens FILE.`,
  );
}
/** Finds the token for each user of these stories. @throws {UsageError} where one token could be that of several */
export async function findCallers(tokens: Tokens, played: Played): Promise<(as: string) => Caller> {
  const owner = await ownerOf(tokens, played);
  return (as) => {
    if (as === "nobody") return {};
    const token = tokens.byUser.get(as);
    if (token !== undefined) return { token };
    if (as === owner) return { token: tokens.one };
    const has = owner === undefined ? "" : `; the caller here is ${owner}`;
    return { missing: `no token for ${as} was given (--tokens FILE)${has}` };
  };
}

/** A text in the ways in which it may be written: as it is, in JSON, in an address, and each of these in XML. */
const spellings = (text: string) => {
  const plain = [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)];
  return [...plain, ...plain.map(escapeXml)];
};
/** Every token as `…`, however it is written; a short one only where it stands as a word. */
export function masking({ one, byUser }: Tokens): (text: string) => string {
  const secrets = [...byUser.values(), ...(one === undefined ? [] : [one])].flatMap(spellings);
  const patterns = [...new Set(secrets)]
    .toSorted((first, second) => second.length - first.length)
    .map((text) => [escapePattern(text), text.length < 8] as const)
    .map(([text, isShort]) => (isShort ? `(?<!\\w)${text}(?!\\w)` : text));
  if (!patterns.length) return (text) => text;
  const pattern = new RegExp(patterns.join("|"), "g");
  return (text) => text.replace(pattern, "…");
}
