/** The schemas of the contract as JSON Schema, in the form in which they are on the wire. `document.ts` puts them into the document. */
import * as z from "zod";
import { ID, nouns, USUAL_NAMES } from "../../server.ts";

/** JSON Schema as zod writes it, and as it is on the wire. */
export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  minLength?: number;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | false;
  [keyword: string]: unknown;
}

export const DECIMAL = {
  type: "string",
  format: "decimal",
  pattern: String.raw`^-?\d{1,15}(\.\d{1,6})?$`,
};
const CURRENCY: Schema = {
  type: ["string", "null"],
  description: "ISO 4217, of every amount here and within; without it the currency that is set",
};
export const AN_ID: Schema = { type: "string", pattern: ID.source };

export const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
export const changed = <T, U>(fields: Record<string, T>, change: (field: T, name: string) => U) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, change(field, name)]));

const orNull = (schema: Schema): Schema => ({
  ...schema,
  ...(schema.type && { type: [schema.type, "null"].flat() }),
  ...(schema.enum && { enum: [...schema.enum, null] }),
});

/** As Django sends it: decimals for money, `null` where the field may be missing, nothing of our own making. */
function onWire({ properties = {}, items, additionalProperties: rest, ...own }: Schema): Schema {
  if (Object.keys(properties).join() === "amount,currency") return DECIMAL;
  const { raw_status: _, ...sent } = properties;
  const fields = changed(sent, (field, name) =>
    own.required?.includes(name) ? onWire(field) : orNull(onWire(field)),
  );
  return {
    ...own,
    ...(own.enum && { enum: own.enum.filter((value) => value !== "unknown") }),
    ...(Object.keys(fields).length && { properties: fields }),
    ...(items && { items: onWire(items) }),
    ...(rest && { additionalProperties: onWire(rest) }),
  };
}
/** What else a preprocessed schema takes: a number for a word, `true` for `{allowed: true}`. */
function alsoTaken(schema: z.core.$ZodType, { type, minLength }: z.core.JSONSchema.BaseSchema) {
  if (type === "string") return minLength ? ["integer"] : ["number", "boolean"];
  return z.core.safeParse(schema, true).success ? ["boolean"] : [];
}
/** What Django sends for an answer of ours. */
function wire(answer: z.ZodType): Schema {
  const json = z.toJSONSchema(answer, {
    io: "input",
    override({ zodSchema, jsonSchema }) {
      const also = zodSchema._zod.def.type === "pipe" ? alsoTaken(zodSchema, jsonSchema) : [];
      if (also.length) Object.assign(jsonSchema, { type: [jsonSchema.type, ...also] });
    },
  });
  const { $schema: _, ...schema } = onWire(json as Schema); // as `toJSONSchema` writes what has no recursion
  return schema;
}
/** With the currency beside its amounts, and the other names that the server knows a field by. */
function noun(schema: Schema): Schema {
  const isPriced = JSON.stringify(schema).includes('"decimal"');
  const others = new Map(USUAL_NAMES);
  const fields = { ...schema.properties, ...(isPriced && { currency: CURRENCY }) };
  const properties = changed(fields, (field, name) =>
    others.has(name) ? { ...field, "x-usual-names": others.get(name) } : field,
  );
  return { ...schema, properties };
}

/** What the server sends: never more than this, and what is required always. */
function sent({ properties, items, ...own }: Schema, name = ""): Schema {
  if (name.endsWith("_id")) return AN_ID;
  const { default: byDefault, minLength, additionalProperties: _, ...rest } = own;
  return {
    ...rest,
    ...(minLength && byDefault !== "" && { minLength }),
    ...(properties && { properties: changed(properties, sent) }),
    ...(items && { items: sent(items) }),
  };
}
export function bodyOf(body: z.ZodType): Schema {
  const { $schema: _, ...schema } = sent(z.toJSONSchema(body) as Schema); // as above
  return schema;
}

export const nounSchemas = Object.fromEntries(
  Object.entries(nouns).map(([name, schema]) => [capital(name), noun(wire(schema))]),
);
/** A reference to the noun of this schema. */
function reference(schema: Schema): Schema {
  const isSame = (name: string) => Bun.deepEquals(nounSchemas[name], schema);
  const name = Object.keys(nounSchemas).find(isSame);
  return name ? { $ref: `#/components/schemas/${name}` } : schema;
}
export function answerOf(answer: z.ZodType): Schema {
  const schema = wire(answer);
  const { results, ...links } = schema.properties ?? {};
  if (!results?.items) return reference(noun(schema));
  const rows = { ...results, items: reference(noun(results.items)) };
  return { ...schema, properties: { ...links, results: rows } };
}
