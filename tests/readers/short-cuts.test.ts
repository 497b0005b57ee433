/** What is read in a short way is what the long way gives: each property takes the long way by something that changes nothing. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { endpoints, readPage } from "../../shop/contract.ts";
import { MAX_ENTRIES, normalizeAnswer, parseJson } from "../../shop/json.ts";
import { isBlank } from "../../shop/money.ts";
import { Notes } from "../../shop/notes.ts";
import { readAnswer } from "../../shop/reader.ts";
import { singleLine, toPlainText } from "../../shop/text.ts";

const runs = { seed: 13, numRuns: 5000 };
const one = fc.constantFrom;
const letters = (some: string, maxLength: number) => fc.string({ unit: one(...some), maxLength });

test("a text of ASCII reads as it does beside something that nobody sees", () => {
  fc.assert(
    fc.property(
      letters("aA0 <>&;=/\"'\t\n\u007f#!b~", 24),
      fc.integer({ min: 6, max: 30 }),
      (text, max) => {
        const unseen = `${text}\u200b`; // which no short way is for
        expect(singleLine(text)).toBe(singleLine(unseen));
        if (text.length <= max) expect(toPlainText(text, max)).toBe(toPlainText(unseen, max));
      },
    ),
    runs,
  );
});

test("an address is told as it is written only where it is one", () => {
  const host = fc.array(
    one("a", "shop", "xn--a", "xn", "1", "0x1", "-", "a1", "1a", "é", ".", "-", ".", "@", ":"),
    {
      maxLength: 6,
    },
  );
  const rest = letters('/a1.~?#%&=+<>"\\ é[]|^`{}', 8);
  fc.assert(
    fc.property(
      one("http", "https", "HTTP", "ftp"),
      host,
      one("", ":8080", ":80800"),
      rest,
      (scheme, parts, port, rest) => {
        const sent = `${scheme}://${parts.join("")}${port}/${rest}`;
        const url = URL.canParse(sent) ? new URL(sent) : undefined;
        const isTold = /^https?:$/.test(url?.protocol ?? "") && !url?.username;
        const isWritten = /^[!-~]+$/.test(sent) && !/["<>\\]/.test(sent);
        const expected = isTold ? (isWritten ? sent : url?.href) : undefined;
        expect(normalizeAnswer({ url: sent }, "https://base.example", "EUR")).toEqual({
          url: expected,
        });
      },
    ),
    runs,
  );
});

test("a page of DRF reads as it does with a field that says nothing", () => {
  const count = one(0, 25, -0, -1, 1.5, 1e9, "25", null, undefined);
  const next = one("http://x/?page=2", "?p", "/a", "2", "", 2, null, undefined, { url: "?a=1" });
  const results = one([], [1, 2], null, "", { 0: 1 });
  const page = fc.record({ count, next, previous: one("?p=1", null), results });
  fc.assert(
    fc.property(page, (sent) => {
      expect(readPage(sent)).toStrictEqual(readPage({ ...sent, nothing: "said" }));
    }),
    runs,
  );
});

test("what is blank is what trims to nothing", () => {
  fc.assert(
    fc.property(letters("a \t\n\u00a0\ufeff\u0000\u001f\u007f\u0085\u2028", 4), (text) => {
      expect(isBlank(text)).toBe(!text.trim());
    }),
    runs,
  );
});

test.each([
  [
    '{"id": "3e5f0a12-1e55-4d2e-9e10-0123456789ab"}',
    { id: "3e5f0a12-1e55-4d2e-9e10-0123456789ab" },
  ],
  ['{"n": 1e3, "id": "7e1"}', { n: "1e3", id: "7e1" }],
  ['{"n": 9007199254740993}', { n: "9007199254740993" }],
  ['{"n": 0.1234567890123456789}', { n: "0.1234567890123456789" }],
  ['{"n": 123456789012345}', { n: 123456789012345 }],
])("the numbers in %s", (json, value) => {
  expect(parseJson(json)).toEqual({ value });
});

const row = (n: number) => ({ product_id: `p-${n}`, name: "Cup" });
const rows = (n: number) => Array.from({ length: n }, (_, at) => row(at));
/** Each answer, and whether it is short enough to be read at once. */
test.each<[string, unknown, boolean, string[]]>([
  ["1,000 rows", { results: rows(1000), sent: 1000 }, true, []],
  [
    "more rows than are read of a list",
    { results: rows(MAX_ENTRIES + 1), sent: MAX_ENTRIES + 1 },
    false,
    ["cut"],
  ],
  [
    "more values than are read of an answer",
    { results: rows(3000).map((row) => ({ ...row, a: 1, b: 2, c: 3, d: 4, e: 5 })), sent: 3000 },
    false,
    ["cut"],
  ],
  [
    "a field that no tool tells, with more entries than are read",
    { results: [{ ...row(1), tags: Array.from({ length: MAX_ENTRIES + 1 }, () => 1) }], sent: 1 },
    false,
    ["cut"],
  ],
  [
    "an object with more fields than are read",
    {
      results: [
        { ...row(1), ...Object.fromEntries(rows(MAX_ENTRIES).map((_, n) => [`f${n}`, 1])) },
      ],
      sent: 1,
    },
    false,
    ["cut"],
  ],
])("%s", async (_, answer, isAtOnce, noted) => {
  const notes = new Notes();
  const reading = { baseUrl: "https://shop.example", currency: "EUR", length: 1, notes };
  const result = readAnswer(endpoints.searchProducts, answer, reading);
  expect(result instanceof Promise).toBe(!isAtOnce);
  expect((await result).success).toBe(true);
  expect(notes.list()).toHaveLength(noted.length);
});

test("a very deep answer is read without running out of stack", async () => {
  let deep: unknown = "x";
  for (let n = 0; n < 100_000; n++) deep = { options: [deep] };
  const notes = new Notes();
  const reading = { baseUrl: "https://shop.example", currency: "EUR", length: 1, notes };
  const answer = { product_id: "p-1", name: "Cup", extra: deep, price: deep };
  const result = await readAnswer(endpoints.product, answer, reading);
  expect(result.success && result.data).toEqual({
    product_id: "p-1",
    name: "Cup",
    price: undefined,
  });
});
