/**
 * Text that people wrote, made safe to show; and the small pieces of English that sentences are built from.
 *
 * `toPlainText` cleans what the shop sends, `singleLine` and `multiLine` what an assistant sends to the shop.
 *
 * @module
 */
import { DomUtils, parseDocument } from "htmlparser2";
import { currentNotes } from "./notes.ts";

const BLOCK_TAG = /<\/?(p|div|br|li|h\d|t[dr])\b/gi;
/** Control, format and bidi characters, and variation selectors. */
const INVISIBLE = /[\p{C}\u{E0100}-\u{E01EF}]/gu;

/**
 * Text of merchants and shoppers as data: one line without HTML or invisible characters.
 * @param max length in characters; longer text is cut and ends with `…`
 */
export function toPlainText(written: string, max: number): string {
  let text = written;
  for (let round = 0; round < 3 && /<[a-z!/]|&[a-z#]/i.test(text); round++)
    text = DomUtils.innerText(parseDocument(text.replace(BLOCK_TAG, " $&")).children);
  const line = singleLine(text);
  const letters = line.length > max ? [...line] : [];
  if (letters.length <= max) return line;
  currentNotes()?.shorten();
  return `${letters.slice(0, max - 1).join("")}…`;
}

/** One line without invisible characters: what the user reads before they agree is what is sent. */
export const singleLine = (given: string): string =>
  given.replace(/\s+/g, " ").replace(INVISIBLE, "").trim();

/** The same, with line breaks kept. */
export const multiLine = (given: string): string =>
  given.split("\n").map(singleLine).join("\n").trim();

/** An address, or undefined for what is none. Node 20 has no `URL.parse`. */
export const parseUrl = (text: string, base?: string): URL | undefined =>
  URL.canParse(text, base) ? new URL(text, base) : undefined;

/** The parts that are there, joined. */
export const join = (parts: (string | false | undefined)[], separator = ", "): string =>
  parts.filter(Boolean).join(separator);

/** The first twenty of a list that may be long, and how many more there are. */
export const joinFirst20 = (list: string[]): string =>
  join([...list.slice(0, 20), list.length > 20 && `and ${list.length - 20} more`]);

/** `get_shop_info` as `Get shop info`. */
export const titleCase = (name: string): string =>
  name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());

/** `pluralize(1, "product")` is `1 product`. */
export const pluralize = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;
