/** What people wrote, as data. */
import { DomUtils, parseDocument } from "htmlparser2";

export const BLOCK = /<\/?(p|div|br|li|h\d|t[dr])\b/gi;
export const INVISIBLE = /[\p{C}\u{E0100}-\u{E01EF}]/gu;
/** What merchants and shoppers wrote, as data: no HTML, no control, bidi or invisible characters. */
export function plain(written: string, max: number): string {
  let read = written;
  for (let round = 0; round < 3 && /<[a-z!/]|&[a-z#]/i.test(read); round++)
    read = DomUtils.innerText(parseDocument(read.replace(BLOCK, " $&")).children);
  const line = read.replace(/\s+/g, " ").replace(INVISIBLE, "").trim();
  const letters = line.length > max ? [...line] : [];
  return letters.length > max ? `${letters.slice(0, max - 1).join("")}…` : line;
}

/** What a person reads before they agree is what is sent: one line, and nothing invisible in it. */
export const visible = (given: string) => given.replace(/\s+/g, " ").replace(INVISIBLE, "").trim();

export const lines = (given: string) => given.split("\n").map(visible).join("\n").trim();

export const spoken = (parts: (string | false | undefined)[], between = ", ") =>
  parts.filter(Boolean).join(between);
/** A list that may be long: its first twenty. */
export const few = (list: string[]) =>
  spoken([...list.slice(0, 20), list.length > 20 && `and ${list.length - 20} more`]);

export const capital = (name: string) =>
  name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());

export const counted = (rows: unknown[], noun: string, more?: unknown) =>
  `${rows.length} ${noun}${rows.length === 1 ? "" : "s"}${more ? ", and there are more" : ""}`;
