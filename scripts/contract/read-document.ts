/**
 * Reads an OpenAPI document (3.0 or 3.1) into operations whose schemas can be compared: references, `allOf`,
 * `anyOf` and `oneOf` are resolved. `compare.ts` calls `readOperations` for both of its documents.
 *
 * The document comes from outside. Whatever in it is malformed reads as if it were absent.
 */
import * as z from "zod";

const objectNode = z.record(z.string(), z.unknown()).catch({});
const stringList = z.array(z.string());
const nodeList = z.array(z.unknown());
/** The keywords that are compared, of OpenAPI 3.0 and 3.1. */
const schemaNode = z
  .object({
    $ref: z.string(),
    type: z.union([z.string(), stringList]),
    nullable: z.boolean(),
    enum: nodeList,
    const: z.unknown(),
    format: z.string(),
    properties: objectNode,
    required: stringList,
    items: z.unknown(),
    additionalProperties: z.unknown(),
    allOf: nodeList,
    anyOf: nodeList,
    oneOf: nodeList,
    readOnly: z.boolean(),
    writeOnly: z.boolean(),
    "x-usual-names": stringList,
  })
  .partial()
  .catch({});
const parameterNode = z
  .object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown() })
  .partial()
  .catch({});

const nodeAt = (node: unknown, ...keys: string[]) =>
  keys.reduce((node, key) => objectNode.parse(node)[key], node);
/** The node that a JSON pointer (`#/components/schemas/Order`) names; undefined for one in another document. */
function resolveReference(document: unknown, $ref: string): unknown {
  const unescaped = (key: string) => key.replaceAll("~1", "/").replaceAll("~0", "~");
  return nodeAt(document, ...$ref.split("/").slice(1).map(unescaped));
}
/** A parameter, a response or a path item, which may be given by reference. */
function dereference(document: unknown, node: unknown): unknown {
  const { $ref } = objectNode.parse(node);
  return typeof $ref === "string" ? resolveReference(document, $ref) : node;
}

// ── Schemas ─────────────────────────────────────────────────────────────────────────────────────

/** What a schema allows, with its references, `allOf`, `anyOf` and `oneOf` merged into it. */
export interface Shape {
  /** Without `null`; undefined: any type. */
  types: string[] | undefined;
  isNullable: boolean;
  enumValues: unknown[] | undefined;
  format: string | undefined;
  fields: Map<string, () => Shape>;
  required: Set<string>;
  items: (() => Shape) | undefined;
  /** Of the values whose names are not among the fields. */
  additional: (() => Shape) | undefined;
  aliases: string[];
  isReadOnly: boolean;
  isWriteOnly: boolean;
}

export const ANY_SHAPE: Shape = {
  types: undefined,
  isNullable: false,
  enumValues: undefined,
  format: undefined,
  fields: new Map(),
  required: new Set(),
  items: undefined,
  additional: undefined,
  aliases: [],
  isReadOnly: false,
  isWriteOnly: false,
};

/** Both hold. */
function mergeAllOf(a: Shape, b: Shape): Shape {
  return {
    types: a.types ?? b.types,
    isNullable: a.isNullable || b.isNullable, // drf-spectacular puts `nullable` beside `allOf`
    enumValues: a.enumValues ?? b.enumValues,
    format: a.format ?? b.format,
    fields: new Map([...b.fields, ...a.fields]),
    required: a.required.union(b.required),
    items: a.items ?? b.items,
    additional: a.additional ?? b.additional,
    aliases: [...a.aliases, ...b.aliases],
    isReadOnly: a.isReadOnly || b.isReadOnly,
    isWriteOnly: a.isWriteOnly || b.isWriteOnly,
  };
}
/** One of the two holds. */
function mergeOneOf(a: Shape, b: Shape): Shape {
  const isNullable = a.isNullable || b.isNullable;
  if (a.types?.length === 0) return { ...b, isNullable };
  if (b.types?.length === 0) return { ...a, isNullable };
  return {
    ...mergeAllOf(a, b),
    isNullable,
    types: a.types && b.types && [...new Set([...a.types, ...b.types])],
    enumValues: a.enumValues && b.enumValues && [...a.enumValues, ...b.enumValues],
    format: a.format === b.format ? a.format : undefined,
    required: a.required.intersection(b.required),
  };
}
const jsonTypeOf = (value: unknown): string =>
  value === null ? "null" : Number.isInteger(value) ? "integer" : typeof value;

/** A function that gives the shape of a schema of this document, and reads each schema once. */
function createShapeReader(document: unknown): (node: unknown) => Shape {
  const cache = new Map<unknown, Shape>();
  const lazily = (node: unknown) => (node === undefined ? undefined : () => read(node));
  function read(node: unknown): Shape {
    const cached = cache.get(node);
    if (cached) return cached;
    cache.set(node, ANY_SHAPE); // while it is being read, because a schema may contain itself
    const schema = schemaNode.parse(node);
    const values = schema.const === undefined ? schema.enum : [schema.const];
    const impliedTypes =
      values?.map(jsonTypeOf) ??
      (schema.properties && ["object"]) ??
      (schema.items ? ["array"] : undefined);
    const types = schema.type === undefined ? impliedTypes : [schema.type].flat();
    const isBoolean = typeof schema.additionalProperties === "boolean";
    const own: Shape = {
      types: types?.filter((type) => type !== "null"),
      isNullable: Boolean(schema.nullable || types?.includes("null")),
      enumValues: values?.filter((value) => value !== null),
      format: schema.format,
      fields: new Map(
        Object.entries(schema.properties ?? {}).map(([name, part]) => [name, () => read(part)]),
      ),
      required: new Set(schema.required),
      items: lazily(schema.items),
      additional: isBoolean ? undefined : lazily(schema.additionalProperties),
      aliases: schema["x-usual-names"] ?? [],
      isReadOnly: schema.readOnly ?? false,
      isWriteOnly: schema.writeOnly ?? false,
    };
    const referenced = schema.$ref === undefined ? [] : [resolveReference(document, schema.$ref)];
    const choices = [schema.anyOf ?? [], schema.oneOf ?? []].filter((parts) => parts.length);
    const parts = [
      ...[...referenced, ...(schema.allOf ?? [])].map(read),
      ...choices.map((parts) => parts.map(read).reduce(mergeOneOf)),
    ];
    const shape = [own, ...parts].reduce(mergeAllOf);
    cache.set(node, shape);
    return shape;
  }
  return read;
}

// ── Operations ──────────────────────────────────────────────────────────────────────────────────

export interface Parameter {
  name: string;
  /** `path`, `query` or `header`. */
  in: string;
  isRequired: boolean;
  shape: Shape;
}
export interface Operation {
  /** `GET /api/orders/{order_id}/` */
  name: string;
  /** By place and name: `query limit`. */
  parameters: Map<string, Parameter>;
  body: Shape | undefined;
  /** By status. */
  answers: Map<string, Shape>;
}

/** Equal for operations that differ only in how they call the ids in their paths. */
const operationKey = (name: string) => name.replace(/{[^}]*}/g, "{}");

/** Every operation of a document, by its method and its path with `{}` for each id: `GET /api/orders/{}/`. */
export function readOperations(document: unknown): Map<string, Operation> {
  const readShape = createShapeReader(document);
  const readContent = (node: unknown): Shape => {
    const content = objectNode.parse(nodeAt(dereference(document, node), "content"));
    const json = Object.keys(content).find((type) => /^[*\w]+\/([\w.]+\+)?(json|\*)/i.test(type));
    return json ? readShape(nodeAt(content, json, "schema")) : ANY_SHAPE;
  };
  const readParameters = (node: unknown) =>
    nodeList
      .catch([])
      .parse(nodeAt(node, "parameters"))
      .map((parameter): [string, Parameter] => {
        const given = parameterNode.parse(dereference(document, parameter));
        const { name = "", in: place = "", required: isRequired = false, schema } = given;
        const key = `${place} ${place === "header" ? name.toLowerCase() : name}`;
        return [key, { name, in: place, isRequired, shape: readShape(schema) }];
      });
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(objectNode.parse(nodeAt(document, "paths")))) {
    const pathItem = dereference(document, item);
    for (const [method, node] of Object.entries(objectNode.parse(pathItem))) {
      if (!/^(get|post|put|patch|delete)$/.test(method)) continue;
      const name = `${method.toUpperCase()} ${path}`;
      const body = nodeAt(node, "requestBody");
      const responses = Object.entries(objectNode.parse(nodeAt(node, "responses")));
      operations.set(operationKey(name), {
        name,
        parameters: new Map([...readParameters(pathItem), ...readParameters(node)]),
        body: body === undefined ? undefined : readContent(body),
        answers: new Map(responses.map(([status, response]) => [status, readContent(response)])),
      });
    }
  }
  return operations;
}
