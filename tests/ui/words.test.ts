/** The words of the views: each language says all that English says, in all its plural forms. */
import { expect, test } from "bun:test";
import { speak, WORDS } from "../../ui/words.ts";
import { en, type Words } from "../../ui/words/en.ts";

const languages = Object.entries(WORDS);
const placesIn = (sentence: string) =>
  [...new Set(sentence.match(/\{\w+\}/g) ?? [])].filter((place) => place !== "{n}").toSorted();
const sentencesOf = (entry: Words[keyof Words]) =>
  typeof entry === "string" ? [entry] : Object.values(entry);

test.each(languages)("%s has a place for each value that English has a place for", (_, words) => {
  for (const [name, entry] of Object.entries(en)) {
    const places = sentencesOf(entry).flatMap(placesIn).toSorted();
    for (const sentence of sentencesOf(words[name as keyof Words]))
      // a name of the table
      expect([name, placesIn(sentence)]).toEqual([name, [...new Set(places)]]);
  }
});
test.each(languages)(
  "%s has a sentence for each plural category of a whole number",
  (language, words) => {
    const rules = new Intl.PluralRules(language);
    const used = new Set(Array.from({ length: 200 }, (_, n) => rules.select(n)));
    for (const [name, entry] of Object.entries(words)) {
      if (typeof entry === "string") continue;
      const missing = [...used].filter((category) => !(category in entry));
      expect([name, missing]).toEqual([name, []]);
    }
  },
);
test.each([
  ["en-GB", 1, "1 product"],
  ["en-GB", 0, "0 products"],
  ["de-AT", 2, "2 Produkte"],
  ["fr-CA", 0, "0 produit"],
  ["ar-EG", 2, "منتجان"],
  ["ar-EG", 3, "٣ منتجات"],
  ["ar-EG", 11, "١١ منتجًا"],
  ["sv-SE", 2, "2 products"],
])("in %s, %d are %s", (locale, n, text) => {
  expect(speak(locale).say("productCount", { n })).toBe(text);
});
test("a language without a table is English, and says so", () => {
  expect(speak("sv-SE")).toMatchObject({ lang: "en", dir: "ltr" });
  expect(speak("valueOf").lang).toBe("en");
  expect(speak("ar")).toMatchObject({ lang: "ar", dir: "rtl" });
});
test("a value of the other direction does not turn a sentence around", () => {
  expect(speak("en").say("order", { id: "٥٥" })).toBe("Order \u2068٥٥\u2069");
  expect(speak("en").say("order", { id: "\u202e55" })).toBe("Order \u2068\u202e55\u2069");
  expect(speak("en").say("order", { id: "55" })).toBe("Order 55");
});
test("a value that looks like a place is left as it is", () => {
  expect(speak("en").say("orderNumber", { id: "{number}", number: "$&" })).toBe(
    "Order {number} (number $&)",
  );
});
