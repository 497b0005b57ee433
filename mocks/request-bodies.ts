/** What a body may say, read and refused as Django REST framework's serializers do. @module */
import { isObject, type Json, Numeral, pythonText, typeName } from "./python-json.ts";
import { isBlank, text as boundedText } from "./query-parameters.ts";
import { Refusal } from "./errors.ts";

/** A value, or what is wrong: sentences, or these by field, or by place in a list. */
type Read<T> = { value: T } | { wrong: object };
/** Reads what was sent, undefined where nothing was. */
type Field<T> = (sent: Json | undefined) => Read<T>;
type Known = Exclude<Json, null>;

const wrong = (...sentences: string[]) => ({ wrong: sentences });
const wrongAsWhole = (sentence: string) => ({ wrong: { non_field_errors: [sentence] } });

const required =
  <T>(read: (sent: Known) => Read<T>): Field<T> =>
  (sent) => {
    if (sent === undefined) return wrong("This field is required.");
    return sent === null ? wrong("This field may not be null.") : read(sent);
  };
const optional =
  <T, D>(field: Field<T>, byDefault: D): Field<T | D> =>
  (sent) =>
    sent === undefined ? { value: byDefault } : field(sent);
const nullable =
  <T>(field: Field<T>): Field<T | null> =>
  (sent) =>
    sent === null ? { value: null } : field(sent);

/** Trimmed; a number counts as its text. */
const text = (max: number, { allowBlank = false } = {}): Field<string> =>
  required((sent) => {
    if (typeof sent !== "string" && !(sent instanceof Numeral)) return wrong("Not a valid string.");
    const given = pythonText(sent);
    if (isBlank(given)) return allowBlank ? { value: "" } : wrong("This field may not be blank.");
    const { data, error } = boundedText(max).safeParse(given);
    return error ? wrong(...error.issues.map(({ message }) => message)) : { value: data };
  });
const choice = <const C extends string>(choices: readonly C[]): Field<C> =>
  required((sent) => {
    const given = pythonText(sent);
    const value = choices.find((one) => one === given);
    return value ? { value } : wrong(`"${given.toWellFormed()}" is not a valid choice.`);
  });

type Fields = Record<string, Field<unknown>>;
type Value<F> = F extends Field<infer T> ? T : never;
type Values<F extends Fields> = { [Name in keyof F]: Value<F[Name]> };
const object = <F extends Fields>(fields: F): Field<Values<F>> =>
  required((sent): Read<Values<F>> => {
    if (!isObject(sent))
      return wrongAsWhole(`Invalid data. Expected a dictionary, but got ${typeName(sent)}.`);
    const [values, errors]: [[string, unknown][], [string, object][]] = [[], []];
    for (const [name, field] of Object.entries(fields)) {
      const read = field(sent[name]);
      if ("wrong" in read) errors.push([name, read.wrong]);
      else values.push([name, read.value]);
    }
    if (errors.length) return { wrong: Object.fromEntries(errors) };
    return { value: Object.fromEntries(values) as Values<F> }; // of each its own
  });
const list = <T>(entry: Field<T>, max: number): Field<T[]> =>
  required((sent): Read<T[]> => {
    if (!Array.isArray(sent))
      return wrongAsWhole(`Expected a list of items but got type "${typeName(sent)}".`);
    if (!sent.length) return wrongAsWhole("This list may not be empty.");
    if (sent.length > max)
      return wrongAsWhole(`Ensure this field has no more than ${max} elements.`);
    const [values, errors]: [T[], [number, object][]] = [[], []];
    for (const [n, given] of sent.entries()) {
      const read = entry(given);
      if ("wrong" in read) errors.push([n, read.wrong]);
      else values.push(read.value);
    }
    return errors.length ? { wrong: Object.fromEntries(errors) } : { value: values };
  });

const required200 = text(200);
const blankable200 = optional(text(200, { allowBlank: true }), "");
const address = object({
  line1: required200,
  line2: blankable200,
  city: required200,
  state: blankable200,
  postcode: required200,
  country: required200,
});
const id = text(64);
const listOf = <T>(entry: Field<T>) => list(entry, 100);
export const CANCEL_REASONS = ["no_longer_needed", "ordered_by_mistake"] as const;

export const cancellation = object({ reason: choice(CANCEL_REASONS) });
export const newAddress = object({ address });
export const replacements = object({
  items: listOf(object({ item_id: id, new_item_id: id })),
  payment_method_id: id,
});
export const newPayment = object({ payment_method_id: id });
export const itemsBack = object({
  items: listOf(object({ item_id: id })),
  payment_method_id: id,
});
export const supportRequest = object({
  subject: required200,
  message: text(4000),
  order_id: optional(nullable(id), null),
});

export type Cancellation = Value<typeof cancellation>;
export type NewAddress = Value<typeof newAddress>;
export type Replacements = Value<typeof replacements>;
export type NewPayment = Value<typeof newPayment>;
export type ItemsBack = Value<typeof itemsBack>;
export type SupportRequest = Value<typeof supportRequest>;

/** What a body says. @throws {Refusal} with what is wrong, field by field */
export function readBody<T>(body: Field<T>, sent: Json): T {
  const read: Read<T> = sent === null ? wrongAsWhole("No data provided") : body(sent);
  if ("wrong" in read) throw new Refusal(400, read.wrong);
  return read.value;
}
export type Body<T> = Field<T>;
