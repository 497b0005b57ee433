/** What a query may say, read and refused as Django REST framework's serializers do. @module */
import * as z from "zod";
import { STATUSES } from "../server.ts";
import { price } from "./money.ts";

/** What Python takes for white space: not quite what JavaScript does. */
// oxlint-disable-next-line no-control-regex -- Python counts four separators among the controls
const SPACE = /[[\s\x1c-\x1f\x85]--\ufeff]+/v;
/** The words of a text, as `str.split()` finds them. */
export const words = (text: string): string[] => text.split(SPACE).filter(Boolean);
const strip = (text: string) =>
  text.replace(RegExp(`^${SPACE.source}`, "v"), "").replace(RegExp(`${SPACE.source}$`, "v"), "");
export const isBlank = (text: string): boolean => strip(text) === "";

/** In a query, blank is absent. */
const unlessBlank = <S extends z.ZodType>(schema: S) =>
  z.preprocess((given) => (given === "" ? undefined : given), schema);
/** A trimmed text of at most so many code points. */
export const text = (max = Infinity) =>
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
const blankable = (max?: number) => text(max).default("");
const integer = (min: number, max: number) =>
  z.string().transform((given, ctx) => {
    const digits = strip(given)
      .replace(/\.0*$/, "")
      .replaceAll(/(?<=\d)_(?=\d)/g, "");
    const value = /^[+-]?\d+$/.test(digits) ? Number(digits) : NaN;
    const refuse = (why: string) => ctx.addIssue(why);
    if (given.length > 1000) refuse("String value too large.");
    else if (Number.isNaN(value)) refuse("A valid integer is required.");
    else if (value < min) refuse(`Ensure this value is greater than or equal to ${min}.`);
    else if (value > max) refuse(`Ensure this value is less than or equal to ${max}.`);
    return value;
  });
const boolean = z.stringbool({
  truthy: ["t", "y", "yes", "true", "on", "1"],
  falsy: ["f", "n", "no", "false", "off", "0"],
  error: "Must be a valid boolean.",
});
const choice = <const C extends readonly string[]>(choices: C) =>
  z.enum(choices, { error: ({ input }) => `"${input}" is not a valid choice.` });
const bound = unlessBlank(z.string().overwrite(strip).pipe(price).optional());

const page = { limit: unlessBlank(integer(1, 50).default(10)) };
export const productQuery = z.object({
  ...page,
  q: blankable(200),
  category: blankable(),
  min_price: bound,
  max_price: bound,
  in_stock: unlessBlank(boolean.default(false)),
  ordering: unlessBlank(choice(["relevance", "price", "-price", "name"]).default("relevance")),
});
export const orderQuery = z.object({
  ...page,
  status: unlessBlank(choice(STATUSES).optional()),
  customer: blankable(),
});
export const customerQuery = z
  .object({
    ...page,
    email: blankable(254),
    first_name: blankable(254),
    last_name: blankable(254),
    postcode: blankable(254),
  })
  .transform(({ limit, ...texts }) => {
    return { limit, wanted: Object.entries(texts).filter(([, text]) => text) };
  })
  .refine(({ wanted }) => wanted.length, "Give an email, a first_name, a last_name or a postcode.");

export type ProductQuery = z.infer<typeof productQuery>;
export type OrderQuery = z.infer<typeof orderQuery>;
export type CustomerQuery = z.infer<typeof customerQuery>;

/** The query of a URL, or Django's `{field: [messages]}`. What is given twice counts as given last. */
export function readQuery<Q>(
  schema: z.ZodType<Q>,
  { searchParams }: URL,
): { query: Q } | { refused: object } {
  const { data, error } = schema.safeParse(Object.fromEntries(searchParams));
  if (!error) return { query: data };
  const { fieldErrors, formErrors } = z.flattenError(error);
  return { refused: formErrors.length ? { non_field_errors: formErrors } : fieldErrors };
}
