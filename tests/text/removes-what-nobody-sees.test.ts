/** Characters that nobody sees carry nothing to a model; those that shape letters and emoji stay, one at a place. */
import { expect, test } from "bun:test";
import { openShopByRequest } from "../answers/shop-by-request.ts";
import fc from "fast-check";
import { multiLine, singleLine, toPlainText } from "../../shop/text.ts";

const FAMILY = "👨\u200d👩\u200d👧";
const SCOTLAND = "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";

test.each([
  ["a Persian word", "کتاب\u200cخانه"],
  ["a Hindi conjunct", "क्\u200dष"],
  ["a Sinhala word", "ශ්\u200dරී"],
  ["a family", FAMILY],
  ["an astronaut of some skin", "🧑🏽\u200d🚀"],
  ["hearts, one of them on fire", "❤\ufe0f and ❤\ufe0f\u200d🔥"],
  ["a rainbow flag", "🏳\ufe0f\u200d🌈"],
  ["a keycap", "1\ufe0f\u20e3"],
  ["the flag of Scotland", SCOTLAND],
  ["the end of an ayah", "x\u06ddy"],
])("%s stays as it is written", (_, written) => {
  expect(toPlainText(written, 300)).toBe(written);
  expect(singleLine(written)).toBe(written);
  expect(multiLine(written)).toBe(written);
});

test.each([
  ["a run of joiners", "کتاب\u200c\u200d\u200c\u200bخانه", "کتاب\u200cخانه"],
  ["a joiner at the end of a word", "کتاب\u200c خانه\u200d", "کتاب خانه"],
  ["joiners between Latin letters", "no\u200dte\u200cbook", "notebook"],
  ["a run of joiners in a family", "👨\u200d\u200d\u200d👩", "👨\u200d👩"],
  ["a selector that changes nothing", "😀\ufe0f a\ufe0f ❤\ufe0f\ufe0f\ufe01", "😀 a ❤\ufe0f"],
  ["variation selectors", "a\ufe00b\u{e0100}c\u180b葛\u{e0101}", "abc葛"],
  ["letters in tags", "hi\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}", "hi"],
  ["letters in tags behind a flag", "🏴\u{e0069}\u{e0067}\u{e006e}\u{e007f}", "🏴"],
  ["blanks that are letters", "a\u3164\u115f\u1160\uffa0\u2800\u034fb", "ab"],
  ["overrides of direction", "a\u202e\u2066b\u200f\u061cc", "abc"],
  ["lone surrogates", "a\ud800b\udc00", "ab"],
  ["blanks of all kinds", "\ufeffa\u00a0\u2003\t b\u2028c\u0085d\u2060e", "a b c de"],
  ["a name pushed out of sight", `Old${" \u200b".repeat(140)}New`, "Old New"],
])("%s", (_, written, expected) => {
  expect(toPlainText(written, 300)).toBe(expected);
  expect(singleLine(written)).toBe(expected);
});

test("no ignorable, control, unassigned or blank character of Unicode passes by itself", () => {
  const hidden = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;
  const seen = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u; // signs around numbers
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (hidden.test(character) && !seen.test(character))
      expect(singleLine(`a${character}b`).replace(" ", ""), code.toString(16)).toBe("ab");
  }
});

test("at most one joiner or selector of emoji stands between two visible characters", () => {
  const visible = ["ک", "ت", "क", "्", "a", "1", " ", "👨", "😀", "❤", "🏴", "\u20e3", "🏽"];
  const hidden = [
    "\u200c",
    "\u200d",
    "\ufe0f",
    "\u200b",
    "\u{e0067}",
    "\u{e007f}",
    "\ufe00",
    "\ud83d",
  ];
  const pieces = fc.constantFrom(...visible, ...hidden);
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (all) => {
      const line = singleLine(all.join(""));
      expect(line).not.toMatch(/\u200b|\ufe00|\u{e0067}|\u{e007f}/u);
      expect(line).not.toMatch(
        /(?:\u200c|\u200d)(?:\u200c|\u200d|\ufe0f|[ 1a]|$)|\ufe0f\ufe0f|^\ufe0f/u,
      );
      expect(singleLine(line)).toBe(line);
    }),
    { numRuns: 3000, seed: 10 },
  );
});

test("a message keeps its lines, and one empty line in a row", () => {
  const sent = `Hello,\r\n\r\n I \u200b mean\tit.  \n${"\n \u200b".repeat(60)}\nThe rest\u2028of it\n\n`;
  expect(multiLine(sent)).toBe("Hello,\n\nI mean it.\n\nThe rest\nof it");
});

test.each(["کتاب\u200cخانه", "👨\u200d👩\u200d👧", "a&copy=1 &lt;b&gt;", "S<M<L"])(
  "the query %s is sent as it was written",
  async (query) => {
    const { asked, call } = openShopByRequest(() => []);
    await call("search_products", { query });
    expect(new URLSearchParams(asked[0]?.split("?")[1]).get("q")).toBe(query);
  },
);
