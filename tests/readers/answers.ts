/**
 * Random answers, made from the schema of an endpoint: each field as a shop may send it, well or badly, and beside
 * the fields those that change what they mean.
 *
 * @module
 */
import fc from "fast-check";
import type * as z from "zod";
import { STATUSES } from "../../shop/contract.ts";

type Any = fc.Arbitrary<unknown>;
const one = (...values: unknown[]): Any => fc.constantFrom(...values);
/** Mostly the first, and each of the others now and then. */
const mostly = (weight: number, usual: Any, ...others: Any[]): Any =>
  fc.oneof({ weight, arbitrary: usual }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })));

/** What is no value of a field: of another kind, and what only a dialect can make. */
const wrong = one(
  null,
  undefined,
  "",
  "   ",
  "?",
  7,
  -1,
  1.5,
  true,
  [],
  [1],
  [null],
  {},
  { of: "another" },
  Number.NaN,
  Number.POSITIVE_INFINITY,
  new Date(0),
  Object.create(null),
  [[["deep"]]],
  { options: { a: 1, b: {} } },
  { amount: "5.00", currency: "SEK" },
);
const words = "linen apron, No. 5;cup;Blue — notebook;tea & jug;a < b;S<M<L;x".split(";");
const text = mostly(
  6,
  one(...words, words.join(" ")),
  one(
    ..."<b>bold</b> &amp; more;&lt;i&gt;;a  b; a;a ;tab\there;line\nbreak;Caf&eacute; &copy".split(
      ";",
    ),
    "\u200bseen\u00ad",
    "<img src=x onerror=alert(1)>",
    "&amp;lt;b&amp;gt;",
    "👨‍👩‍👧",
    "کتاب‌خانه",
    "long ".repeat(17),
    "long ".repeat(70),
    "x".repeat(81),
    `${"x".repeat(2100)}>`,
    ">",
    "  ",
    "\ufeffa",
    "a\u00a0b",
    "~",
    "\u007f",
    "-0",
    "1e5",
  ),
  fc.string({ unit: "binary-ascii", maxLength: 12 }),
);
const id = mostly(
  8,
  fc.integer({ min: 0, max: 40 }).map((n) => `a-${n}`),
  one(
    ..."A 1;A  1; A1;A/1;<1>;x\u200b;&amp;;é".split(";"),
    "y".repeat(128),
    "y".repeat(129),
    "😀".repeat(128),
    "",
    5,
    2 ** 53,
    0.5,
  ),
);
const amount = mostly(
  4,
  fc.integer({ min: 100, max: 99_999 }).map((n) => (n / 100).toFixed(2)),
  fc.integer({ min: 0, max: 99_999 }).map((n) => n / 100),
  one(
    ..."12,50;1.5;-3.00;0.00;00.10; 7.00 ;1e3;1e30;on request;12.5000;0.1234567;1234567890123456.00".split(
      ";",
    ),
    19.990000000000002,
    -0,
    5,
    1e21,
    null,
    "",
    " ",
  ),
);
const code = mostly(4, one("EUR", "SEK"), one("eur", " usd ", "€", 978, null, "", { code: "JPY" }));
const money = mostly(
  3,
  fc.record({ amount, currency: code }),
  amount,
  fc.record({ amount, currency_code: code }),
  fc.record({ amount, precision: one(2) }),
  fc.record({ amount, gross: amount, priceCurrency: code }),
);
const link = mostly(
  3,
  one("https://shop.example/p/1/", "http://cdn.shop.example:8080/a.jpg?x=1#y", "/media/a b.jpg"),
  one(
    ..."a.jpg;../b;//other.example/c;#top;?q=1;ftp://x/;javascript:alert(1);https://u:p@x.example/".split(
      ";",
    ),
    ...'https://1.2.3/;https://xn--a/;https://a..b/;HTTPS://X/;https://x.example/"a;https://x/é'.split(
      ";",
    ),
    "https://x",
    "https://x.example:99999/",
    "https://[::1]/",
    `https://x/${"a".repeat(2000)}`,
  ),
);
const status = mostly(
  2,
  one(...STATUSES),
  one("unknown", "Shipped", "canceled", "Return Requested", " pending ", "sent", 3, "", null, {}),
);
const merchantsWords = mostly(
  8,
  fc.dictionary(
    mostly(
      8,
      one(..."size;colour;<i>fit</i>;toString;amount;url;constructor".split(";")),
      text,
    ) as fc.Arbitrary<string>,
    mostly(9, text, one(5, true, null, {}, [1])),
    { maxKeys: 3 },
  ),
  one(JSON.parse('{"__proto__": "own", "a": "b"}'), { ["n".repeat(90)]: "long" }),
);

const MONEY = /^(price|total|amount|balance|price_difference)$/;
const BY_NAME: [RegExp, Any][] = [
  [MONEY, money],
  [/^(url|image)$/, link],
  [/^images$/, fc.array(mostly(4, link, wrong), { maxLength: 4 })],
  [/^(options|policies)$/, merchantsWords],
  [/(_ids?|_number)$/, id],
  [/^status$/, status],
];
const named = (name: string) => BY_NAME.find(([names]) => names.test(name))?.[1];
/** Beside the fields: usual names, currencies, and what no schema has. */
const besides: Record<string, Any> = {
  id,
  pk: id,
  sku: id,
  slug: id,
  number: id,
  title: text,
  currency: code,
  currency_code: code,
  priceCurrency: code,
  total_currency: code,
  price_currency: code,
  amountCurrency: code,
  balance_currency: code,
  total: money,
  url: link,
  images: one([], ["/a"], "b"),
  options: merchantsWords,
  brand: one({ id: 1, name: "Linen & Co" }, [{ options: { size: "L" } }], { policies: { a: {} } }),
  created_at: text,
};
const among = fc.subarray(Object.keys(besides), { maxLength: 3 });

/** A value of a schema, by the name of its field; the wrong ones come everywhere. */
function valueOf(schema: z.core.$ZodType, name: string): Any {
  const { def } = (schema as z.core.$ZodTypes)._zod; // zod's own
  const byName = named(name);
  if (byName && def.type !== "array") return byName;
  switch (def.type) {
    case "optional":
    case "catch":
      return valueOf(def.innerType, name);
    case "pipe": // a permission may be a boolean, a quantity a text
      return mostly(4, valueOf(def.out, name), one(true, false, 3, "2.000", "2", "2.5e1"));
    case "array":
      return (
        named(name) ?? fc.array(mostly(12, valueOf(def.element, name), wrong), { maxLength: 3 })
      );
    case "object":
      return objectOf(def.shape);
    case "number":
      return one(0, 1, 3, 250, -1, 1.5, 1e7, "4");
    case "boolean":
      return one(true, false, "true");
    default:
      return text;
  }
}
function objectOf(shape: z.core.$ZodShape): Any {
  const names = Object.keys(shape);
  const fields = Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => {
      const isRequired = schema._zod.optin === undefined || schema._zod.optout === undefined;
      return [name, mostly(isRequired ? 60 : 20, valueOf(schema, name), wrong, one(null))];
    }),
  );
  const kept = fc.subarray(names, { minLength: Math.ceil(names.length / 2) });
  return fc
    .tuple(fc.record(fields), mostly(2, one(names), kept), fc.record(besides), among)
    .map(([all, keep, more, some]) => {
      const row: Record<string, unknown> = {};
      for (const name of keep as string[]) row[name] = all[name];
      for (const name of some) row[name] ??= more[name];
      return row;
    });
}

/** Answers of an endpoint, from the definition of its schema. */
export const answersOf = (schema: z.core.$ZodType): Any => mostly(60, valueOf(schema, ""), wrong);
