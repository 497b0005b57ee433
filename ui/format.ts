/**
 * Prices, dates and names of countries in the host's locale. Nothing here throws, and nothing is rounded: what cannot be
 * formatted is shown as it was written.
 *
 * @module
 */
import type { Address, Money } from "./results.ts";
import { speak } from "./words.ts";

const isDecimal = (amount: string): amount is `${number}` =>
  /^-?\d{1,15}(\.\d{1,9})?$/.test(amount);
/** A locale that Intl has: `de_AT` as `de-AT`, and English for what it does not know, in whose place it takes any other. */
export function toLocale(locale: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale.replaceAll("_", "-"))[0] ?? "en";
  } catch {
    return "en";
  }
}
const isTimeZone = (timeZone: string) => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone }));
  } catch {
    return false;
  }
};

/** Whether a calendar has this day: `2026-02-30` is none. */
function isDay(day = ""): boolean {
  const at = new Date(`${day}T00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
/** A day; or a time, with a zone or as the shop's clock shows it. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?)?$/;

/** How a host's user reads: `createFormat({ locale: "de-AT" }).money({ amount: "12.50", currency: "EUR" })`. */
export function createFormat(host: { locale: string; timeZone?: string | undefined }) {
  const locale = toLocale(host.locale);
  const timeZone = host.timeZone && isTimeZone(host.timeZone) ? host.timeZone : undefined;
  const { say, lang, dir } = speak(locale);
  const countries = new Intl.DisplayNames(locale, { type: "region" });
  const currencies = new Intl.DisplayNames(locale, { type: "currency" });
  const lists = new Intl.ListFormat(locale, { type: "conjunction" });

  /** As many places as its currency has, and more where more are said. */
  function money({ amount, currency }: Money): string {
    if (!isDecimal(amount)) return `${amount} ${currency}`;
    const said = amount.replace(/\.?0+$/, "").split(".")[1]?.length ?? 0;
    const write = (options: Intl.NumberFormatOptions) => {
      const places = new Intl.NumberFormat(locale, options).resolvedOptions().maximumFractionDigits;
      const exact = said > (places ?? 0) && { maximumFractionDigits: said };
      const numbers = new Intl.NumberFormat(locale, {
        signDisplay: "negative",
        ...options,
        ...exact,
      });
      return numbers.format(amount);
    };
    const plain: Intl.NumberFormatOptions = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    if (currency === "XXX") return say("currencyUnknown", { amount: write(plain) });
    if (!/^[A-Z]{3}$/.test(currency)) return `${write(plain)} ${currency}`;
    return write({ style: "currency", currency });
  }

  /**
   * A date as the shop wrote it: a day stays that day wherever the reader is, a time with a zone is shown in the
   * reader's, and one without as it stands. `long` is a day of the shop's, such as that of a delivery, even where it is
   * written with a time.
   * @returns the text, and what `<time>` takes of it; without the latter where it is no date
   */
  function date(written: string, style: "day" | "long" | "time" = "day") {
    const [, day, time, said] = WRITTEN.exec(written.trim()) ?? [];
    const zone = style === "long" ? undefined : said;
    const at = new Date(zone ? written.trim().replace(" ", "T") : `${day}T${time ?? "00:00"}Z`);
    if (!isDay(day) || Number.isNaN(at.getTime())) return { text: written };
    const long = { weekday: "short", day: "numeric", month: "short", year: "numeric" } as const;
    const usual = {
      dateStyle: "medium",
      timeStyle: style === "time" && time ? "short" : undefined,
    } as const;
    const options = { ...(style === "long" ? long : usual), timeZone: zone ? timeZone : "UTC" };
    const dateTime = zone ? at.toISOString() : time ? `${day}T${time}` : day;
    return { text: new Intl.DateTimeFormat(locale, options).format(at), dateTime };
  }

  const country = (written: string) => {
    const code = written.trim();
    return /^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : written;
  };
  /** The lines of an address, as an envelope has them. */
  const address = ({ line1, line2, city, state, postcode, country: of }: Address): string[] =>
    [line1, line2, [postcode, city].filter(Boolean).join(" "), state, of && country(of)].filter(
      (line): line is string => Boolean(line),
    );
  const currencyName = (code: string) => {
    const isKnown = /^[A-Z]{3}$/.test(code) && code !== "XXX";
    const name = isKnown ? currencies.of(code) : undefined;
    return name && name !== code ? `${name} (${code})` : code;
  };
  return {
    locale,
    lang,
    dir,
    say,
    money,
    date,
    address,
    currencyName,
    list: (all: string[]) => lists.format(all),
    number: (n: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(n),
  };
}
export type Format = ReturnType<typeof createFormat>;

/** An http(s) address; undefined for any other, and for what is none. */
export function toWebAddress(url: string | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol, href, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && !username && !password ? href : undefined;
}
/** `gift_cards` as `Gift cards`: a name that a program gave. */
export const toTitle = (name: string): string => {
  const words = name.replaceAll(/[_\s]+/g, " ").trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
};
