/** No browser finds a tag in what is left, even if the text is decoded five times more, as leniently as browsers do. */
import { expect, test } from "bun:test";
import { decodeHTML } from "entities";
import fc from "fast-check";
import { htmlTagNames } from "html-tag-names";
import { toPlainText } from "../../shop/text.ts";

const TAG = new RegExp(`</?(?:${htmlTagNames.join("|")})(?:[\\s/>]|$)|<!-|<!d|<\\?x`, "i");
const HANDLER = /<[a-z][^>]*[\s/"']on[a-z]+\s*=/i;
function expectNoLiveTag(text: string) {
  for (let decoded = text, times = 0; times <= 5; times++, decoded = decodeHTML(decoded)) {
    expect(decoded).not.toMatch(TAG);
    expect(decoded).not.toMatch(HANDLER);
  }
}

test.each([
  ["a zero-width space in a name", "<\u200bimg src=x onerror=a>x", "x"],
  ["a soft hyphen in a name", "<im\u00adg src=x onerror=a>x", "x"],
  ["a NUL in a name", "<im\0g src=x onerror=a>x", "x"],
  ["a no-break space behind a name", "<img\u00a0src=x onerror=a>x", "x"],
  ["an encoded blank in a name", "&lt;&#8203;im&shy;g src=x onerror=a&gt;x", "x"],
  ["entities encoded four times", "&amp;amp;amp;lt;img src=x onerror=a&amp;amp;amp;gt;x", "x"],
  ["entities encoded forty times", `&${"amp;".repeat(39)}lt;img src=x onerror=a>x`, "x"],
  ["entities encoded in several ways", "&#38;#x26;amp;lt;img src=x onerror=a>x", "x"],
  ["letters of entities encoded", "&&#97;mp;lt;img src=x onerror=a>x", "x"],
  ["a tag within a tag", "<i<b>mg src=x onerror=a>x", "x"],
  ["a tag within a tag within a tag", "<i<i<b>mg>mg src=x onerror=a>x", "x"],
  ["a tag within an entity", "&l<b>t;img src=x onerror=a>x", "x"],
  ["a slash behind a name", "<svg/onload=a>x", "x"],
  ["raw text in an element", "<textarea><img src=x onerror=a></textarea>x", "x"],
  ["a tag that is never closed", "<img src=x onerror=a ", "< img src=x onerror=a"],
  ["an entity without semicolon", "&ltimg src=x onerror=a&gt", "& ltimg src=x onerror=a& gt"],
  [
    "an entity in an entity, without",
    "&amplt;img src=x onerror=a>",
    "& amplt;img src=x onerror=a>",
  ],
  ["four such entities", "&ampampamplt;img src=x>", "& ampampamplt;img src=x>"],
  ["a handler on an element of nobody's", "<x onclick=a>x", "< x onclick=a>x"],
])("%s", (_, written, expected) => {
  const text = toPlainText(written, 300);
  expect(text).toBe(expected);
  expectNoLiveTag(text);
});

test("whatever the pieces, no live tag is left", () => {
  const markup = `
    < </ > <! <!-- --> <? = " ' & ; # x a b i p s on onclick= img script style svg div src=x
    &lt; &lt &gt; &amp; &amp amp; lt; lt &#60; &#60 &#x3c; #60; &#38; &&#35;35; &shy; &nbsp; &zwj;`
    .trim()
    .split(/\s+/);
  const blanks = [
    " ",
    "\n",
    "\0",
    "\u00ad",
    "\u200b",
    "\u200d",
    "\u00a0",
    "\u2028",
    "\ufeff",
    "\ud800",
  ];
  const pieces = fc.constantFrom(...markup, ...blanks);
  const text = fc.array(pieces, { maxLength: 40 }).map((all) => all.join(""));
  const wrapped = fc.tuple(text, text, fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(wrapped, fc.integer({ min: 1, max: 200 }), ([once, often, times], max) => {
      const shown = toPlainText(once + often.repeat(times), max);
      expect([...shown].length).toBeLessThanOrEqual(max);
      expectNoLiveTag(shown);
    }),
    { numRuns: 3000, seed: 10 },
  );
});
