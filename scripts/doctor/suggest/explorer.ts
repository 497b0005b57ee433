/**
 * How a shop is explored: every address once, by GET, with what answers everywhere told from what is there.
 */
import { SCHEMES } from "../../../shop/login.ts";
import { readPage } from "../../../shop/contract.ts";
import { isDenied, isObject, isOk, type JsonObject, redirectTarget, type Reply } from "../reply.ts";
import { request, type Visit, withoutTrailingSlash } from "../visit.ts";

/** A word that no shop has anywhere. */
export const NOWHERE = "xq7zvkwj";
/** Addresses that do more than tell, or that need what a doctor does not have. */
const UNTOUCHED =
  /log-?out|sign-?out|unsubscribe|delete|remove|basket|cart\b|carts\b|checkout|log-?in|sign-?(in|up)|password|regist|token|verify|confirm|webhook|callback|admin\/?$|__debug__|\/(cancel|refund|void|approve|reject|accept|complete|resend|re-?order|archive|duplicate|(de)?activate|pay|ship)\/?$/i;

const MAX_SCHEMES_TRIED = 4;

/** Rows of a list, and where they were: a dialect's `page`, absent where it is found by itself. */
export interface Rows {
  rows: JsonObject[];
  page?: string;
  /** Where each row has its fields, as in JSON:API: `attributes`. They stand in the row itself here. */
  part?: string;
  /** The length of the whole list; Infinity where there is more and nothing says how much. */
  count: number;
  /** Whether it is the whole list. */
  isWhole: boolean;
}
export interface Explorer {
  visit: Visit;
  /** What a reader of the module has to know. */
  notes: Set<string>;
  /** Reads an address of the shop: a path after the base, or a link. Undefined: it is elsewhere, or not to be touched. */
  get(address: string): Promise<Reply | undefined>;
  /** JSON at an address, where there is any that does not come at every other address too. */
  json(address: string): Promise<unknown>;
  list(address: string): Promise<Rows | undefined>;
  /** The path after the base to which a link leads; undefined: out of the shop. */
  pathOf(link: unknown, from?: string): string | undefined;
}

/** A link, as shops write them into answers. */
export const isLink = (value: unknown): value is string =>
  typeof value === "string" && value.length < 2000 && /^(https?:\/\/|\/)[^\s]+$/.test(value);

const PARTS = ["attributes", "fields"];
/** A row with the fields of one of its parts. */
export function flatten({ ...row }: JsonObject, part: string): JsonObject {
  const own = row[part];
  delete row[part];
  return { ...row, ...Object(own) };
}
const isRow = (value: unknown) => isObject(value) && Object.keys(value).length > 0;
/** Whether an object is somebody or something itself, so that a list in it is no more than one of its parts. */
const isRecord = (json: JsonObject) =>
  Object.entries(json).some(
    ([name, value]) =>
      /^(id|pk|uuid|slug|sku|e?mail|username|name|title)$/i.test(name) &&
      (typeof value === "string" || typeof value === "number"),
  );
/** The rows of a list, wherever an answer has them: at most one level deeper than `readPage` looks, or by their ids. */
export function rowsIn(json: unknown): Rows | undefined {
  const { results, count, next, has_more } = readPage(json);
  const rowsOf = (found: unknown[], page?: string): Rows => {
    const sent = found.filter(isRow) as JsonObject[]; // by `isRow`
    const part = sent.length
      ? PARTS.find((name) => sent.every((row) => isRow(row[name])))
      : undefined;
    const rows = part ? sent.map((row) => flatten(row, part)) : sent;
    const isWhole = !next && !has_more && (count ?? 0) <= found.length;
    const least = isWhole ? found.length : Infinity; // of a list that does not say how long it is
    return {
      rows,
      count: Math.max(count ?? least, found.length),
      isWhole,
      ...(page && { page }),
      ...(part && { part }),
    };
  };
  if (Array.isArray(results)) return results.every(isRow) ? rowsOf(results) : undefined;
  if (!isObject(json) || isRecord(json)) return undefined;
  for (const [name, value] of Object.entries(json)) {
    if (Array.isArray(value) && value.length && value.every(isRow))
      return Object.values(json).filter(Array.isArray).length === 1
        ? rowsOf(value, JSON.stringify(name))
        : undefined;
    const inner =
      isObject(value) && !isRecord(value)
        ? Object.entries(value).find(
            ([, list]) => Array.isArray(list) && list.length && list.every(isRow),
          )
        : undefined;
    if (inner && Object.keys(json).length < 4 && !isRow(json.id))
      return rowsOf(Array.isArray(inner[1]) ? inner[1] : [], JSON.stringify(`${name}.${inner[0]}`));
  }
  // One object by its ids: `{"b1": {"name": …}, "b2": {…}}`.
  const entries = Object.entries(json);
  const keys = entries.map(([, value]) =>
    isRow(value) ? Object.keys(value as object).join() : "",
  ); // by `isRow`
  if (entries.length < 2 || !keys[0] || new Set(keys).size > 1) return undefined;
  return rowsOf(
    entries.map(([id, value]) => ({ id, ...Object(value) })),
    "(answer) => (Array.isArray(answer.results ?? answer) ? undefined : Object.entries(answer).map(([id, row]) => ({ id, ...Object(row) })))",
  );
}

export function explore(visit: Visit): Explorer {
  const base = visit.settings.django_api_base;
  const { origin, pathname } = new URL(base);
  const prefix = withoutTrailingSlash(pathname);
  const replies = new Map<string, Promise<Reply>>();
  const notes = new Set<string>();
  let everywhere: Promise<Reply[]> | undefined;

  function pathOf(link: unknown, from = "/") {
    if (typeof link !== "string") return undefined;
    const url = URL.parse(link, `${origin}${prefix}${from}`);
    if (!url || !/^https?:$/.test(url.protocol)) return undefined;
    if (url.origin !== origin) {
      notes.add(
        `some links lead to ${url.origin}: they are not followed, since that would send it the token`,
      );
      return undefined;
    }
    return url.pathname.startsWith(`${prefix}/`)
      ? url.pathname.slice(prefix.length) + url.search
      : undefined;
  }
  let schemesTried = 0;
  /** One request; once more with each other scheme where this one is not taken, which the visit goes on with if it is. */
  async function send(path: string): Promise<Reply> {
    const reply = await request(visit, base + path);
    const { django_api_token: token } = visit.settings;
    if (!token || !isDenied(reply) || schemesTried >= MAX_SCHEMES_TRIED) return reply;
    schemesTried++;
    for (const authScheme of SCHEMES.filter((scheme) => scheme !== visit.authScheme)) {
      const other = await request(visit, base + path, { authScheme });
      if (!isOk(other)) continue;
      visit.authScheme = authScheme;
      notes.add(`the token is taken as ${authScheme}: set DJANGO_API_AUTH=${authScheme}`);
      schemesTried = MAX_SCHEMES_TRIED;
      return other;
    }
    return reply;
  }
  const read = (path: string) => {
    const known = replies.get(path) ?? send(path);
    replies.set(path, known);
    return known;
  };
  async function get(address: string): Promise<Reply | undefined> {
    const path = address.startsWith("/") ? address : pathOf(address);
    if (path === undefined || UNTOUCHED.test(path.replace(/\?.*/, ""))) return undefined;
    return read(path);
  }
  /** What an address says that cannot exist, of each kind: some shops answer 200 there. */
  const readEverywhere = () =>
    (everywhere ??= Promise.all(
      [`/api/${NOWHERE}/`, `/${NOWHERE}/7/`, `/${NOWHERE}`].map((path) => read(path)),
    ));
  async function json(address: string) {
    const reply = await get(address);
    if (!reply || !isOk(reply)) return undefined;
    const catchAll = (await readEverywhere()).filter(isOk);
    if (!catchAll.some(({ body }) => body === reply.body)) return reply.json;
    notes.add(
      "it answers 200 to addresses that cannot exist: that answer is ignored wherever it comes",
    );
    return undefined;
  }
  async function list(address: string) {
    const reply = await get(address);
    const bounded = /[?]/.test(address) ? "" : `${address}?limit=5&page_size=5&per_page=5`;
    if (reply?.code === "TOO_LARGE" && bounded) {
      notes.add(`${address} sends more than 1 MiB at once: it was read in parts`);
      return list(bounded);
    }
    return rowsIn(await json(address));
  }
  return { visit, notes, get, json, list, pathOf };
}

/** Where a redirect within the shop leads, such as that of APPEND_SLASH. */
export function redirectedPath({ pathOf }: Explorer, reply: Reply | undefined) {
  const target = reply && reply.status >= 300 && reply.status < 400 && redirectTarget(reply);
  return target ? pathOf(target.href) : undefined;
}
