/**
 * Exact amounts: a price as the shop sends it becomes `{amount, currency}` in `toMoney`, and nowhere else.
 *
 * @module
 */
import { BigNumber } from "bignumber.js";
import * as z from "zod";

/** ISO 4217; XXX where the currency is unknown. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, "a currency code such as EUR");

/** `amount` is a decimal with at least two places: `{ amount: "12.50", currency: "EUR" }`. */
export const money = z.object({
  amount: z.string().regex(/^-?\d{1,15}\.\d{2,6}$/),
  currency: currencyCode,
});
export type Money = z.output<typeof money>;

/**
 * A price as money: `"12.5"`, `12.5` or `{amount, currency}`. Anything else is given back as it is, for the
 * schema to refuse.
 * @param currency of a price that brings none
 */
export function toMoney(sent: unknown, currency: string): unknown {
  if (typeof sent === "object" && sent && "amount" in sent)
    return toMoney(sent.amount, "currency" in sent ? String(sent.currency) : currency);
  const digits = typeof sent === "number" ? String(+sent.toPrecision(15)) : sent;
  const decimal =
    typeof digits === "string" && /^(-?\d+)(?:\.(\d\d?|\d{3,}?)0*)?$/.exec(digits.trim());
  return decimal
    ? { amount: `${decimal[1]}.${(decimal[2] ?? "").padEnd(2, "0")}`, currency }
    : sent;
}

/** The exact sum of amounts; undefined where one is unknown or of another currency. */
export function sum(amounts: (Money | undefined)[]): Money | undefined {
  const [currency, ...others] = new Set(amounts.map((money) => money?.currency));
  if (!currency || others.length) return undefined;
  const total = BigNumber.sum(...amounts.map((money) => money?.amount ?? 0));
  return { amount: total.toFixed(Math.max(2, total.dp() ?? 0)), currency };
}

export const negate = (money: Money | undefined): Money | undefined =>
  money && { ...money, amount: money.amount.replace(/^-?/, (sign) => (sign ? "" : "-")) };

/** `12.50 EUR`, without its sign: the sentence around it says which way the money goes. */
export const formatMoney = ({ amount, currency }: Money): string =>
  `${amount.replace("-", "")} ${currency}`;
