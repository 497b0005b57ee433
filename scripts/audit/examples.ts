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
/** Names of arguments that take any words. Whatever else is text may be an id, a path or an address. */
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
  if (schema.type === "string" && WORDS.test(name) && !schema.format && !schema.pattern)
    return "a".repeat(Math.max(1, schema.minLength ?? 1));
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
