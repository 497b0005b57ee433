/**
 * The query parameters of each list, parsed and refused as Django REST framework's serializers do. `parseQuery`
 * is called by `handlers.ts`, with the schema of the list.
 *
 * @module
 */
import * as z from "zod";
import { STATUSES } from "../shop/contract.ts";
import { charField, strip } from "./char-field.ts";
import { price } from "./money.ts";

/** A blank query parameter is treated as absent. */
const blankAsAbsent = <S extends z.ZodType>(schema: S) =>
  z.preprocess((given) => (given === "" ? undefined : given), schema);
const optionalText = (max?: number) => charField(max).default("");
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

/**
 * The query of a URL, or Django's `{field: [messages]}`. Of a parameter that is given twice, the last one counts.
 */
export function parseQuery<Q>(
  schema: z.ZodType<Q>,
  { searchParams }: URL,
): { query: Q } | { errors: object } {
  const { data, error } = schema.safeParse(Object.fromEntries(searchParams));
  if (!error) return { query: data };
  const { fieldErrors, formErrors } = z.flattenError(error);
  return { errors: formErrors.length ? { non_field_errors: formErrors } : fieldErrors };
}
