/** OpenAPI documents of one operation, which the tests of the comparison change. */
import { type Difference, formatDifference } from "../../scripts/contract/compare.ts";

export type Json = Record<string, unknown>;
export const words = { type: "string" };
export const object = (properties: Json, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
});
export const content = (schema: unknown) => ({ "application/json": { schema } });
/** A document of one operation. */
export const document = (operation: Json, components: Json = {}) => ({
  openapi: "3.0.3",
  paths: { "/api/orders/{id}/": { post: operation } },
  components: { schemas: components },
});
export const answering = (schema: unknown, components?: Json) =>
  document({ responses: { "200": { content: content(schema) } } }, components);
export const taking = (schema: unknown, parameters: Json[] = []) =>
  document({
    parameters,
    requestBody: { content: content(schema) },
    responses: { "200": { content: content({ type: "object" }) } },
  });
export const query = (name: string, schema: Json, required = false) => ({
  name,
  in: "query",
  schema,
  required,
});
export const told = (differences: Difference[]) =>
  differences.map((difference) =>
    formatDifference(difference).replace("POST /api/orders/{id}/ ", ""),
  );

export const decimal = { type: "string", format: "decimal" };
export const status = { type: "string", enum: ["open", "closed"] };
export const order = object(
  {
    id: { type: ["string", "integer"], "x-usual-names": ["pk"] },
    status,
    total: decimal,
    lines: {
      type: "array",
      items: object({ name: words, note: { type: ["string", "null"] } }, ["name"]),
    },
    note: { type: ["string", "null"] },
    options: { type: ["object", "null"], additionalProperties: words },
  },
  ["id", "status", "total", "lines"],
);
/** The order with some fields otherwise; undefined: without it. */
export const but = (fields: Json, required = Object.keys({ ...order.properties, ...fields })) => {
  const properties = { ...order.properties, ...fields };
  const there = Object.entries(properties).filter(([, field]) => field !== undefined);
  return object(
    Object.fromEntries(there),
    required.filter((name) => there.some(([one]) => one === name)),
  );
};
export const linesOf = (fields: Json) => ({ lines: { type: "array", items: object(fields) } });
