/**
 * Money, exact to the cent, as a whole number of cents: `toCents` and `formatCents`, and the schemas `decimal` and
 * `price`, which parse and refuse what Django's decimal fields do.
 *
 * @module
 */
import * as z from "zod";

const MAX_DIGITS = 10;
const PLACES = 2;
const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)\.?(\d*)(?:e([+-]?\d{1,18}))?$/i;

/** A text that `DecimalField(max_digits=10, decimal_places=2)` of Django REST framework accepts, in cents. */
export const decimal = z.string().transform((given, ctx) => {
  const reject = (why: string) => {
    ctx.addIssue(why);
    return z.NEVER;
  };
  if (given.length > 1000) return reject("String value too large.");
  const parts = DECIMAL.exec(given.replaceAll("_", ""));
  if (!parts) return reject("A valid number is required.");
  const [, sign, whole = "", fraction = "", power = "0"] = parts;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, "");
  const exponent = Number(power) - fraction.length;
  const places = Math.max(-exponent, 0);
  const total = exponent < 0 ? Math.max(digits.length, places) : digits.length + exponent;
  if (total > MAX_DIGITS)
    return reject(`Ensure that there are no more than ${MAX_DIGITS} digits in total.`);
  if (places > PLACES)
    return reject(`Ensure that there are no more than ${PLACES} decimal places.`);
  if (total - places > MAX_DIGITS - PLACES)
    return reject(
      `Ensure that there are no more than ${MAX_DIGITS - PLACES} digits before the decimal point.`,
    );
  return Math.round(Number(`${sign}${digits}e${exponent}`) * 100);
});

/** The same, not below zero. */
export const price = decimal.pipe(
  z.number().min(0, "Ensure this value is greater than or equal to 0."),
);

/** `formatCents(1250)` is `"12.50"`. */
export const formatCents = (cents: number): string => (cents / 100).toFixed(PLACES);
/** `toCents("12.50")` is `1250`. */
export const toCents = (money: string): number => Math.round(Number(money) * 100);
