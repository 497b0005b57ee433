/**
 * What came for each field of the contract, over all answers of an endpoint. `observe` reads an answer as the
 * server does, but records what the server would leave out. `read-shop.ts` calls it for every answer;
 * `operation-checks.ts` reports what it recorded, and `suggest-dialect.ts` maps it.
 */
import * as z from "zod";
import { money } from "../../shop/money.ts";
import { ID, STATUSES } from "../../shop/contract.ts";
import { isIdField } from "../../shop/mapping/check-tables.ts";
import { isObject, type JsonObject, quote } from "./reply.ts";
import { nameSimilarity } from "./similar-names.ts";

/** What came for one field of the contract, counted over all answers. */
export interface ObservedField {
  /** Where it was first wrong, as a JSON path: `results[0].price`. */
  place: string;
  isRequired: boolean;
  present: number;
  nulls: number;
  absent: number;
  /** Whether something that nobody takes came where it was absent: it may be that, by another name. */
  mayBeRenamed: boolean;
  mismatches: number;
  /** The first value that did not match, as an excerpt. */
  value: string;
  /** What was expected instead of it, in words. */
  expected: string;
  /** The other name under which the server found the field; empty if there was none. */
  alias: string;
  /** A name that is similar to that of a missing field; empty if there was none. */
  similarName: string;
  /** Statuses that are not the contract's. */
  unknownStatuses: Set<string>;
}
export interface ObservedAnswers {
  /** By the path of the field without numbers: `results[].price`. */
  fields: Map<string, ObservedField>;
  /** The rows of all pages, or the records themselves, in the contract's terms. */
  rows: JsonObject[];
  currencies: Set<string>;
}
export const createObservedAnswers = (): ObservedAnswers => ({
  fields: new Map(),
  rows: [],
  currencies: new Set(),
});

/** The record of a field, which is added if it is new. */
function fieldAt(
  { fields }: ObservedAnswers,
  path: string,
  { place, isRequired = true }: { place: string; isRequired?: boolean | undefined },
): ObservedField {
  const known = fields.get(path);
  if (known) return known;
  const counts = { present: 0, nulls: 0, absent: 0, mismatches: 0 };
  const mayBeRenamed = false;
  const texts = { value: "", expected: "", alias: "", similarName: "" };
  const field = {
    place,
    isRequired,
    mayBeRenamed,
    ...counts,
    ...texts,
    unknownStatuses: new Set<string>(),
  };
  fields.set(path, field);
  return field;
}

// ── Schemas ─────────────────────────────────────────────────────────────────────────────────────

const DATES = ["placed_at", "updated_at", "estimated_delivery", "at"];
/** The schema of a field that may be left out. */
const withoutOptional = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodCatch || schema instanceof z.ZodOptional
    ? withoutOptional(schema.unwrap() as z.ZodType) // zod's core type of its own classes
    : schema;
/** A value as at most 40 characters of JSON. */
export const excerpt = (value: unknown) => {
  const json = JSON.stringify(value) ?? "nothing";
  return quote(json.length > 40 ? `${json.slice(0, 37)}…` : json);
};
function describeExpected(schema: z.ZodType): string {
  if (schema === money) return 'a decimal such as "12.50"';
  if (schema instanceof z.ZodPipe && schema.out instanceof z.ZodString) return "an id";
  if (schema instanceof z.ZodPipe) return describeExpected(schema.out as z.ZodType); // as above
  if (schema instanceof z.ZodArray) return "a list";
  if (schema instanceof z.ZodObject) return "an object";
  if (schema instanceof z.ZodEnum) return `one of ${STATUSES.join(", ")}`;
  if (schema instanceof z.ZodBoolean) return "true or false";
  if (schema instanceof z.ZodNumber) return schema.isInt ? "an integer" : "a number";
  return "a string";
}
const isDate = (value: unknown) =>
  typeof value === "string" &&
  /^\d{4}-\d\d-\d\d(T|\b)/.test(value) &&
  !isNaN(Date.parse(value.slice(0, 10)));
/** Whether a value can be an id: one word with a digit, as no name of a person or a product is. */
const isIdLike = (value: unknown) =>
  typeof value === "number" ||
  (typeof value === "string" && ID.test(value) && /\d/.test(value) && !isDate(value));
/** Whether a value under a similar name can be the field. Statuses may be the shop's own words. */
function canBe(name: string, schema: z.ZodType, value: unknown): boolean {
  const inner = withoutOptional(schema);
  if (isIdField(name) || name === "order_number") return isIdLike(value);
  if (DATES.includes(name) !== isDate(value)) return false;
  if (name === "url" && /^\/|\/api\//.test(String(value))) return false; // for programs, not a page
  if (inner === money)
    return /^-?\d+(\.\d+)?$/.test(String(isObject(value) ? value.amount : value));
  if (inner instanceof z.ZodArray) return Array.isArray(value);
  if (inner instanceof z.ZodObject) return isObject(value);
  if (inner instanceof z.ZodEnum && /string|number/.test(typeof value)) return true;
  return inner.safeParse(value).success;
}

// ── Answers ─────────────────────────────────────────────────────────────────────────────────────

/** A value in an answer, or the whole answer. */
interface Observation {
  /** In the contract's terms. */
  value: unknown;
  /** As the shop sent it. */
  raw: unknown;
  /** The path of the field without numbers; empty for the whole answer. */
  path?: string;
  /** The JSON path in this answer. */
  place?: string;
}

/** Records what came, compared with what the schema expects there. */
export function observe(
  answers: ObservedAnswers,
  schema: z.ZodType,
  { value, raw, path = "", place = "" }: Observation,
): void {
  const mismatch = (expected = describeExpected(schema), came = raw) => {
    const field = fieldAt(answers, path, { place });
    if (!field.mismatches++) Object.assign(field, { place, value: excerpt(came), expected });
  };
  if (schema instanceof z.ZodPipe) {
    const { in: preprocess, out } = schema;
    if (!(out instanceof z.ZodObject)) {
      if (!schema.safeParse(value).success) mismatch();
      return;
    }
    const { success, data } = (preprocess as z.ZodType).safeParse(value); // zod's core type of its own classes
    return observe(answers, out as z.ZodType, { value: success ? data : value, raw, path, place }); // as above
  }
  if (schema === money) {
    const { data } = money.safeParse(value);
    if (data) answers.currencies.add(data.currency);
    else mismatch();
    return;
  }
  if (schema instanceof z.ZodArray) {
    if (!Array.isArray(value)) return mismatch();
    // `normalize` takes out links that no host can follow.
    if (Array.isArray(raw) && raw.length > value.length) return mismatch("http(s) links");
    const element = withoutOptional(schema.element as z.ZodType); // as above
    const { isRequired } = answers.fields.get(path) ?? {};
    fieldAt(answers, `${path}[]`, { place: `${place}[0]`, isRequired });
    const rawItems = Array.isArray(raw) ? raw : value;
    for (const [index, item] of value.entries())
      observe(answers, element, {
        value: item,
        raw: rawItems[index],
        path: `${path}[]`,
        place: `${place}[${index}]`,
      });
    return;
  }
  if (!(schema instanceof z.ZodObject)) {
    if (schema.safeParse(value).success) return;
    if (value === undefined) return mismatch("an http(s) link"); // it was taken out
    return mismatch();
  }
  if (!isObject(value)) return mismatch();
  const { catchall } = schema.def;
  const isPage = "results" in schema.shape;
  if (!isPage && /^(results\[\])?$/.test(path)) answers.rows.push(value);
  if (catchall && !Object.keys(schema.shape).length) {
    const isBad = ([, text]: [string, unknown]) => !(catchall as z.ZodType).safeParse(text).success; // as above
    const bad = Object.entries(value).find(isBad);
    if (bad) mismatch("strings by name", Object.fromEntries([bad]));
    return;
  }
  observeFields(answers, schema, { value, raw, path, place });
}

const OWN_ID = /^(id|pk|uuid|guid)$/i;
/** Records every field that the schema of an object has. A missing one is looked for under similar names. */
function observeFields(
  answers: ObservedAnswers,
  schema: z.ZodObject,
  { value, raw, path, place }: Required<Observation> & { value: JsonObject },
): void {
  const isBareList = Array.isArray(raw);
  const sent = isObject(raw) ? raw : "results" in schema.shape ? { results: raw } : value;
  const names = Object.keys(sent).filter((name) => /^[\w-]{1,60}$/.test(name));
  const unclaimed = new Set(names).difference(new Set(Object.keys(schema.shape)));
  const placeOf = (name: string) => (place ? `${place}.${name}` : name);
  const absent: ObservedField[] = [];
  const ids = Object.keys(schema.shape).filter(isIdField);
  /** Whether another id of the record has this value, so that it is none of its own. */
  const isTaken = (name: string, sentValue: unknown) =>
    isIdField(name) &&
    ids.some((id) => id !== name && value[id] !== undefined && `${value[id]}` === `${sentValue}`);
  /** Whether a name is that of the record's own id, which is the first of its fields. */
  const isOwnId = (name: string, other: string) => OWN_ID.test(other) && name !== ids[0];

  for (const [name, fieldSchema] of Object.entries<z.ZodType>(schema.shape)) {
    if (name === "next" && isBareList) continue; // a bare list has no further pages
    if ("results" in schema.shape && !/^(results|next)$/.test(name)) continue; // no shop has to say more
    const at = {
      path: path ? `${path}.${name}` : name,
      place: name === "results" && isBareList ? "" : placeOf(name),
    };
    const isRequired = !(fieldSchema instanceof z.ZodCatch || fieldSchema instanceof z.ZodOptional);
    const field = fieldAt(answers, at.path, { place: at.place, isRequired });
    const [fieldValue, rawValue] = [value[name], sent[name]];
    if (fieldValue === undefined && !(name in sent)) {
      if (!field.absent++ && !field.mismatches) field.place = at.place;
      absent.push(field);
      const [similar] = [...unclaimed]
        .filter((other) => nameSimilarity(name, other) && !isOwnId(name, other))
        .filter((other) => canBe(name, fieldSchema, sent[other]) && !isTaken(name, sent[other]))
        .toSorted((a, b) => nameSimilarity(name, b) - nameSimilarity(name, a));
      if (!similar) continue;
      unclaimed.delete(similar);
      field.similarName = similar;
      const found = value[similar];
      if (name === "status" && !STATUSES.some((status) => status === found))
        field.unknownStatuses.add(String(found));
      value[name] = found; // so that `rows` have the ids with which further endpoints are read
      const inner = withoutOptional(fieldSchema);
      if (inner instanceof z.ZodArray || (inner instanceof z.ZodObject && inner !== money))
        observe(answers, inner, {
          value: found,
          raw: sent[similar],
          path: at.path,
          place: placeOf(similar),
        });
      continue;
    }
    if (fieldValue !== undefined && !(name in sent) && name !== "raw_status") {
      const alias = [...unclaimed].find((other) => Bun.deepEquals(sent[other], fieldValue)) ?? "";
      field.alias ||= alias;
      unclaimed.delete(alias);
    }
    field.present++;
    if ((fieldValue ?? rawValue) == null && !isRequired) field.nulls++;
    else
      observe(answers, withoutOptional(fieldSchema), { value: fieldValue, raw: rawValue, ...at });
    if (name === "status" && fieldValue === "unknown" && rawValue !== "unknown")
      field.unknownStatuses.add(String(rawValue));
  }
  unclaimed.delete("currency"); // of the prices beside it
  const isPage = "results" in schema.shape; // whose other names are not known here
  for (const field of absent) field.mayBeRenamed ||= isPage || unclaimed.size > 0;
}
