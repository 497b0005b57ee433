/**
 * What a shop sends, from text to the contract's terms: `parseJson` reads the text and keeps its numbers as they
 * were written, `normalizeAnswer` makes prices money and links absolute. Pure, and bounded in what they read.
 *
 * @module
 */
import { currencyBeside, currencyIn, isBlank, toMoney } from "./money.ts";
import { currentNotes } from "./notes.ts";
import { parseUrl, toPlainText } from "./text.ts";

// ── From text ───────────────────────────────────────────────────────────────────────────────────

/** A number that may be another one once JavaScript has read it. Two expressions take half the time of one. */
const LONG = /[\d.]{16}/;
const EXPONENT = /\d[eE][-+\d]/;
function parsed(json: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
/**
 * JSON whose numbers are strings where JavaScript would give them back otherwise: `9007199254740993`, `1e3`.
 * One pass by hand: a regular expression for strings takes half a second for a mebibyte of escapes.
 */
function quoteInexact(json: string): string {
  const parts: string[] = []; // what stands before a number, the number, what stands before the next
  let from = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      // Valid JSON, so it ends.
      for (at++; json.charCodeAt(at) !== QUOTE; at++) if (json.charCodeAt(at) === BACKSLASH) at++;
    } else if (isDigitOrSign(code)) {
      const start = at;
      let hasExponent = false;
      for (let next; isOfNumber((next = json.charCodeAt(at + 1))); at++)
        hasExponent ||= next === 101 || next === 69; // e E
      if (!hasExponent && at - start < 15) continue; // 15 digits are always exact
      const number = json.slice(start, at + 1);
      if (!hasExponent && String(Number(number)) === number) continue;
      parts.push(json.slice(from, start), number);
      from = at + 1;
    }
  }
  return parts.length ? [...parts, json.slice(from)].join('"') : json;
}
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const isDigitOrSign = (code: number) => (code >= 48 && code <= 57) || code === 45; // 0 to 9, -
const isOfNumber = (code: number) =>
  isDigitOrSign(code) || code === 46 || code === 101 || code === 69 || code === 43; // . e E +

/**
 * The JSON in a text. A number that JavaScript cannot hold as it was written is a string of its digits.
 * @returns its `value`, or undefined where the text is not JSON
 */
export function parseJson(text: string): { value: unknown } | undefined {
  const json = text.startsWith("\ufeff") ? text.slice(1) : text; // the byte order mark that Windows puts before UTF-8
  const read = parsed(json);
  const quoted = read && (LONG.test(json) || EXPONENT.test(json)) ? quoteInexact(json) : json;
  return quoted === json ? read : { value: JSON.parse(quoted) };
}

// ── To the contract's terms ─────────────────────────────────────────────────────────────────────

/** Prices, and how the currency beside one is read. */
const MONEY_FIELDS = new Map(
  ["price", "total", "amount", "balance", "price_difference"].map((name) => [
    name,
    currencyBeside(name),
  ]),
);
const LINK_FIELDS = new Set(["url", "image", "images"]);
/** Objects whose keys are the merchant's own words, and what one of their values is. */
const FREE_FIELDS = new Map([
  ["options", "option"],
  ["policies", "policy"],
]);

const MAX_URL = 2000; // characters
export const MAX_ENTRIES = 5000; // of one list or object
export const MAX_VALUES = 20_000; // in all: no list goes on after them
const MAX_DEPTH = 20;

/**
 * Most addresses: absolute, in visible ASCII, and nothing in the host can be taken for a number or for Punycode,
 * which would have to be read to know whether it is one.
 */
const ORDINARY = /^https?:\/\/[a-z][a-z\d]*(?:[.-][a-z][a-z\d]*)*(?::\d{1,4})?\/[!#-;=?-[\]-~]*$/;
/**
 * An address as it was written where it is absolute; undefined for what a host should not follow.
 * @param hidden a host that only this server reaches: an address there is told with the origin of `base`
 */
function toAbsoluteUrl(sent: unknown, base: string, hidden?: string): string | undefined {
  if (typeof sent !== "string" || sent.length > MAX_URL) return undefined;
  if (hidden) {
    const url = parseUrl(sent, base);
    if (url?.host === hidden && /^https?:$/.test(url.protocol) && !url.username)
      return new URL(base).origin + url.pathname + url.search + url.hash;
  }
  if (ORDINARY.test(sent)) return sent;
  if (/^\s*(#|$)/.test(sent)) return undefined;
  const url = parseUrl(sent, base);
  if (!url || !/^https?:$/.test(url.protocol) || url.username) return undefined;
  return /^https?:\/\/[!-~]+$/i.test(sent) && !/["<>\\]/.test(sent) ? sent : url.href;
}
type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads Django's JSON in the contract's terms. Of what is longer than any shop's only the beginning is read. */
export class Normalizer {
  /** How many entries of lists and objects have been met. */
  values = 0;
  /** Whether there is something to note: a list that is cut, an option that is left out. */
  hasNoted = false;
  /**
   * @param base the address that relative links start from
   * @param hidden a host in whose place links have the origin of `base`
   */
  constructor(
    readonly base: string,
    readonly hidden?: string,
  ) {}

  /** What becomes of the first entries of a list. Of an object: one that is begun is read a little longer. */
  #first<In, Out>(entries: In[], read: (entry: In) => Out, most = MAX_VALUES): Out[] {
    const those: Out[] = [];
    for (const entry of entries) {
      if (those.length === MAX_ENTRIES || this.values > most) {
        this.hasNoted = true;
        currentNotes()?.cut();
        break;
      }
      this.values++;
      those.push(read(entry));
    }
    return those;
  }
  /** Texts under the merchant's own words; without those that say nothing. */
  #freeTexts(sent: object, what: string) {
    const read = ([name, text]: [string, unknown]): [string, unknown][] => {
      if (isBlank(text)) return [];
      if (typeof text !== "object") return [[toPlainText(name, 80), text]];
      this.hasNoted = true;
      currentNotes()?.leaveOut(what);
      return [];
    };
    return Object.fromEntries(this.#first(Object.entries(sent), read, 2 * MAX_VALUES).flat());
  }
  /**
   * A field of an object that its name makes a price, a link, or an object of the merchant's own words.
   * @param own currency of the object
   * @returns what it is in the contract's terms, or OTHER for a field like any other
   */
  named(name: string, part: unknown, row: Fields, own: string): unknown {
    const beside = MONEY_FIELDS.get(name);
    if (beside) return toMoney(part, beside(row, own));
    const free = FREE_FIELDS.get(name);
    if (free) return isObject(part) ? this.#freeTexts(part, free) : OTHER;
    if (!LINK_FIELDS.has(name)) return OTHER;
    if (!Array.isArray(part)) return toAbsoluteUrl(part, this.base, this.hidden);
    const links = this.#first(part, (link) =>
      isBlank(link) ? [] : toAbsoluteUrl(link, this.base, this.hidden),
    );
    return links.flat(); // the schema leaves out what is undefined, and notes it
  }
  /** @param around the currency of prices that bring none */
  normalize(value: unknown, around: string, depth = 0): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (depth > MAX_DEPTH) return undefined; // nothing of the contract's is as deep
    if (Array.isArray(value))
      return this.#first(value, (item) => this.normalize(item, around, depth + 1));
    const row = value as Fields; // of JSON
    const own = currencyIn(row, around);
    const read = ([name, part]: [string, unknown]): [string, unknown] => {
      const named = this.named(name, part, row, own);
      return [name, named === OTHER ? this.normalize(part, own, depth + 1) : named];
    };
    return Object.fromEntries(this.#first(Object.entries(row), read, 2 * MAX_VALUES));
  }
}
/** Whether the name of a field says what it is. */
export const isNamed = (name: string): boolean =>
  MONEY_FIELDS.has(name) || LINK_FIELDS.has(name) || FREE_FIELDS.has(name);
/** What `named` gives back for a field like any other. */
export const OTHER = Symbol("other");

/**
 * Django's JSON in the contract's terms: links are absolute, prices are money. Of a list or an object that is
 * longer than any shop's only the beginning is read, and a note says so.
 * @param base the address that relative links start from
 * @param currency of prices that bring none; an object's own `currency` holds for all within it
 * @param hidden a host in whose place links have the origin of `base`
 */
export const normalizeAnswer = (
  json: unknown,
  base: string,
  currency: string,
  hidden?: string,
): unknown => new Normalizer(base, hidden).normalize(json, currency);
