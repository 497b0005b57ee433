/**
 * Text that people wrote, made safe to show; and the small pieces of English that sentences are built from.
 *
 * `toPlainText` is for prose of the shop's: names, descriptions, notes. `singleLine` is for what has to stay as it
 * is written, such as ids, codes, queries and addresses, and `multiLine` for messages: only what nobody sees goes.
 *
 * All of it takes time in proportion to what it reads, whatever that is. Regular
 * expressions do the reading, since tokenizers in JavaScript need several times as long for a tag (htmlparser2's
 * 110 ms for 1 MiB of attributes); none of them can try a place again and again (the comments say why).
 *
 * @module
 */
import { decodeHTML, decodeHTMLStrict } from "entities";
import { htmlTagNames } from "html-tag-names";
import { currentNotes } from "./notes.ts";

// ── What nobody sees ────────────────────────────────────────────────────────────────────────────

/** Joiners, the emoji selector and the letters of flags: invisible, too, and kept where they shape what is seen. */
const SHAPING = String.raw`\u200c\u200d\ufe0f\u{e0020}-\u{e007f}`;
/** Blanks that Unicode does not call ignorable: Braille, Khitan, hieroglyphs, a note without a head, an object. */
const BLANK = String.raw`\u2800\u{16fe4}\u{13441}\u{13442}\u{1d159}\ufffc`;
/** Signs around Arabic, Syriac and Kaithi numbers: format characters that are seen. */
const SEEN = String.raw`\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}`;
const INVISIBLE = new RegExp(
  String.raw`[[\p{C}\p{Default_Ignorable_Code_Point}${BLANK}]--[\t-\r\x85${SEEN}${SHAPING}]]+`,
  "gv",
);

/** The scripts in which a joiner between two letters changes how they look. */
const JOINING = "Arab Syrc Nkoo Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr"
  .split(" ")
  .map((script) => String.raw`\p{scx=${script}}`)
  .join("");
const LETTER = String.raw`[[\p{L}\p{M}]&&[${JOINING}]]`;
const PICTURE = String.raw`\p{Extended_Pictographic}`;
const inTags = (letters: string) =>
  letters.replace(/./g, (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)));
/** England, Scotland and Wales: no other flag is spelt in tags. */
const FLAG = `\u{1f3f4}${inTags("gb")}(?:${["eng", "sct", "wls"].map(inTags).join("|")})\u{e007f}`;
/** The first of the joiners between two letters or two pictures, a selector that makes a picture, a flag; or what goes. */
const SHAPED = new RegExp(
  [
    String.raw`([\u200c\u200d])(?<=${LETTER}.)[\u200c\u200d]*(?=${LETTER})`,
    String.raw`(\u200d)(?<=[${PICTURE}\p{Emoji_Modifier}]\ufe0f?.)\u200d*(?=${PICTURE})`,
    String.raw`(\ufe0f)(?<=[${PICTURE}--\p{Emoji_Presentation}].|[#*\d].(?=\u20e3))`,
    `(${FLAG})`,
    `[${SHAPING}]+`,
  ].join("|"),
  "gv",
);
const removeInvisible = (text: string) =>
  /[^\t-\r -~]/.test(text) ? text.replace(INVISIBLE, "").replace(SHAPED, "$1$2$3$4") : text;

/** What most texts do not have: more than visible ASCII and single spaces between, or a tag, or an entity. */
const UNUSUAL = /[^ -%'-;=-~]|  /;
const SPACE = 32;
/** Whether a text is one that is shown as it is. Nobody can see it differently, so nothing has to be looked for. */
const isPlain = (text: string) =>
  text.charCodeAt(0) !== SPACE && text.charCodeAt(text.length - 1) !== SPACE && !UNUSUAL.test(text);

/** One line of what can be seen. */
export function singleLine(given: string): string {
  if (isPlain(given)) return given;
  return removeInvisible(given)
    .replace(/[\s\x85]{2,}|[^\S ]|\x85/g, " ")
    .trim();
}

/** The same, with line breaks kept, and at most one empty line in a row. */
export const multiLine = (given: string): string =>
  removeInvisible(given)
    .replace(/\r\n?|[\v\f\x85\u2028\u2029]/g, "\n")
    .replace(/[^\S\n]{2,}|[^\S\n ]/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

// ── HTML ────────────────────────────────────────────────────────────────────────────────────────

/** Elements that stand within a line; the others begin a new one. */
const INLINE = `
  a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label mark nobr q ruby
  s samp small span strike strong sub sup time tt u var wbr`
  .trim()
  .split(/\s+/);
const BLOCK = htmlTagNames.filter((name) => !INLINE.includes(name));
/** Any of these names, found by its first letter, and what ends a name. */
function anyOf(names: string[]): string {
  const byLetter = Array.from(new Set(names.map(([first]) => first)), (first) => {
    const rests = names.filter((name) => name[0] === first).map((name) => name.slice(1));
    return `${first}(?:${rests.join("|")})`;
  });
  return `(?:${byLetter.join("|")})(?=[ />]|$)`;
}
/** To the end of a tag. A quote counts where a value begins, and where it is closed. Always found where a `>` is last. */
const REST = `[^>=]*(?:=(?: ?(?:"[^"]*"|'[^']*'))?[^>=]*)*>`;
/** `<b and c>`: a letter, then words without a value, as in `a<b and c>d`. */
const COMPARISON = "/?[a-z] (?:[^ =<>]*<|[^ =<>]+ [^=<>]*[<>])";
const tag = (names: string[]) => `<(?!${COMPARISON})/?${anyOf(names)}${REST}`;
const BREAKS = [
  "<!--(?:-?>|[^]*?(?:--!?>|$))",
  String.raw`<(?:script(?=[ />])[^]*?(?:</script(?=[ />])${REST}|$)|style(?=[ />])[^]*?(?:</style(?=[ />])${REST}|$))`,
  String.raw`<!\[CDATA\[|\]\]>`,
  String.raw`<[!?]\[?[a-z][^>]*>`,
  tag(BLOCK),
].join("|");
const BREAK = new RegExp(BREAKS, "gi");
const INLINE_TAG = new RegExp(`(${BREAKS})|${tag(INLINE)}`, "gi");

/** Text without tags. Behind the last `>` none ends, so none is looked for, and before it none is in vain. */
function removeTags(html: string): string {
  const end = html.lastIndexOf(">") + 1;
  const closed = html.slice(0, end).replace(INLINE_TAG, "$1").replace(BREAK, " ");
  return closed + html.slice(end);
}
/** Each entity that ends with its semicolon as its character, however often `&` was encoded before it. */
const decodeEntities = (text: string) =>
  decodeHTMLStrict(text.replace(/&(?:(?:amp|#0*38|#x0*26);)+/gi, "&"));

/** Without this there is nothing to look for. */
const OPENING = /<[a-z/!?]/i;
/** What a browser may take for a tag, closed or not, however it goes on: texts are joined to others. */
const LIVE = new RegExp(`<(?=/?${anyOf(htmlTagNames)}|[!?][a-z[-])`, "gi");
/** Up to a handler, which runs in any element, HTML's own or not. */
const HANDLED = /(?<=^|>)[^>]*[\s/"']on[a-z]+ ?=/gi;
const spaceTags = (text: string) =>
  text.replace(LIVE, "< ").replace(HANDLED, (part) => part.replace(/<(?=[a-z])/gi, "< "));
/** Text without a live tag, even if it is decoded five times more, in the lenient way of browsers: it gets spaces. */
function defuse(text: string): string {
  let [before, decoded] = ["", text];
  for (let times = 0; times < 5 && decoded !== before; times++)
    [before, decoded] = [decoded, decodeHTML(decoded)];
  if (!OPENING.test(decoded)) return text;
  const isHidden = decoded !== text && decoded !== spaceTags(decoded);
  return spaceTags(isHidden ? text.replaceAll("&", "& ") : text);
}

const READ_PER_CHARACTER = 16;
/**
 * Text of merchants and shoppers as data: one line without HTML or what nobody sees.
 * @param max length in characters; longer text is cut and ends with `…`. Sixteen times as much is read, markup
 * and all, so that no time goes into what is thrown away
 */
export function toPlainText(written: string, max: number): string {
  if (written.length <= max && isPlain(written)) return written;
  const isWhole = written.length <= max * READ_PER_CHARACTER;
  const read = isWhole ? written : `${written.slice(0, max * READ_PER_CHARACTER)}>`; // ends a tag that is cut in two
  let text = singleLine(read);
  for (let round = 0, before = ""; round < 3 && text !== before; round++) {
    before = text;
    if (OPENING.test(text)) text = removeTags(text);
    if (/&[#a-z][a-z\d]*;/i.test(text)) text = decodeEntities(text);
    if (text !== before) text = singleLine(text);
  }
  if (!isWhole) text = text.replace(/>$/, "");
  const line = defuse(text.slice(0, 2 * max + 2)); // more characters than are shown, in whatever units
  if (isWhole && line.length <= max) return line;
  const letters = [...line];
  if (isWhole && letters.length <= max) return line;
  currentNotes()?.shorten();
  return `${singleLine(letters.slice(0, max - 1).join(""))}…`;
}

/** An address, or undefined for what is none. Node 20 has no `URL.parse`. */
export const parseUrl = (text: string, base?: string): URL | undefined =>
  URL.canParse(text, base) ? new URL(text, base) : undefined;

/** The parts that are there, joined. */
export const join = (parts: (string | false | undefined)[], separator = ", "): string =>
  parts.filter(Boolean).join(separator);

/** The first twenty of a list that may be long, and how many more there are. */
export const joinFirst20 = (list: string[], separator = ", "): string =>
  join([...list.slice(0, 20), list.length > 20 && `and ${list.length - 20} more`], separator);

/** `get_shop_info` as `Get shop info`. */
export const titleCase = (name: string): string =>
  name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
