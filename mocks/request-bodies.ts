/**
 * The request body of each write, validated as Django REST framework's serializers do. `validateBody` is called
 * by `handlers.ts`, with the body of the endpoint.
 *
 * @module
 */
import { CHANGES } from "../shop/contract.ts";
import { charField, isBlank } from "./char-field.ts";
import { ApiError } from "./errors.ts";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  PythonNumber,
  pythonStr,
  pythonTypeName,
} from "./python-json.ts";

/** A value, or its errors: a list of sentences, or these by field name or by index. */
type Result<T> = { value: T } | { errors: object };
/** Validates one value; undefined stands for a field that was not sent. */
export type Field<T> = (sent: Json | undefined) => Result<T>;
type NonNullJson = Exclude<Json, null>;

const invalid = (...sentences: string[]) => ({ errors: sentences });
const nonFieldError = (sentence: string) => ({ errors: { non_field_errors: [sentence] } });

const required =
  <T>(read: (sent: NonNullJson) => Result<T>): Field<T> =>
  (sent) => {
    if (sent === undefined) return invalid("This field is required.");
    return sent === null ? invalid("This field may not be null.") : read(sent);
  };
const optional =
  <T, D>(field: Field<T>, fallback: D): Field<T | D> =>
  (sent) =>
    sent === undefined ? { value: fallback } : field(sent);
const nullable =
  <T>(field: Field<T>): Field<T | null> =>
  (sent) =>
    sent === null ? { value: null } : field(sent);

/** A trimmed text; a number is taken as its text. */
const text = (max: number, { allowBlank = false } = {}): Field<string> =>
  required((sent) => {
    if (typeof sent !== "string" && !(sent instanceof PythonNumber))
      return invalid("Not a valid string.");
    const given = pythonStr(sent);
    if (isBlank(given)) return allowBlank ? { value: "" } : invalid("This field may not be blank.");
    const { data, error } = charField(max).safeParse(given);
    return error ? invalid(...error.issues.map(({ message }) => message)) : { value: data };
  });
const choice = <const C extends string>(choices: readonly C[]): Field<C> =>
  required((sent) => {
    const given = pythonStr(sent);
    const value = choices.find((one) => one === given);
    return value ? { value } : invalid(`"${given.toWellFormed()}" is not a valid choice.`);
  });

type Fields = Record<string, Field<unknown>>;
type Value<F> = F extends Field<infer T> ? T : never;
type Values<F extends Fields> = { [Name in keyof F]: Value<F[Name]> };
const object = <F extends Fields>(fields: F): Field<Values<F>> =>
  required((sent): Result<Values<F>> => {
    if (!isJsonObject(sent))
      return nonFieldError(`Invalid data. Expected a dictionary, but got ${pythonTypeName(sent)}.`);
    const [values, errors]: [[string, unknown][], [string, object][]] = [[], []];
    for (const [name, field] of Object.entries(fields)) {
      const read = field(sent[name]);
      if ("errors" in read) errors.push([name, read.errors]);
      else values.push([name, read.value]);
    }
    if (errors.length) return { errors: Object.fromEntries(errors) };
    return { value: Object.fromEntries(values) as Values<F> }; // each field's value is of its own type
  });
const list = <T>(entry: Field<T>, max: number): Field<T[]> =>
  required((sent): Result<T[]> => {
    if (!Array.isArray(sent))
      return nonFieldError(`Expected a list of items but got type "${pythonTypeName(sent)}".`);
    if (!sent.length) return nonFieldError("This list may not be empty.");
    if (sent.length > max)
      return nonFieldError(`Ensure this field has no more than ${max} elements.`);
    const [values, errors]: [T[], [number, object][]] = [[], []];
    for (const [n, given] of sent.entries()) {
      const read = entry(given);
      if ("errors" in read) errors.push([n, read.errors]);
      else values.push(read.value);
    }
    return errors.length ? { errors: Object.fromEntries(errors) } : { value: values };
  });

/** An object with any fields. */
const dictionary: Field<JsonObject> = required((sent) =>
  isJsonObject(sent)
    ? { value: sent }
    : invalid(`Expected a dictionary of items but got type "${pythonTypeName(sent)}".`),
);

const text200 = text(200);
const optionalText200 = optional(text(200, { allowBlank: true }), "");
const address = object({
  line1: text200,
  line2: optionalText200,
  city: text200,
  state: optionalText200,
  postcode: text200,
  country: text200,
});
const id = text(128);
const listOf = <T>(entry: Field<T>) => list(entry, 100);
export const CANCEL_REASONS = ["no_longer_needed", "ordered_by_mistake"] as const;

export const cancelBody = object({ reason: choice(CANCEL_REASONS) });
export const addressBody = object({ address });
export const itemSwapsBody = object({
  items: listOf(object({ item_id: id, new_item_id: id })),
  payment_method_id: id,
});
export const paymentBody = object({ payment_method_id: id });
export const returnBody = object({
  items: listOf(object({ item_id: id })),
  payment_method_id: id,
});
export const previewBody = object({ change: choice(CHANGES), body: dictionary });
export const supportBody = object({
  subject: text200,
  message: text(4000),
  order_id: optional(nullable(id), null),
});

export type CancelBody = Value<typeof cancelBody>;
export type AddressBody = Value<typeof addressBody>;
export type ItemSwapsBody = Value<typeof itemSwapsBody>;
export type PaymentBody = Value<typeof paymentBody>;
export type ReturnBody = Value<typeof returnBody>;
export type PreviewBody = Value<typeof previewBody>;
export type SupportBody = Value<typeof supportBody>;

/** The validated body. @throws {ApiError} 400, with the errors of each field */
export function validateBody<T>(body: Field<T>, sent: Json): T {
  const read: Result<T> = sent === null ? nonFieldError("No data provided") : body(sent);
  if ("errors" in read) throw new ApiError(400, read.errors);
  return read.value;
}
