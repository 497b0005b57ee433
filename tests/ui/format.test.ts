/** Prices, dates and addresses as a host's user reads them: exactly what was said, and never an exception. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { createFormat, toLocale, toTitle, toWebAddress } from "../../ui/format.ts";

const british = createFormat({ locale: "en-GB", timeZone: "Europe/Brussels" });
/** With a plain space, whichever one the locale's data has. */
const plain = (text: string) =>
  text.replaceAll(/[\u00a0\u202f]/g, " ").replaceAll(/[\u200e\u200f\u061c]/g, "");
const money = (locale: string, amount: string, currency: string) =>
  plain(createFormat({ locale }).money({ amount, currency }));

test.each([
  ["en-GB", "12.50", "EUR", "€12.50"],
  ["en-GB", "0.00", "EUR", "€0.00"],
  ["en-GB", "-5.00", "EUR", "-€5.00"],
  ["en-GB", "-0.00", "EUR", "€0.00"],
  ["de-AT", "12.50", "EUR", "€ 12,50"],
  ["en-US", "1200.00", "JPY", "¥1,200"],
  ["en-US", "1.500", "KWD", "KWD 1.500"],
  ["ar-EG", "12.50", "EUR", "١٢٫٥٠ €"],
])("in %s, %s %s is %s", (locale, amount, currency, text) => {
  expect(money(locale, amount, currency)).toBe(text);
});
test("no digit that was said is lost: not of a yen's sen, a tenth of a cent, or a long amount", () => {
  expect(money("en-US", "1200.50", "JPY")).toBe("¥1,200.5");
  expect(money("en-US", "0.0125", "EUR")).toBe("€0.0125");
  expect(money("en-US", "123456789012345.67", "EUR")).toBe("€123,456,789,012,345.67");
});
test("a currency that is not known is not shown as one, and said to be unknown", () => {
  expect(money("en-US", "12.50", "XXX")).toBe("12.50, currency not said");
});
test("whatever is no amount, no currency, no locale or no time zone is shown and not thrown", () => {
  expect(money("en-US", "12.50", "$")).toBe("12.50 $");
  expect(money("en-US", "a few", "EUR")).toBe("a few EUR");
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      const format = createFormat({ locale: a, timeZone: b });
      for (const amount of [a, "1.50"])
        expect(typeof format.money({ amount, currency: c })).toBe("string");
      expect(typeof format.date(c, "time").text).toBe("string");
      expect(format.address({ country: a }).length).toBeLessThanOrEqual(1);
      expect(typeof format.currencyName(c)).toBe("string");
      toWebAddress(a);
      toTitle(a);
    }),
  );
});
test("a language that is none is English, whatever the machine's own", () => {
  expect(toLocale("xx-invalid")).toBe("en");
});
test("a locale in other spellings is understood", () => {
  expect(["de_AT", "DE-at", "", "x__", "en-US-x"].map(toLocale)).toEqual([
    "de-AT",
    "de-AT",
    "en",
    "en",
    "en",
  ]);
});

test.each([
  ["a day, wherever its reader is", "2026-11-05", "5 Nov 2026", "2026-11-05"],
  [
    "a time with a zone, in the reader's",
    "2026-11-05T23:30:00Z",
    "6 Nov 2026, 00:30",
    "2026-11-05T23:30:00.000Z",
  ],
  [
    "a time without one, as it stands",
    "2026-11-05T23:30:00",
    "5 Nov 2026, 23:30",
    "2026-11-05T23:30",
  ],
  [
    "Django's with a space",
    "2026-11-05 09:00:00.123456+01:00",
    "5 Nov 2026, 09:00",
    "2026-11-05T08:00:00.123Z",
  ],
  ["a day that no calendar has", "2026-02-30", "2026-02-30", undefined],
  ["a time on such a day", "2026-02-30T08:00:00Z", "2026-02-30T08:00:00Z", undefined],
  ["the shop's own words", "next week", "next week", undefined],
])("%s: %s", (_, written, text, dateTime) => {
  const shown = british.date(written, "time");
  expect(shown.text).toBe(text);
  expect(shown.dateTime).toBe(dateTime);
});
test("a day stays that day west of Greenwich", () => {
  const { date } = createFormat({ locale: "en-GB", timeZone: "America/Los_Angeles" });
  for (const written of ["2026-11-05", "2026-11-05T00:00:00Z", "2026-11-05T00:00:00+01:00"])
    expect(date(written, "long").text).toBe("Thu, 5 Nov 2026");
});

test("a country's code is named in the reader's language, and its name stays as written", () => {
  const { address } = createFormat({ locale: "de-DE" });
  const parts = { line1: "Linnégatan 14", line2: "", postcode: "413 04", city: "Göteborg" };
  expect(address({ ...parts, country: "SE" })).toEqual([
    "Linnégatan 14",
    "413 04 Göteborg",
    "Schweden",
  ]);
  expect(address({ ...parts, country: "Sweden" }).at(-1)).toBe("Sweden");
});
test.each([
  ["https://shop.example/a b", "https://shop.example/a%20b"],
  ["http://shop.example", "http://shop.example/"],
  ["javascript:alert(1)", undefined],
  [" javascript:alert(1)", undefined],
  ["data:text/html,<script>", undefined],
  ["vbscript:x", undefined],
  ["https://user:secret@shop.example/", undefined],
  ["/relative", undefined],
  [undefined, undefined],
])("of %s, what can be opened is %s", (url, address) => {
  expect(toWebAddress(url)).toBe(address);
});
