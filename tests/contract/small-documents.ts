/**
 * OpenAPI documents of one operation, `POST /api/orders/{id}/`, which the tests of the comparison change.
 */
import { compareDocuments, formatDifference } from "../../scripts/contract/compare.ts";

export type Json = Record<string, unknown>;
export const text = { type: "string" };
export const objectOf = (properties: Json, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
});
export const jsonContent = (schema: unknown) => ({ "application/json": { schema } });
/** A document of one operation. */
export const document = (operation: Json, components: Json = {}) => ({
  openapi: "3.0.3",
  paths: { "/api/orders/{id}/": { post: operation } },
  components: { schemas: components },
});
export const documentAnswering = (schema: unknown, components?: Json) =>
  document({ responses: { "200": { content: jsonContent(schema) } } }, components);
export const documentTaking = (schema: unknown, parameters: Json[] = []) =>
  document({
    parameters,
    requestBody: { content: jsonContent(schema) },
    responses: { "200": { content: jsonContent({ type: "object" }) } },
  });
export const query = (name: string, schema: Json, required = false) => ({
  name,
  in: "query",
  schema,
  required,
});
/** The differences as lines, without the operation. */
export const differencesBetween = (ours: unknown, theirs: unknown) =>
  compareDocuments(ours, theirs).map((difference) =>
    formatDifference(difference).replace("POST /api/orders/{id}/ ", ""),
  );

export const decimal = { type: "string", format: "decimal" };
export const status = { type: "string", enum: ["open", "closed"] };
export const order = objectOf(
  {
    id: { type: ["string", "integer"], "x-usual-names": ["pk"] },
    status,
    total: decimal,
    lines: {
      type: "array",
      items: objectOf({ name: text, note: { type: ["string", "null"] } }, ["name"]),
    },
    note: { type: ["string", "null"] },
    options: { type: ["object", "null"], additionalProperties: text },
  },
  ["id", "status", "total", "lines"],
);
/** The order with other fields; undefined removes one. */
export const orderWith = (
  fields: Json,
  required = Object.keys({ ...order.properties, ...fields }),
) => {
  const properties = { ...order.properties, ...fields };
  const there = Object.entries(properties).filter(([, field]) => field !== undefined);
  return objectOf(
    Object.fromEntries(there),
    required.filter((name) => there.some(([one]) => one === name)),
  );
};
export const linesOf = (fields: Json) => ({ lines: { type: "array", items: objectOf(fields) } });
