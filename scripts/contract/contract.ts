/**
 * The contract with Django as an OpenAPI 3.1 document, made of `endpoints` and their schemas in server.ts,
 * and what another OpenAPI document promises less.
 *
 * ```sh
 * bun run contract            # writes openapi.json, lints it, compares it with the schema of django/
 * bun run contract --check    # for CI: the same, but a stale openapi.json is an error
 * ```
 *
 * Both end with 1 where the linter or the comparison finds a reason.
 *
 * @module
 */
import { parseArgs } from "node:util";
import * as z from "zod";
import {
  type EndpointName,
  endpoints,
  groups,
  ID,
  nouns,
  tools,
  USUAL_NAMES,
  VERSION,
} from "../../server.ts";
import { makeVenv } from "../django.ts";

const DOCUMENT = "openapi.json";
const root = new URL("../..", import.meta.url).pathname;

// ── The document ────────────────────────────────────────────────────────────────────────────────

/** JSON Schema as zod writes it, and as it is on the wire. */
interface Schema {
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

const DECIMAL = {
  type: "string",
  format: "decimal",
  pattern: String.raw`^-?\d{1,15}(\.\d{1,6})?$`,
};
const CURRENCY: Schema = {
  type: ["string", "null"],
  description: "ISO 4217, of every amount here and within; without it the currency that is set",
};
const AN_ID: Schema = { type: "string", pattern: ID.source };
/** Only these are for staff, in part or wholly. */
const FOR_STAFF = ["orders", "customers"];
const CREATING = ["contactSupport"];
/** What tools call their arguments, where the query has another name. */
const ARGUMENTS: Record<string, string> = { q: "query", ordering: "sort", customer: "customer_id" };

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const changed = <T, U>(fields: Record<string, T>, change: (field: T, name: string) => U) =>
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
function bodyOf(body: z.ZodType): Schema {
  const { $schema: _, ...schema } = sent(z.toJSONSchema(body) as Schema); // as above
  return schema;
}

const nounSchemas = Object.fromEntries(
  Object.entries(nouns).map(([name, schema]) => [capital(name), noun(wire(schema))]),
);
/** A reference to the noun of this schema. */
function reference(schema: Schema): Schema {
  const isSame = (name: string) => Bun.deepEquals(nounSchemas[name], schema);
  const name = Object.keys(nounSchemas).find(isSame);
  return name ? { $ref: `#/components/schemas/${name}` } : schema;
}
function answerOf(answer: z.ZodType): Schema {
  const schema = wire(answer);
  const { results, ...links } = schema.properties ?? {};
  if (!results?.items) return reference(noun(schema));
  const rows = { ...results, items: reference(noun(results.items)) };
  return { ...schema, properties: { ...links, results: rows } };
}

const json = (schema: Schema) => ({ "application/json": { schema } });
const words = { type: "string" };
const detail: Schema = { type: "object", properties: { detail: words }, required: ["detail"] };
const refusal: Schema = {
  type: "object",
  properties: { detail: words, code: words },
  required: ["detail", "code"],
};
const wait = { "Retry-After": { description: "Seconds, or a date", schema: words } };
/** Why there is no answer: a status, and what Django says with it. */
const refusals = {
  400: {
    description:
      "Sentences by field, or `{detail}`, or `{detail, code}` for a change without a key",
    content: json({ type: "object", additionalProperties: {} }),
  },
  401: { description: "No token, or a wrong one", content: json(detail) },
  403: { description: "For staff only", content: json(detail) },
  404: { description: "Nothing there that the caller may see", content: json(detail) },
  409: {
    description: "A rule of the shop forbids it, or the key was used for something else",
    content: json(refusal),
  },
  429: { description: "Too many requests", headers: wait, content: json(detail) },
  503: { description: "Not now", headers: wait },
};

/** What queries may say, by the arguments of the tools that ask them. */
const limits: Record<string, Schema> = Object.assign(
  {},
  ...Object.values(tools).map(({ input }) => z.toJSONSchema(input).properties),
);
function queryParameter(type: string, name: string) {
  const { enum: values, minimum, maximum } = limits[ARGUMENTS[name] ?? name] ?? {};
  const range = type === "integer" && { minimum, maximum };
  const schema = type === "decimal" ? DECIMAL : { type, ...(values && { enum: values }), ...range };
  return { name, in: "query", schema };
}

const catalog = new Set(Object.values(groups.catalog).flatMap(({ needs }) => needs));
function operation(name: EndpointName) {
  const { method, what, path, body, answer } = endpoints[name];
  const ids = [...path.template.matchAll(/{(\w+)}/g)].map(([, id = ""]) => id);
  const isWrite = method !== "GET";
  const isAsked = isWrite || Object.keys(path.query).length > 0;
  const possible: Record<keyof typeof refusals, boolean> = {
    400: isAsked,
    401: true, // a wrong token is refused where none is needed, too
    403: FOR_STAFF.includes(name),
    404: isAsked || ids.length > 0, // what a body names, a cursor, or an id
    409: isWrite,
    429: true,
    503: true,
  };
  const statuses = Object.entries(possible).filter(([, isPossible]) => isPossible);
  const parameters = [
    ...ids.map((id) => ({ name: id, in: "path", required: true, schema: AN_ID })),
    ...Object.values(changed(path.query, queryParameter)),
    ...(isWrite ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
  ];
  const success = { description: capital(what), content: json(answerOf(answer)) };
  return {
    operationId: name,
    summary: capital(what),
    security: [...(catalog.has(endpoints[name]) ? [{}] : []), { Token: [] }, { Bearer: [] }],
    ...(parameters.length && { parameters }),
    ...(isWrite && { requestBody: { required: true, content: json(bodyOf(body)) } }),
    responses: {
      [CREATING.includes(name) ? 201 : 200]: success,
      ...changed(Object.fromEntries(statuses), (_, status) => {
        return { $ref: `#/components/responses/${status}` };
      }),
    },
  };
}

/** The OpenAPI document of what the server asks of Django. */
export function contract() {
  const names = Object.keys(endpoints) as EndpointName[]; // its own keys
  const paths: Record<string, Record<string, ReturnType<typeof operation>>> = {};
  for (const name of names) {
    const { method, path } = endpoints[name];
    paths[path.template] = { ...paths[path.template], [method.toLowerCase()]: operation(name) };
  }
  const IdempotencyKey = {
    name: "Idempotency-Key",
    in: "header",
    required: true,
    description: "One for each change: sent again with it, the change takes effect once",
    schema: { type: "string", pattern: "^[!-~]{1,255}$" },
  };
  const Token = {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: "`Token` and a key, as Django REST framework has it",
  };
  return {
    openapi: "3.1.1",
    info: {
      title: "A Django shop, as django-shop-mcp asks it",
      version: VERSION,
      description: `What is required is needed. What is not is taken where it is there, and may be null.
Fields besides these may be there. A list may also come bare, without a page around it, and a field with
x-usual-names under one of those.`,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "https://shop.example", description: "Your Django" }],
    paths,
    components: {
      securitySchemes: { Token, Bearer: { type: "http", scheme: "bearer" } },
      parameters: { IdempotencyKey },
      responses: refusals,
      schemas: nounSchemas,
    },
  };
}

// ── The comparison ──────────────────────────────────────────────────────────────────────────────

/** One thing that two documents say differently. */
export interface Difference {
  /** Whether the other promises less than the contract needs, or refuses what it sends. */
  isBreaking: boolean;
  /** `GET /api/orders/{order_id}/` */
  operation: string;
  /** A status, `body`, `path`, `query` or `header`; empty for the operation itself. */
  part: string;
  /** `$.lines[].price`, or the name of a parameter. */
  pointer: string;
  kind: "missing" | "extra" | "type" | "nullable" | "enum" | "format" | "required";
  says: string;
}
type Found = Pick<Difference, "isBreaking" | "pointer" | "kind" | "says">;

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
interface Shape {
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

const ANYTHING: Shape = {
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

const isWithin = (types: string[] | undefined, wider: string[] | undefined): boolean => {
  const wide = wider?.includes("number") ? [...wider, "integer"] : wider;
  return !wide || (types?.every((type) => wide.includes(type)) ?? false);
};
const listed = (values: unknown[] | undefined, otherwise = "anything"): string =>
  values ? values.map((value) => String(value)).join(" or ") : otherwise;
const besides = (values: unknown[], others: unknown[]) =>
  values.filter((value) => !others.includes(value));

/** What an answer of theirs may hold, against what ours needs. */
function* inAnswer(ours: Shape, theirs: Shape, pointer = "$", isNeeded = true): Generator<Found> {
  const found = (kind: Found["kind"], says: string, isBreaking = isNeeded): Found => {
    return { isBreaking, pointer, kind, says };
  };
  const rows = ours.fields.get("results");
  if (pointer === "$" && rows && theirs.types?.includes("array")) {
    yield found("type", "a bare list in django", false);
    return yield* inAnswer(rows(), theirs, pointer);
  }
  if (theirs.isNullable && !ours.isNullable) yield found("nullable", "may be null in django");
  if (!isWithin(theirs.types, ours.types)) {
    const isRead = ours.format === "decimal" && isWithin(theirs.types, ["string", "number"]);
    const says = `${listed(ours.types)} here, ${listed(theirs.types)} in django`;
    return yield found("type", says, isNeeded && !isRead);
  }
  if (ours.format && theirs.format !== ours.format)
    yield found("format", `${ours.format} here, ${theirs.format ?? "none"} in django`);
  const strange = ours.values && theirs.values && besides(theirs.values, ours.values);
  if (ours.values && strange?.length !== 0)
    yield found("enum", `${listed(strange)} besides in django`, false);

  const matched = new Set<string>();
  for (const [name, field] of ours.fields) {
    const our = field();
    const there = [name, ...our.usualNames].find((name) => theirs.fields.has(name)) ?? name;
    const their = theirs.fields.get(there)?.();
    const below = { pointer: `${pointer}.${name}`, isBreaking: ours.required.has(name) };
    matched.add(there);
    if (!their || their.isWriteOnly) yield { ...below, kind: "missing", says: "missing in django" };
    else {
      if (there !== name)
        yield { ...below, isBreaking: false, kind: "missing", says: `${there} in django` };
      if (below.isBreaking && !theirs.required.has(there))
        yield { ...below, kind: "required", says: "optional in django" };
      yield* inAnswer(our, their, below.pointer, below.isBreaking);
    }
  }
  for (const [name, field] of ours.fields.size ? theirs.fields : []) {
    const says = { kind: "extra", says: "only in django" } as const;
    if (!matched.has(name) && !field().isWriteOnly)
      yield { pointer: `${pointer}.${name}`, isBreaking: false, ...says };
  }
  if (ours.items)
    yield* inAnswer(ours.items(), theirs.items?.() ?? ANYTHING, `${pointer}[]`, isNeeded);
  if (ours.others)
    yield* inAnswer(ours.others(), theirs.others?.() ?? ANYTHING, `${pointer}.*`, isNeeded);
}

/** What we send, against what they take. */
function* inRequest(ours: Shape, theirs: Shape, pointer: string): Generator<Found> {
  const found = (kind: Found["kind"], says: string, isBreaking = true): Found => {
    return { isBreaking, pointer, kind, says };
  };
  if (!isWithin(ours.types, theirs.types))
    return yield found("type", `${listed(ours.types)} here, ${listed(theirs.types)} in django`);
  const refused = theirs.values && ours.values && besides(ours.values, theirs.values);
  if (theirs.values && refused?.length !== 0)
    yield found("enum", `not ${listed(refused, "anything else")} in django`);
  if (theirs.format && theirs.format !== ours.format)
    yield found("format", `${ours.format ?? "none"} here, ${theirs.format} in django`, false);
  for (const [name, field] of ours.fields) {
    const their = theirs.fields.get(name)?.();
    const isAlwaysSent = ours.required.has(name);
    const below = { pointer: `${pointer}.${name}`, isBreaking: true };
    if (!their || their.isReadOnly)
      yield { ...below, isBreaking: isAlwaysSent, kind: "missing", says: "missing in django" };
    else {
      if (theirs.required.has(name) && !isAlwaysSent)
        yield { ...below, kind: "required", says: "required in django, not always sent" };
      yield* inRequest(field(), their, below.pointer);
    }
  }
  for (const [name, field] of theirs.fields) {
    if (ours.fields.has(name) || field().isReadOnly) continue;
    const isBreaking = theirs.required.has(name);
    const kind = isBreaking ? "required" : "extra";
    const says = isBreaking ? "required in django, not sent" : "only in django";
    yield { pointer: `${pointer}.${name}`, isBreaking, kind, says };
  }
  if (ours.items && theirs.items) yield* inRequest(ours.items(), theirs.items(), `${pointer}[]`);
}

interface Operation {
  name: string;
  /** By `query limit`. */
  parameters: Map<string, { name: string; in: string; isRequired: boolean; shape: Shape }>;
  body: Shape | undefined;
  /** By status. */
  answers: Map<string, Shape>;
}
/** Every operation of a document, by method and path, whatever the path's parameters are called. */
function operationsOf(document: unknown): Map<string, Operation> {
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
const keyOf = (operation: string) => operation.replace(/{[^}]*}/g, "{}");

type Part = Omit<Difference, "operation">;
const inPart = (part: string, found: Iterable<Found>): Part[] =>
  [...found].map((one) => ({ ...one, part }));

/** Everything is text in a URL: what we write there … */
const written = (shape: Shape): Shape =>
  shape.format === "decimal" ? { ...shape, types: ["number"] } : shape;
/** … and what they read there, once or several times. */
function readable({ items, ...shape }: Shape): Shape {
  const one = items?.() ?? { ...shape, items };
  return one.types?.includes("string") ? { ...one, types: undefined } : one;
}
function inParameters(ours: Operation, theirs: Operation): Part[] {
  const missing = { kind: "missing", says: "missing in django" } as const;
  const used = [...ours.parameters].flatMap(([key, { name, in: part, shape }]): Part[] => {
    if (part === "path") return []; // an id of Django's own, whatever it calls it
    const their = theirs.parameters.get(key);
    if (!their) return [{ part, pointer: name, isBreaking: true, ...missing }];
    return inPart(part, inRequest(written(shape), readable(their.shape), name));
  });
  const unused = [...theirs.parameters].flatMap(([key, { name, in: part, isRequired }]): Part[] => {
    if (part === "path" || ours.parameters.has(key)) return [];
    const [kind, says] = isRequired
      ? (["required", "required in django, not sent"] as const)
      : (["extra", "only in django"] as const);
    return [{ part, pointer: name, isBreaking: isRequired, kind, says }];
  });
  return [...used, ...unused];
}
function inAnswers(ours: Operation, theirs: Operation): Part[] {
  const isGood = (status: string) => status.startsWith("2");
  const good = [...theirs.answers.keys()].find(isGood);
  const asWhole = (part: string, kind: Found["kind"], says: string, isBreaking = false): Part => {
    return { part, pointer: "", isBreaking, kind, says };
  };
  const known = [...ours.answers].flatMap(([status, shape]): Part[] => {
    const there = isGood(status) ? good : status;
    const their = theirs.answers.get(there ?? "");
    if (!their)
      return isGood(status) ? [asWhole(status, "missing", "not described in django", true)] : [];
    const found = inPart(status, inAnswer(shape, their));
    if (!isGood(status)) return found.map((one) => ({ ...one, isBreaking: false }));
    return there === status ? found : [asWhole(status, "missing", `${there} in django`), ...found];
  });
  const only = (here: Operation, there: Operation) =>
    [...here.answers.keys()].filter((status) => !isGood(status) && !there.answers.has(status));
  const others = [
    asWhole(only(ours, theirs).join(), "missing", "not described in django"),
    asWhole(only(theirs, ours).join(), "extra", "only in django"),
  ];
  return [...known, ...others.filter(({ part }) => part)];
}

/**
 * What another OpenAPI document (3.0 or 3.1, as parsed JSON) says differently from the contract's. Breaking is
 * only where it promises less than the contract needs, or refuses what the contract sends: in answers what is
 * required here, in requests what is sent. An optional field is taken where it fits, so its lack is a note.
 *
 * @param ours what `contract` gives
 * @param theirs such as drf-spectacular writes; where it is no such document, every operation is missing
 */
export function compare(ours: unknown, theirs: unknown): Difference[] {
  const [here, there] = [operationsOf(ours), operationsOf(theirs)];
  const whole = { part: "", pointer: "" };
  const used = [...here].flatMap(([key, our]): Difference[] => {
    const operation = our.name;
    const their = there.get(key);
    if (!their) {
      const isBare = there.has(key.replace(/\/$/, ""));
      const says = `missing in django${isBare ? ", which has it without the last slash" : ""}`;
      return [{ operation, ...whole, isBreaking: true, kind: "missing", says }];
    }
    const body = our.body ? inRequest(our.body, their.body ?? ANYTHING, "$") : [];
    const parts = [...inParameters(our, their), ...inPart("body", body), ...inAnswers(our, their)];
    return parts.map((part) => ({ operation, ...part }));
  });
  const unused = [...there].flatMap(([key, { name: operation }]): Difference[] => {
    if (here.has(key)) return [];
    return [{ operation, ...whole, isBreaking: false, kind: "extra", says: "only in django" }];
  });
  return [...used, ...unused];
}

/** `breaking  GET /api/orders/{order_id}/ 200 $.lines[].item_id  missing in django` */
export function line({ isBreaking, operation, part, pointer, says }: Difference): string {
  const where = [operation, part, pointer].filter(Boolean).join(" ");
  return `${isBreaking ? "breaking" : "note    "}  ${where}  ${says}`;
}

// ── The program ─────────────────────────────────────────────────────────────────────────────────

/** The document's text, as `bun fmt` lays it out. */
export function contractText(): string {
  const fmt = [process.execPath, "fmt", "--stdin-filepath", DOCUMENT];
  const stdin = Buffer.from(JSON.stringify(contract()));
  return Bun.spawnSync(fmt, { cwd: root, stdin, stderr: "inherit" }).stdout.toString();
}

/** What drf-spectacular says of django/. */
async function djangoSchema(): Promise<unknown> {
  await makeVenv();
  const python = [".venv/bin/python", "django/manage.py"];
  const command = [...python, "spectacular", "--format", "openapi-json"];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const child = Bun.spawn(command, { cwd: root, env, stdout: "pipe", stderr: "inherit" });
  const text = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error("manage.py spectacular failed");
  return JSON.parse(text);
}

const lintReport = z.object({
  problems: z.array(
    z.object({
      severity: z.string(),
      ruleId: z.string(),
      message: z.string(),
      location: z.array(z.object({ pointer: z.string().optional() })),
    }),
  ),
});
/**
 * What Redocly's linter says of the document at its recommended level: the most used one, a single package of
 * 15 MB (Spectral is 242 packages, 68 MB) that needs no network. One rule of it is not for Django, whose paths
 * end with a slash.
 */
function lint(): string[] {
  const command = ["node_modules/@redocly/cli/bin/cli.js", "lint", DOCUMENT, "--format=json"];
  const rules = ["--extends=recommended", "--skip-rule=no-path-trailing-slash"];
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const { stdout, stderr } = Bun.spawnSync([process.execPath, ...command, ...rules], {
    cwd: root,
    env,
  });
  if (!stdout.length) throw new Error(`the linter failed: ${stderr}`);
  return lintReport
    .parse(JSON.parse(`${stdout}`))
    .problems.map(({ severity, ruleId, message, location }) =>
      [severity, ruleId, location[0]?.pointer, message].join("  "),
    );
}

async function main(args: string[]): Promise<number> {
  const { check } = parseArgs({ args, options: { check: { type: "boolean" } } }).values;
  const file = Bun.file(`${root}${DOCUMENT}`);
  const text = contractText();
  const isStale = !(await file.exists()) || (await file.text()) !== text;
  if (isStale && !check) await file.write(text);
  const state = check ? "stale: bun run contract writes it anew" : "rewritten";
  console.log(`${DOCUMENT}: ${isStale ? state : "up to date"}`);
  const problems = lint();
  for (const problem of problems) console.log(`${DOCUMENT}: ${problem}`);
  const differences = compare(contract(), await djangoSchema());
  for (const difference of differences) console.log(line(difference));
  const breaking = differences.filter(({ isBreaking }) => isBreaking).length;
  console.log(`django/: ${breaking} breaking, ${differences.length - breaking} notes`);
  return (check && isStale) || problems.length || breaking ? 1 : 0;
}

if (import.meta.main)
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`contract: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
