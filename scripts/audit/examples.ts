/**
 * Arguments for tools that nobody gave any for: what a schema requires, made of its own defaults, choices and
 * examples, of plain words, and of ids that other tools have answered with.
 *
 * @module
 */
export interface Schema {
  type?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  minItems?: number;
  minLength?: number;
  format?: string;
  pattern?: string;
  [keyword: string]: unknown;
}
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNumber = (value: unknown) => typeof value === "number";
/** What each keyword has to be, for those that are read here. */
const KEYWORDS = new Map<string, (value: unknown) => boolean>([
  ["properties", isObject],
  ["required", (value) => Array.isArray(value) && value.every((one) => typeof one === "string")],
  ["items", isObject],
  ...["enum", "examples"].map((name) => [name, Array.isArray] as const),
  ...["minimum", "minItems", "minLength"].map((name) => [name, isNumber] as const),
]);
/** A server's schema without what is not as it should be. */
export function readSchema(given: object): Schema {
  const kept = Object.entries(given).filter(([name, value]) => KEYWORDS.get(name)?.(value) ?? true);
  const read = kept.map(([name, value]) => {
    if (name === "items") return [name, readSchema(value)];
    if (name !== "properties") return [name, value];
    const members = Object.entries(value).map(([key, one]) => [key, readSchema(Object(one))]);
    return [name, Object.fromEntries(members)];
  });
  return Object.fromEntries(read) as Schema; // as KEYWORDS has it
}

/** Names of arguments that take any words. Whatever else is text may be an id, a path or an address. */
const MOST_LETTERS = 1000;
const WORDS =
  /(^|_|\b)(q|query|search|text|terms?|keywords?|words|message|prompt|name|title|topic|question|city)$/i;

/** Why no value is known: the name of what is missing. */
class Missing extends Error {}
function valueOf(name: string, schema: Schema, known: Map<string, unknown>): unknown {
  const [example] = schema.examples ?? [];
  for (const given of [schema.const, schema.default, example, schema.enum?.[0]])
    if (given !== undefined) return given;
  if (schema.type === "boolean") return false;
  if (schema.type === "integer" || schema.type === "number")
    return known.get(name) ?? schema.minimum ?? 1;
  if (schema.type === "array")
    return schema.minItems ? [valueOf(name.replace(/s$/, ""), schema.items ?? {}, known)] : [];
  if (schema.type === "object") return requiredOf(schema, known);
  if (schema.type === "string" && known.has(name)) return String(known.get(name));
  const letters = Math.max(1, schema.minLength ?? 1);
  const isPlain = WORDS.test(name) && !schema.format && !schema.pattern;
  if (schema.type === "string" && isPlain && letters <= MOST_LETTERS) return "a".repeat(letters);
  throw new Missing(name);
}
function requiredOf({ properties = {}, required = [] }: Schema, known: Map<string, unknown>) {
  const entries = required.map((name) => [name, valueOf(name, properties[name] ?? {}, known)]);
  return Object.fromEntries(entries) as Record<string, unknown>; // of names
}

/** The required arguments, or the name of the first that nothing is known of. */
export function exampleArguments(schema: Schema, known: Map<string, unknown>) {
  try {
    return { args: requiredOf(schema, known) };
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return { missing: error.message };
  }
}

/** Keeps the first value of each field of a result. */
export function harvest(value: unknown, known: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === "string" || typeof part === "number") {
      if (!known.has(name) && !Array.isArray(value)) known.set(name, part);
    } else harvest(part, known);
  }
}
