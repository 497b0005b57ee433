/**
 * The words of the views themselves, in the language of the host where there is a table of it; what the shop says is
 * shown as the shop wrote it. To add a language, write its table beside ui/words/en.ts: TypeScript names what is missing.
 *
 * @module
 */
import { ar } from "./words/ar.ts";
import { de } from "./words/de.ts";
import { en, type Sentence, type Words } from "./words/en.ts";
import { fr } from "./words/fr.ts";

export type Word = keyof Words;
type Value = string | number;
/** The tables by language. */
export const WORDS: Record<string, Words> = { en, de, fr, ar };

/** Letters of the other direction, and signs that change it. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/u;
/** A value within a sentence of the other direction, which it must not turn around. */
const isolate = (value: string) => `\u2068${value}\u2069`;

/**
 * The sentences of the first language that there is a table of.
 * @returns `lang`, `dir`, and `say`: `say("order", { id: "1036" })`
 */
export function speak(locale: string) {
  const [language = "en"] = locale.split("-");
  const lang = Object.hasOwn(WORDS, language) ? language : "en";
  const words = WORDS[lang] ?? en;
  const isRightToLeft = lang === "ar";
  const rules = new Intl.PluralRules(lang === language ? locale : lang);
  const numbers = new Intl.NumberFormat(locale);
  const write = (value: Value) => {
    if (typeof value === "number") return numbers.format(value);
    return isRightToLeft || RIGHT_TO_LEFT.test(value) ? isolate(value) : value;
  };
  return {
    lang,
    dir: isRightToLeft ? ("rtl" as const) : ("ltr" as const),
    say(word: Word, values: Record<string, Value> = {}): string {
      const { n } = values;
      const entry: Sentence = words[word];
      const sentence =
        typeof entry === "string"
          ? entry
          : (typeof n === "number" && entry[rules.select(n)]) || entry.other;
      return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => write(values[name] ?? ""));
    },
  };
}
