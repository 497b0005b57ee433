/**
 * Exact amounts: a price as the shop sends it becomes `{amount, currency}` in `toMoney`, and nowhere else.
 *
 * @module
 */
import { BigNumber } from "bignumber.js";
import * as z from "zod";
import { CURRENCY_CODE } from "./codes.ts";

/** ISO 4217; XXX where the currency is unknown. */
export const currencyCode = z.string().regex(CURRENCY_CODE, "a currency code such as EUR");

/** `amount` is a decimal with at least two places: `{ amount: "12.50", currency: "EUR" }`. */
export const money = z.object({
  amount: z.string().regex(/^-?\d{1,15}\.\d{2,6}$/),
  currency: currencyCode,
});
export type Money = z.output<typeof money>;

const MAX_PRICE = 30; // characters: longer ones cost seconds to read
const DECIMAL = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/;

type Fields = Record<string, unknown>;
const isObject = (sent: unknown): sent is Fields => typeof sent === "object" && sent !== null;

/** The code that a shop names, in any case; the one around where it names none, XXX where it cannot be read. */
export function currencyOf(named: unknown, around: string): string {
  if (typeof named === "string" && CURRENCY_CODE.test(named)) return named;
  if (isBlank(named)) return around;
  const word = isObject(named) ? named["code"] : named; // {code: "SEK", symbol: "kr"}
  const code = typeof word === "string" ? word.trim().toUpperCase() : "";
  return CURRENCY_CODE.test(code) ? code : "XXX";
}
const said = (named: unknown) => (isBlank(named) ? undefined : named);
/** The currency of an object and all within it: the one that it names, or else that of its price. */
export const currencyIn = (fields: Fields, around: string): string =>
  currencyOf(
    said(fields.currency) ??
      said(fields.currency_code) ??
      said(fields.currencyCode) ??
      said(fields.price_currency) ??
      said(fields.priceCurrency) ??
      said(fields.total_currency) ??
      said(fields.totalCurrency),
    around,
  );
/** Reads the currency of a field of an object: the one beside it, or else the object's. */
export function currencyBeside(field: string) {
  const [snake, camel] = [`${field}_currency`, `${field}Currency`];
  return (fields: Fields, around: string): string =>
    currencyOf(said(fields[snake]) ?? said(fields[camel]), around);
}

const USUAL_AMOUNT = /^-?[1-9]\d{0,14}\.\d\d$/;
const places = (number: BigNumber) => number.dp() ?? 0;
/** A decimal with two places or more; undefined for what is none. The schema says how long it may be. */
function toAmount(sent: unknown): string | undefined {
  const text = typeof sent === "number" ? String(sent) : sent;
  if (typeof text === "string" && USUAL_AMOUNT.test(text)) return text;
  if (typeof text !== "string" || text.length > MAX_PRICE || !DECIMAL.test(text.trim()))
    return undefined;
  const written = new BigNumber(text.trim());
  // More than six places of a number are what binary arithmetic leaves over: 19.990000000000002
  const isInexact = typeof sent === "number" && places(written) > 6;
  const exact = isInexact ? new BigNumber(sent.toPrecision(15)) : written;
  return exact.toFixed(Math.max(2, places(exact))); // of -0, too, without its sign
}
/** Names beside an amount which say that a whole number may count cents. */
const MINOR = /precision|exponent|scale|divisor|decimals|digits|places|cents|minor|subunit/i;
/**
 * A price as money: `"12.5"`, `12.5` or `{amount, currency}`; undefined where there is none. Anything else, such
 * as `"12,50"`, is given back as it is, for the schema to refuse.
 * @param currency of a price that brings none
 */
export function toMoney(sent: unknown, currency: string): unknown {
  const pair = isObject(sent) && "amount" in sent ? sent : undefined;
  const given = pair ? pair["amount"] : sent;
  if (isBlank(given)) return undefined;
  const isWhole = typeof given === "string" ? !given.includes(".") : Number.isInteger(given);
  const mayBeMinor = pair && isWhole && Object.keys(pair).some((name) => MINOR.test(name));
  const amount = mayBeMinor ? undefined : toAmount(given);
  return amount ? { amount, currency: pair ? currencyIn(pair, currency) : currency } : sent;
}
/** A shop says nothing with it. */
export function isBlank(sent: unknown): boolean {
  if (typeof sent !== "string") return sent === undefined || sent === null;
  const first = sent.charCodeAt(0);
  return !(first > 32 && first < 127) && !sent.trim(); // ASCII says so at once
}

/** The exact sum of amounts; undefined where one is unknown or of another currency. */
export function sum(amounts: (Money | undefined)[]): Money | undefined {
  const [currency, ...others] = new Set(amounts.map((money) => money?.currency));
  if (!currency || others.length) return undefined;
  const total = BigNumber.sum(...amounts.map((money) => money?.amount ?? 0));
  return { amount: total.toFixed(Math.max(2, total.dp() ?? 0)), currency };
}

export const negate = (money: Money | undefined): Money | undefined =>
  money && {
    ...money,
    amount: /[1-9]/.test(money.amount) ? `-${money.amount}`.replace("--", "") : money.amount,
  };
/** For a sentence that says itself which way the money goes. */
export const withoutSign = (money: Money): Money => {
  return { ...money, amount: money.amount.replace("-", "") };
};

/** `-12.50 EUR` */
export const formatMoney = ({ amount, currency }: Money): string => `${amount} ${currency}`;
