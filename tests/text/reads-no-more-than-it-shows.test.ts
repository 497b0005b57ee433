/** Long text is cut before anything reads it, and that is said; what is read takes time in proportion to its length. */
import { expect, test } from "bun:test";
import { collectNotes, Notes } from "../../shop/notes.ts";
import { multiLine, singleLine, toPlainText } from "../../shop/text.ts";

function read(written: string, max: number) {
  const notes = new Notes();
  return { text: collectNotes(notes, () => toPlainText(written, max)), notes };
}

test.each([
  ["exactly as long", "x".repeat(80), "x".repeat(80), false],
  ["a character longer", "x".repeat(81), `${"x".repeat(79)}…`, true],
  ["as long in emoji", "😀".repeat(80), "😀".repeat(80), false],
  ["longer in emoji", "😀".repeat(81), `${"😀".repeat(79)}…`, true],
  ["cut within a family", "👨\u200d👩\u200d👧".repeat(40), /[👨👩👧]…$/u, true],
  ["cut behind a blank", `${"x".repeat(78)} yy`, `${"x".repeat(78)}…`, true],
  ["of much markup", `${"<b></b>".repeat(100)}text`, "text", false],
  ["of too much markup", `short ${"<b></b>".repeat(1000)}text`, "short…", true],
  ["cut within a tag", `a&amp;b <img src="data:${"A=".repeat(9000)}"> text`, "a&b…", true],
  ["of nothing that is seen", "\u200d".repeat(1_000_000), "…", true],
])("text %s", (_, written, expected, isShortened) => {
  const { text, notes } = read(written, 80);
  if (typeof expected === "string") expect(text).toBe(expected);
  else expect(text).toMatch(expected);
  expect(notes.isShortened).toBe(isShortened);
});

test("no character beyond sixteen for each that is shown is looked at", () => {
  const start = "a&amp;b".padEnd(16 * 80, "<i></i>");
  const ends = ["x", "</i>y", "</script>", '">', "<!--".repeat(100_000), "&lt;".repeat(100_000)];
  const texts = ends.map((end) => toPlainText(start + end, 80));
  expect(new Set(texts).size).toBe(1);
});

// The worst that was found, with no cut: what is tried twice at each place would take minutes for these.
const WORST = [
  "<",
  "<b",
  "<b>",
  "<b>x</i>",
  "<a b='\"",
  '<a b="c"',
  "<b a ",
  "<b a b<",
  "<a ='<a =\"'=\"",
  "<a x='='",
  "<!--",
  "<!-->",
  "<script",
  "<script>",
  '</script x="',
  "<style></style>",
  "<x on=",
  " onx",
  "<i<b>",
  "&",
  "&a",
  "&amp",
  "&amp;",
  "amp;",
  "&lt;b&gt;",
  "&lt;i&lt;b&gt;",
  "a&zwj;",
  "&#0",
  ";",
  ">",
  '"',
  "a\u200d",
  "\u200d",
  "ک\u200c",
  "👨\u200d👩",
  "❤\ufe0f",
  "🏴",
  "\u{e0041}",
  "a\ud800",
  "\udc00",
  "a\n",
  " \u200b",
];
test.each(WORST)("a million characters of %j", (piece) => {
  const written = piece.repeat(Math.ceil(1_000_000 / piece.length));
  expect(toPlainText(written, written.length).length).toBeLessThanOrEqual(written.length * 2);
  expect(singleLine(written).length).toBeLessThanOrEqual(written.length);
  expect(multiLine(written).length).toBeLessThanOrEqual(written.length);
});
