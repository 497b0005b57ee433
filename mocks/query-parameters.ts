/** What a query may say, read and refused as Django REST framework's serializers do. @module */
import * as z from "zod";
import { STATUSES } from "../server.ts";
import { price } from "./money.ts";

/** What Python takes for white space: not quite what JavaScript does. */
// oxlint-disable-next-line no-control-regex -- Python counts four separators among the controls
const SPACE = /[[\s\x1c-\x1f\x85]--\ufeff]+/v;
/** The words of a text, as `str.split()` finds them. */
export const splitWords = (text: string): string[] => text.split(SPACE).filter(Boolean);
const strip = (text: string) =>
  text.replace(RegExp(`^${SPACE.source}`, "v"), "").replace(RegExp(`${SPACE.source}$`, "v"), "");
export const isBlank = (text: string): boolean => strip(text) === "";

/** In a query, blank is absent. */
const blankAsAbsent = <S extends z.ZodType>(schema: S) =>
  z.preprocess((given) => (given === "" ? undefined : given), schema);
/** A trimmed text of at most so many code points. */
export const boundedText = (max = Infinity) =>
  z
    .string()
    .overwrite(strip)
    .refine((given) => [...given].length <= max, {
      error: `Ensure this field has no more than ${max} characters.`,
    })
    .refine((given) => !given.includes("\0"), { error: "Null characters are not allowed." })
    .refine((given) => given.isWellFormed(), {
      error: ({ input }) => `Surrogate characters are not allowed: U+${loneSurrogate(input)}.`,
    });
const loneSurrogate = (text: unknown): string =>
  String(text)
    .match(/\p{Surrogate}/u)?.[0]
    .charCodeAt(0)
    .toString(16)
    .toUpperCase() ?? "";
const optionalText = (max?: number) => boundedText(max).default("");
const integer = (min: number, max: number) =>
  z.string().transform((given, ctx) => {
    const digits = strip(given)
      .replace(/\.0*$/, "")
      .replaceAll(/(?<=\d)_(?=\d)/g, "");
    const value = /^[+-]?\d+$/.test(digits) ? Number(digits) : NaN;
    const reject = (why: string) => ctx.addIssue(why);
    if (given.length > 1000) reject("String value too large.");
    else if (Number.isNaN(value)) reject("A valid integer is required.");
    else if (value < min) reject(`Ensure this value is greater than or equal to ${min}.`);
    else if (value > max) reject(`Ensure this value is less than or equal to ${max}.`);
    return value;
  });
const boolean = z.stringbool({
  truthy: ["t", "y", "yes", "true", "on", "1"],
  falsy: ["f", "n", "no", "false", "off", "0"],
  error: "Must be a valid boolean.",
});
const choice = <const C extends readonly string[]>(choices: C) =>
  z.enum(choices, { error: ({ input }) => `"${input}" is not a valid choice.` });
const priceBound = blankAsAbsent(z.string().overwrite(strip).pipe(price).optional());

const pageFields = { limit: blankAsAbsent(integer(1, 50).default(10)) };
export const productQuery = z.object({
  ...pageFields,
  q: optionalText(200),
  category: optionalText(),
  min_price: priceBound,
  max_price: priceBound,
  in_stock: blankAsAbsent(boolean.default(false)),
  ordering: blankAsAbsent(choice(["relevance", "price", "-price", "name"]).default("relevance")),
});
export const orderQuery = z.object({
  ...pageFields,
  status: blankAsAbsent(choice(STATUSES).optional()),
  customer: optionalText(),
});
export const customerQuery = z
  .object({
    ...pageFields,
    email: optionalText(254),
    first_name: optionalText(254),
    last_name: optionalText(254),
    postcode: optionalText(254),
  })
  .transform(({ limit, ...texts }) => {
    return { limit, criteria: Object.entries(texts).filter(([, text]) => text) };
  })
  .refine(
    ({ criteria }) => criteria.length,
    "Give an email, a first_name, a last_name or a postcode.",
  );

export type ProductQuery = z.infer<typeof productQuery>;
export type OrderQuery = z.infer<typeof orderQuery>;
export type CustomerQuery = z.infer<typeof customerQuery>;

/** The query of a URL, or Django's `{field: [messages]}`. What is given twice counts as given last. */
export function parseQuery<Q>(
  schema: z.ZodType<Q>,
  { searchParams }: URL,
): { query: Q } | { errors: object } {
  const { data, error } = schema.safeParse(Object.fromEntries(searchParams));
  if (!error) return { query: data };
  const { fieldErrors, formErrors } = z.flattenError(error);
  return { errors: formErrors.length ? { non_field_errors: formErrors } : fieldErrors };
}
