/**
 * When a told value is what the shop said: exact decimals, texts without their markup, spellings of a status. The
 * checker's own idea of each, written from the rules and not from the server.
 *
 * @module
 */
import { isObject, type Json, type JsonObject, NumberText } from "./json.ts";

// ── Numbers and money ───────────────────────────────────────────────────────────────────────────

/** A decimal in one spelling, `-12.5` for `-012.500`, `-1.25e1`; undefined for what is none, or is far too large. */
export function decimal(written: string): string | undefined {
  const [, sign = "", whole = "", part = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(written.trim()) ?? [];
  const shift = Number(exponent);
  if (!whole || Math.abs(shift) > 400) return undefined;
  const digits = whole + part;
  const point = whole.length + shift;
  const padded = digits.padStart(digits.length + Math.max(0, -point), "0").padEnd(point, "0");
  const at = Math.max(point, 0);
  const [integer, fraction] = [padded.slice(0, at), padded.slice(at)];
  const plain = `${integer.replace(/^0+(?=\d)/, "") || "0"}.${fraction}`.replace(/\.?0*$/, "");
  return plain === "0" ? "0" : sign + plain;
}

/** Below zero, zero or above, as `a - b`. Both as `decimal` gives them. */
export function compareDecimals(a: string, b: string): number {
  const places = Math.max(...[a, b].map((one) => (one.split(".")[1] ?? "").length));
  const scaled = (one: string) => {
    const [whole = "", part = ""] = one.split(".");
    return BigInt(whole + part.padEnd(places, "0"));
  };
  const difference = scaled(a) - scaled(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/**
 * How plainly the shop said something:
 * `good` has to be told; `odd` is told exactly, or left out with a word; `wrong` is left out with a word;
 * `absent` was not said.
 */
export type Clarity = "good" | "odd" | "wrong" | "absent";

/** An amount of money as it was sent, and the currencies that are true of it. */
export interface SentMoney {
  clarity: Clarity;
  amount?: string | undefined;
  currencies: string[];
}

/**
 * The currencies that are true of what an object holds: its own; where it says none, those around it; and where what
 * it says is no code, also the unknown one.
 */
export function currenciesIn(said: Json | undefined, around: string[]): string[] {
  if (isNothing(said)) return around;
  const code = isObject(said) ? said["code"] : said;
  const isCode = typeof code === "string" && /^\s*[a-z]{3}\s*$/i.test(code);
  return isCode ? [code.trim().toUpperCase()] : [...around, "XXX"];
}
const isNothing = (said: Json | undefined) => said === undefined || said === null || said === "";
const CURRENCIES = [
  "currency",
  "currency_code",
  "currencyCode",
  "price_currency",
  "total_currency",
];
/** The currencies that are true of all in an object: those it names, or else those of its price. */
export const currenciesOf = (object: JsonObject, around: string[]): string[] =>
  currenciesIn(
    CURRENCIES.map((name) => object[name]).find((said) => !isNothing(said)),
    around,
  );
/** Names that say that a whole number counts cents, or may. */
const CENTS = ["precision", "fraction_digits", "minor_units"];

/**
 * The money in a field of an object.
 * @param around the currencies of whatever the object stands in, or of the setting
 */
export function moneyIn(object: JsonObject, field: string, around: string[]): SentMoney {
  const sent = object[field];
  const beside = currenciesIn(object[`${field}_currency`], currenciesOf(object, around));
  if (!isObject(sent)) return { ...amountIn(sent), currencies: beside };
  const currencies = currenciesOf(sent, beside);
  const isWhole = !/\./.test(idText(sent["amount"]) ?? ".");
  if (isWhole && CENTS.some((name) => name in sent)) return { clarity: "wrong", currencies };
  return "amount" in sent
    ? { ...amountIn(sent["amount"]), currencies }
    : { clarity: "wrong", currencies };
}
function amountIn(sent: Json | undefined): Omit<SentMoney, "currencies"> {
  if (sent === undefined || sent === null || sent === "") return { clarity: "absent" };
  const written = sent instanceof NumberText ? sent.text : sent;
  if (typeof written !== "string") return { clarity: "wrong" };
  const amount = decimal(written);
  if (amount === undefined) return { clarity: "wrong" };
  const isPlain = sent instanceof NumberText || /^\s*-?\d+(\.\d+)?\s*$/.test(written);
  const isShort = written.trim().length <= 30 && /^-?\d{1,15}(\.\d{1,6})?$/.test(amount);
  return { clarity: isPlain && isShort ? "good" : "odd", amount };
}

// ── Text ────────────────────────────────────────────────────────────────────────────────────────

const [GAP, BREAK] = ["\ue000", "\ue001"]; // where a space may be told, and where words must not run together
const TAGS =
  "a|abbr|b|blockquote|body|br|code|del|div|em|figure|font|form|h[1-6]|head|hr|html|i|iframe|img|input|ins|li|link|mark|meta|object|ol|p|pre|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|thead|tr|u|ul|video";
const LIVE_TAG = new RegExp(`<!--.*?-->|</?(?:${TAGS})(?:[\\s/][^<>]*)?>`, "gis");
const WITH_CONTENT = /<(script|style)\b[^<>]*>.*?<\/\1\s*>/gis;
const BLOCK = /^<\/?(p|div|br|li|ul|ol|h\d|t\w+|hr|blockquote|pre)\b/i;
/** What nobody sees. `Default_Ignorable_Code_Point` has joiners and variation selectors, too. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const BLANKS = /[\u115f\u1160\u2800\u3164\uffa0]/g; // blank, but as wide as a letter
const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  eacute: "é",
  auml: "ä",
  ouml: "ö",
  uuml: "ü",
  euro: "€",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  copy: "©",
  not: "¬",
  curren: "¤",
  reg: "®",
  shy: "\u00ad",
  zwnj: "\u200c",
  zwj: "\u200d",
};

const visible = (text: string) =>
  text
    .replace(/\s+/g, " ")
    .replace(BLANKS, GAP)
    .replace(/[\ue000\ue001]|[^\ue000\ue001]/gu, (one) =>
      one === GAP || one === BREAK ? one : one.replace(UNSEEN, ""),
    );
/** One round of what a browser does to markup: tags are gone, and entities with a semicolon are characters. */
const unmarked = (text: string) =>
  visible(text)
    .replace(WITH_CONTENT, GAP)
    .replace(LIVE_TAG, (tag) => (BLOCK.test(tag) ? BREAK : GAP))
    .replace(
      /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi,
      (whole, hex?: string, digits?: string, name = "") => {
        const code = hex ? Number.parseInt(hex, 16) : digits ? Number(digits) : undefined;
        if (code === undefined) return ENTITIES[name] ?? whole;
        return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
      },
    );
/** What a text says once its markup is gone: after one round of unescaping, and after each further one. */
function readings(sent: string): string[] {
  const clean = sent.replace(/[\ue000\ue001]/g, "");
  const forms = [visible(unmarked(clean))];
  for (let round = 0; round < 4; round++) {
    const last = forms.at(-1) ?? "";
    const next = visible(unmarked(last));
    if (next === last) break;
    forms.push(next);
  }
  return forms;
}

const isSpace = (one: string | undefined) => one === " ";
const isWord = (one: string | undefined) => one !== undefined && /[\p{L}\p{N}]/u.test(one);
/** Whether a told text is a reading, or its beginning. Spaces may come and go only where a tag was. */
function reads(told: string, reading: string): "whole" | "start" | undefined {
  const [own, said] = [[...told], [...reading]];
  let [at, j] = [0, 0];
  for (;;) {
    let gap = "";
    for (; j < said.length && /[ \ue000\ue001]/.test(said[j] ?? ""); j++) gap += said[j];
    const isSpaced = isSpace(own[at]);
    if (isSpaced) at++;
    if (at >= own.length) return j >= said.length ? "whole" : "start";
    if (j >= said.length) return undefined;
    const mustBe =
      gap.includes(" ") || (gap.includes(BREAK) && isWord(own[at - 1]) && isWord(said[j]));
    if (at > 0 && mustBe !== isSpaced && !(isSpaced && gap)) return undefined;
    if (own[at] !== said[j]) return undefined;
    at++;
    j++;
  }
}

const PICTURE = "\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]*";
const NEEDED_JOINER = new RegExp(
  `(?<=[\\p{Script=Arabic}\\p{Script=Devanagari}]|${PICTURE})[\\u200c\\u200d](?=[\\p{Script=Arabic}\\p{Script=Devanagari}\\p{Extended_Pictographic}])`,
  "gu",
);
const ALLOWED_UNSEEN =
  /(?<=[\p{L}\p{M}])[\u200c\u200d](?=[\p{L}…])|(?<=[\p{Extended_Pictographic}\ufe0f\p{Emoji_Modifier}])\u200d(?=[\p{Extended_Pictographic}…])|(?<=\p{Extended_Pictographic})\ufe0f/gu;
const joiners = (text: string) => text.match(NEEDED_JOINER)?.length ?? 0;

/** What is wrong with a told text, whatever it was made from: a tag that lives, a character that nobody sees. */
export function harmIn(told: string): string | undefined {
  if (told.match(LIVE_TAG)) return "a live tag";
  const unseen = told.replace(ALLOWED_UNSEEN, "").match(UNSEEN)?.[0];
  return (
    unseen &&
    `U+${unseen.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}, which nobody sees`
  );
}
/** Whether a told text is what was sent: whole, cut at its end, or not at all. */
export function sameText(told: string, sent: string): "whole" | "cut" | undefined {
  const bare = told.replace(UNSEEN, "").trim();
  const all = readings(sent);
  const isKept = joiners(told) === joiners(sent);
  if (all.some((reading) => reads(bare, reading) === "whole")) return isKept ? "whole" : undefined;
  if (!bare.endsWith("…")) return undefined;
  const start = bare.slice(0, -1).trimEnd();
  return all.some((reading) => reads(start, reading)) ? "cut" : undefined;
}
/** Whether anything can be read in a text. */
export const isBlank = (sent: string): boolean =>
  readings(sent).every((reading) => !/[^ \ue000\ue001]/.test(reading));

/** Letters as people compare them: without case, accents and doubled spaces. */
export const fold = (text: string): string =>
  (readings(text).at(-1) ?? "")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[\s\ue000\ue001]+/g, " ")
    .trim()
    .toLowerCase();

// ── Ids and statuses ────────────────────────────────────────────────────────────────────────────

/** The text of an id as it was sent, or undefined for what is no id. */
export const idText = (sent: Json | undefined): string | undefined =>
  sent instanceof NumberText
    ? sent.text
    : typeof sent === "string" && sent.trim()
      ? sent
      : undefined;
/** Whether an id is one that a tool takes. */
export const isPlainId = (id: string): boolean =>
  id.length <= 128 && /^(?!.*\.\.)[\p{L}\p{N}]([\p{L}\p{N}\p{M}._:~-]*[\p{L}\p{N}])?$/u.test(id);

const CANONICAL = [
  "pending",
  "processing",
  "shipped",
  "delivered",
  "cancelled",
  "return_requested",
  "exchange_requested",
];
const spelling = (word: string) =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");
/** The status that a word of the shop's is a spelling of; `unknown` for another word. */
export function statusNamed(word: string): string {
  const spelt = spelling(word).replace(/^canceled$/, "cancelled");
  return CANONICAL.find((one) => one === spelt) ?? "unknown";
}
