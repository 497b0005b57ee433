/** What is HTML's own goes: tags, comments, scripts, entities with their semicolon. All else stays as it is written. */
import { expect, test } from "bun:test";
import { toPlainText } from "../../shop/text.ts";

test.each([
  "size S<M<L, fits all",
  "Returns Desk <returns@shop.example>",
  "See <https://shop.example/returns/?id=1&currency=EUR>",
  "a < b, 5 <3, 4 is <5 right?",
  "x<y and z, Foo<Bar>, H4<bE77]7oQL",
  "I make <$2k, very few penalties (<2%)",
  "5 < 6 and 7 > 8, price < 10 > shipping",
  "head > shoulders > knees",
  "<> </> <!> <- ->",
  "Black&notebook",
  "https://shop.example/?id=1&currency=EUR&region=se&copy=1&lt=2",
  "?page=1&copy=2;mode=x &notit; R&D; &foo;",
  "AT&T, Q&A, & more",
  '5" x 7" and 6\' tall',
])("%s", (written) => {
  expect(toPlainText(written, 300)).toBe(written);
});

test.each([
  ["<b>Bold</b> and <i>it", "Bold and it"],
  ["<p>One</p><p>two<b>!</b></p>", "One two!"],
  ["a<br>b<br/>c<hr />d", "a b c d"],
  ["<ul><li>a<li>b</ul><table><tr><td>c<td>d</table>", "a b c d"],
  ["H<sub>2</sub>O by <a href='/x'>me</a>", "H2O by me"],
  ["<details open>Care</details><font color=red>red</font>", "Care red"],
  ["<script>if (a < b) alert('<p>')</script>Good<style>p{}</style>", "Good"],
  ["<SCRIPT src=//x></SCRIPT >Good", "Good"],
  ["<!doctype html><?xml version='1.0'?><!-- a > b -->text<!-->!<!-- b -->", "text !"],
  ["<![CDATA[<p>From a feed</p>]]>", "From a feed"],
  ['<a href="x>y">link</a>', "link"],
  ["<img alt='a > b' src=s>caption", "caption"],
  ['<p title="x <b y">text</p>', "text"],
  ['<a href="foo>never closed</a> and <b>more</b>', "never closed and more"],
  ["&lt;p&gt;&quot;Fish &amp; chips&quot; &#8212; caf&eacute;&lt;/p&gt;", '"Fish & chips" — café'],
  ["AT&amp;amp;amp;amp;T", "AT&T"],
  ["If <b>the value</b> is &lt;50 please call", "If the value is <50 please call"],
  ["a&nbsp;&nbsp;b&#x200b;c&shy;d", "a bcd"],
])("%s is %s", (written, expected) => {
  expect(toPlainText(written, 300)).toBe(expected);
});

test.each([
  ["a<b and c>d", "a< b and c>d"],
  ["XS<S fits, <s or so <i>maybe</i>", "XS< S fits, < s or so maybe"],
  ["A<B", "A< B"],
  ["<!-- never closed", "< !-- never closed"],
])("no word of %s is lost where a browser would see a tag", (written, expected) => {
  expect(toPlainText(written, 300)).toBe(expected);
});

test("20,000 nested elements are text", () => {
  const nested = `${"<div>".repeat(20_000)}deep${"</div>".repeat(20_000)}`;
  expect(toPlainText(nested, nested.length)).toBe("deep");
});
