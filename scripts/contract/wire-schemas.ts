/**
 * The contract's zod schemas as JSON Schema, in the form in which their values travel: what Django may send, and
 * what the server sends. `document.ts` puts them into the OpenAPI document.
 */
import * as z from "zod";
import { ID, schemas, USUAL_NAMES } from "../../shop/contract.ts";

/** JSON Schema, as zod writes it and as it is in the document. */
export interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  minLength?: number;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | false;
  [keyword: string]: unknown;
}

export const DECIMAL_SCHEMA = {
  type: "string",
  format: "decimal",
  pattern: String.raw`^-?\d{1,15}(\.\d{1,6})?$`,
};
const CURRENCY_SCHEMA: JsonSchema = {
  type: ["string", "null"],
  description:
    "ISO 4217 code of every amount here and below. Without it, the configured currency applies",
};
export const ID_SCHEMA: JsonSchema = { type: "string", pattern: ID.source };

export const capitalize = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
export const mapValues = <T, U>(
  fields: Record<string, T>,
  change: (field: T, name: string) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, change(field, name)]));

// ── Answers: what Django may send ───────────────────────────────────────────────────────────────

const nullable = (schema: JsonSchema): JsonSchema => ({
  ...schema,
  ...(schema.type && { type: [schema.type, "null"].flat() }),
  ...(schema.enum && { enum: [...schema.enum, null] }),
});

/**
 * The server's own schema as Django's: money is a decimal, an optional field may be `null`, and what the server
 * adds itself (`raw_status`, the status `unknown`) is left out.
 */
function toDjango({
  properties = {},
  items,
  additionalProperties,
  ...own
}: JsonSchema): JsonSchema {
  if (Object.keys(properties).join() === "amount,currency") return DECIMAL_SCHEMA;
  const { raw_status: _, ...fromDjango } = properties;
  const fields = mapValues(fromDjango, (field, name) =>
    own.required?.includes(name) ? toDjango(field) : nullable(toDjango(field)),
  );
  return {
    ...own,
    ...(own.enum && { enum: own.enum.filter((value) => value !== "unknown") }),
    ...(Object.keys(fields).length && { properties: fields }),
    ...(items && { items: toDjango(items) }),
    ...(additionalProperties && { additionalProperties: toDjango(additionalProperties) }),
  };
}
/** The types that a preprocessed schema accepts besides its own: a number for a string, `true` for `{allowed: true}`. */
function coercedTypes(schema: z.core.$ZodType, { type, minLength }: z.core.JSONSchema.BaseSchema) {
  if (type === "string") return minLength ? ["integer"] : ["number", "boolean"];
  return z.core.safeParse(schema, true).success ? ["boolean"] : [];
}
function djangoSchema(answer: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(answer, {
    io: "input",
    override({ zodSchema, jsonSchema }) {
      const isPreprocessed = zodSchema._zod.def.type === "pipe";
      const types = isPreprocessed ? coercedTypes(zodSchema, jsonSchema) : [];
      if (types.length) Object.assign(jsonSchema, { type: [jsonSchema.type, ...types] });
    },
  });
  const { $schema: _, ...schema } = toDjango(json as JsonSchema); // what `toJSONSchema` writes without recursion
  return schema;
}
/** Adds the currency beside the amounts, and the other names under which the server knows a field. */
function withCurrencyAndAliases(schema: JsonSchema): JsonSchema {
  const hasMoney = JSON.stringify(schema).includes('"decimal"');
  const aliases = new Map(USUAL_NAMES);
  const fields = { ...schema.properties, ...(hasMoney && { currency: CURRENCY_SCHEMA }) };
  const properties = mapValues(fields, (field, name) =>
    aliases.has(name) ? { ...field, "x-usual-names": aliases.get(name) } : field,
  );
  return { ...schema, properties };
}

/** The records of the contract, by the name that they have among the document's components. */
export const componentSchemas = Object.fromEntries(
  Object.entries(schemas).map(([name, schema]) => [
    capitalize(name),
    withCurrencyAndAliases(djangoSchema(schema)),
  ]),
);
function referenceOrSchema(schema: JsonSchema): JsonSchema {
  const isSame = (name: string) => Bun.deepEquals(componentSchemas[name], schema);
  const name = Object.keys(componentSchemas).find(isSame);
  return name ? { $ref: `#/components/schemas/${name}` } : schema;
}
/** What Django may send for an answer of the contract: a record, or a page of them. */
export function responseSchema(answer: z.ZodType): JsonSchema {
  const schema = djangoSchema(answer);
  const { results, next } = schema.properties ?? {};
  if (!results?.items) return referenceOrSchema(withCurrencyAndAliases(schema));
  const rows = { ...results, items: referenceOrSchema(withCurrencyAndAliases(results.items)) };
  return { ...schema, properties: { ...(next && { next }), results: rows } };
}

// ── Requests: what the server sends ─────────────────────────────────────────────────────────────

/** Defaults are filled in before anything is sent, and nothing beyond the schema is. */
function toSent({ properties, items, ...own }: JsonSchema, name = ""): JsonSchema {
  if (name.endsWith("_id")) return ID_SCHEMA;
  const { default: fallback, minLength, additionalProperties: _, ...rest } = own;
  return {
    ...rest,
    ...(minLength && fallback !== "" && { minLength }),
    ...(properties && { properties: mapValues(properties, toSent) }),
    ...(items && { items: toSent(items) }),
  };
}
/** What the server sends as the body of a change. */
export function requestSchema(body: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = toSent(z.toJSONSchema(body) as JsonSchema); // as in djangoSchema
  return schema;
}
