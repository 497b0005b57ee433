/**
 * What a probe of a promise comes to.
 *
 * @module
 */
import { pluralize } from "../../shop/notes.ts";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { codePoint } from "../printable.ts";
import type { Survey } from "./survey.ts";

export interface Finding {
  verdict: "kept" | "broken" | "not tested";
  /** What was seen, or why nothing was looked at. */
  evidence: string;
}
/** A promise, and the probe that tells whether a server keeps it. */
export interface Promised {
  id: string;
  /** What is promised. */
  title: string;
  /** What happens to people where it is broken. */
  why: string;
  /** What to do then. */
  fix: string;
  /** @throws {NotTested} */
  probe(survey: Survey): Finding | Promise<Finding>;
}
/** What became of a promise, and what it is about. */
export type Found = Promised & Finding & { group: string };
/** Why a promise says nothing about this server. */
export class NotTested extends Error {}
export const kept = (evidence: string): Finding => ({ verdict: "kept", evidence });
export const broken = (evidence: string): Finding => ({ verdict: "broken", evidence });
/** Broken by these, or kept where there are none. */
export const judge = (faults: string[], keptBy: string): Finding =>
  faults.length ? broken(listed(faults)) : kept(keptBy);
/** `7 results` */
export const count = (all: unknown[], noun: string): string => pluralize(all.length, noun);
/** The first three of a list, and how many more there are. */
export const listed = (all: string[]): string =>
  [...all.slice(0, 3), ...(all.length > 3 ? [`and ${all.length - 3} more`] : [])].join("; ");
const MOST_COUNTED = 400_000;
/**
 * The tokens of a text, as far as it is counted, and in words. Whoever counts them takes a square of the time for a word
 * without end, so that is cut.
 */
export function tokensIn(text: string): { tokens: number; said: string } {
  const words = text.slice(0, MOST_COUNTED).replace(/\p{L}{256}|[^\p{L}\s]{256}|\s{256}/gu, "$&\0");
  const tokens = countTokens(words);
  return { tokens, said: `${text.length > MOST_COUNTED ? "more than " : ""}${tokens} tokens` };
}
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;
const MOST_SHOWN = 700;
/** A text of a server's as a terminal may show it: no control characters, nothing invisible, and no more than is read. */
export const visible = (text: string): string =>
  (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text).replace(
    INVISIBLE,
    (sign) => `<${codePoint(sign)}>`,
  );
/** A value in few characters, on one line. */
export const shown = (value: unknown): string =>
  visible(
    (typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"))
      .slice(0, 160)
      .replace(/[^\S ]+| {2,}/g, " "),
  );
