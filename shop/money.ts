/** Exact amounts. */
import { BigNumber } from "bignumber.js";
import * as z from "zod";

export const currencyCode = z.string().regex(/^[A-Z]{3}$/);

/** `amount` is a decimal with two places or more; `currency` its ISO 4217 code, XXX for unknown. */
export const money = z.object({
  amount: z.string().regex(/^-?\d{1,15}\.\d{2,6}$/),
  currency: currencyCode,
});

export type Money = z.output<typeof money>;

/** `"12.5"`, `12.5` or `{amount, currency}` as money; what is none of them stays as it is. */
export function priced(sent: unknown, currency: string): unknown {
  if (typeof sent === "object" && sent && "amount" in sent)
    return priced(sent.amount, "currency" in sent ? String(sent.currency) : currency);
  const digits = typeof sent === "number" ? String(+sent.toPrecision(15)) : sent;
  const decimal =
    typeof digits === "string" && /^(-?\d+)(?:\.(\d\d?|\d{3,}?)0*)?$/.exec(digits.trim());
  return decimal
    ? { amount: `${decimal[1]}.${(decimal[2] ?? "").padEnd(2, "0")}`, currency }
    : sent;
}

/** Decimals added up exactly; undefined when one is unknown or of another currency. */
export function sum(amounts: (Money | undefined)[]): Money | undefined {
  const [currency, ...others] = new Set(amounts.map((money) => money?.currency));
  if (!currency || others.length) return undefined;
  const total = BigNumber.sum(...amounts.map((money) => money?.amount ?? 0));
  return { amount: total.toFixed(Math.max(2, total.dp() ?? 0)), currency };
}
export const minus = (money: Money | undefined) =>
  money && { ...money, amount: money.amount.replace(/^-?/, (sign) => (sign ? "" : "-")) };
export const told = ({ amount, currency }: Money) => `${amount.replace("-", "")} ${currency}`;
