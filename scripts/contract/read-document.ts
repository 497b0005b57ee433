/** Reads an OpenAPI document (3.0 or 3.1) into operations whose schemas can be compared. `compare.ts` does that. */
import * as z from "zod";

const anObject = z.record(z.string(), z.unknown()).catch({});
const strings = z.array(z.string());
const nodes = z.array(z.unknown());
/** The keywords that are compared, of OpenAPI 3.0 or 3.1. What is no schema says nothing. */
const keywords = z
  .object({
    $ref: z.string(),
    type: z.union([z.string(), strings]),
    nullable: z.boolean(),
    enum: nodes,
    const: z.unknown(),
    format: z.string(),
    properties: anObject,
    required: strings,
    items: z.unknown(),
    additionalProperties: z.unknown(),
    allOf: nodes,
    anyOf: nodes,
    oneOf: nodes,
    readOnly: z.boolean(),
    writeOnly: z.boolean(),
    "x-usual-names": strings,
  })
  .partial()
  .catch({});
const parameterObject = z
  .object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown() })
  .partial()
  .catch({});

const at = (node: unknown, ...keys: string[]) =>
  keys.reduce((node, key) => anObject.parse(node)[key], node);
/** What a reference leads to; nothing where it leads elsewhere. */
function target(document: unknown, $ref: string): unknown {
  const unescaped = (key: string) => key.replaceAll("~1", "/").replaceAll("~0", "~");
  return at(document, ...$ref.split("/").slice(1).map(unescaped));
}
/** A parameter, a response or a path item itself, where it is put by reference. */
function resolved(document: unknown, node: unknown): unknown {
  const { $ref } = anObject.parse(node);
  return typeof $ref === "string" ? target(document, $ref) : node;
}

/** What a schema says, with its references, `allOf`, `anyOf` and `oneOf` taken together. */
export interface Shape {
  /** Without `null`; undefined: anything. */
  types: string[] | undefined;
  isNullable: boolean;
  values: unknown[] | undefined;
  format: string | undefined;
  fields: Map<string, () => Shape>;
  required: Set<string>;
  items: (() => Shape) | undefined;
  /** Of what is not among the fields. */
  others: (() => Shape) | undefined;
  usualNames: string[];
  isReadOnly: boolean;
  isWriteOnly: boolean;
}

/** What both say. */
function both(a: Shape, b: Shape): Shape {
  return {
    types: a.types ?? b.types,
    isNullable: a.isNullable || b.isNullable, // drf-spectacular puts `nullable` beside `allOf`
    values: a.values ?? b.values,
    format: a.format ?? b.format,
    fields: new Map([...b.fields, ...a.fields]),
    required: a.required.union(b.required),
    items: a.items ?? b.items,
    others: a.others ?? b.others,
    usualNames: [...a.usualNames, ...b.usualNames],
    isReadOnly: a.isReadOnly || b.isReadOnly,
    isWriteOnly: a.isWriteOnly || b.isWriteOnly,
  };
}
/** What one of the two says. */
function either(a: Shape, b: Shape): Shape {
  const isNullable = a.isNullable || b.isNullable;
  if (a.types?.length === 0) return { ...b, isNullable };
  if (b.types?.length === 0) return { ...a, isNullable };
  return {
    ...both(a, b),
    isNullable,
    types: a.types && b.types && [...new Set([...a.types, ...b.types])],
    values: a.values && b.values && [...a.values, ...b.values],
    format: a.format === b.format ? a.format : undefined,
    required: a.required.intersection(b.required),
  };
}
const typeOf = (value: unknown): string =>
  value === null ? "null" : Number.isInteger(value) ? "integer" : typeof value;

export const ANYTHING: Shape = {
  types: undefined,
  isNullable: false,
  values: undefined,
  format: undefined,
  fields: new Map(),
  required: new Set(),
  items: undefined,
  others: undefined,
  usualNames: [],
  isReadOnly: false,
  isWriteOnly: false,
};
/** Reads the schemas of a document, each once. */
function shapesIn(document: unknown): (node: unknown) => Shape {
  const known = new Map<unknown, Shape>();
  const lazily = (node: unknown) => (node === undefined ? undefined : () => read(node));
  function read(node: unknown): Shape {
    const had = known.get(node);
    if (had) return had;
    known.set(node, ANYTHING); // as long as it is read: a schema may be made of itself
    const said = keywords.parse(node);
    const values = said.const === undefined ? said.enum : [said.const];
    const implied =
      values?.map(typeOf) ??
      (said.properties && ["object"]) ??
      (said.items ? ["array"] : undefined);
    const types = said.type === undefined ? implied : [said.type].flat();
    const isClosed = typeof said.additionalProperties === "boolean";
    const own: Shape = {
      types: types?.filter((type) => type !== "null"),
      isNullable: Boolean(said.nullable || types?.includes("null")),
      values: values?.filter((value) => value !== null),
      format: said.format,
      fields: new Map(
        Object.entries(said.properties ?? {}).map(([name, part]) => [name, () => read(part)]),
      ),
      required: new Set(said.required),
      items: lazily(said.items),
      others: isClosed ? undefined : lazily(said.additionalProperties),
      usualNames: said["x-usual-names"] ?? [],
      isReadOnly: said.readOnly ?? false,
      isWriteOnly: said.writeOnly ?? false,
    };
    const referred = said.$ref === undefined ? [] : [target(document, said.$ref)];
    const choices = [said.anyOf ?? [], said.oneOf ?? []].filter((parts) => parts.length);
    const parts = [
      ...[...referred, ...(said.allOf ?? [])].map(read),
      ...choices.map((parts) => parts.map(read).reduce(either)),
    ];
    const whole = [own, ...parts].reduce(both);
    known.set(node, whole);
    return whole;
  }
  return read;
}

export interface Operation {
  name: string;
  /** By `query limit`. */
  parameters: Map<string, { name: string; in: string; isRequired: boolean; shape: Shape }>;
  body: Shape | undefined;
  /** By status. */
  answers: Map<string, Shape>;
}
/** Every operation of a document, by method and path, whatever the path's parameters are called. */
export function operationsOf(document: unknown): Map<string, Operation> {
  const read = shapesIn(document);
  const jsonOf = (node: unknown): Shape => {
    const content = anObject.parse(at(resolved(document, node), "content"));
    const media = Object.keys(content).find((type) => /^[*\w]+\/([\w.]+\+)?(json|\*)/i.test(type));
    return media ? read(at(content, media, "schema")) : ANYTHING;
  };
  const parametersOf = (node: unknown) =>
    nodes
      .catch([])
      .parse(at(node, "parameters"))
      .map((parameter) => {
        const said = parameterObject.parse(resolved(document, parameter));
        const { name = "", in: place = "", required: isRequired = false, schema } = said;
        const key = `${place} ${place === "header" ? name.toLowerCase() : name}`;
        return [key, { name, in: place, isRequired, shape: read(schema) }] as const;
      });
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(anObject.parse(at(document, "paths"))))
    for (const [method, node] of Object.entries(anObject.parse(resolved(document, item)))) {
      if (!/^(get|post|put|patch|delete)$/.test(method)) continue;
      const name = `${method.toUpperCase()} ${path}`;
      const body = at(node, "requestBody");
      operations.set(keyOf(name), {
        name,
        parameters: new Map([...parametersOf(resolved(document, item)), ...parametersOf(node)]),
        body: body === undefined ? undefined : jsonOf(body),
        answers: new Map(
          Object.entries(anObject.parse(at(node, "responses"))).map(([status, response]) => [
            status,
            jsonOf(response),
          ]),
        ),
      });
    }
  return operations;
}
export const keyOf = (operation: string) => operation.replace(/{[^}]*}/g, "{}");
