/**
 * The contract with Django as an OpenAPI 3.1 document, generated from `endpoints` and their schemas in
 * server.ts. `contract.ts` writes `openApiDocument` to openapi.json; the doctor compares shops with it.
 */
import * as z from "zod";
import { type EndpointName, endpoints } from "../../shop/contract.ts";
import { groups, tools, VERSION } from "../../server.ts";
import {
  capitalize,
  componentSchemas,
  DECIMAL_SCHEMA,
  ID_SCHEMA,
  type JsonSchema,
  mapValues,
  requestSchema,
  responseSchema,
} from "./wire-schemas.ts";

/** Endpoints that answer 403 to customers, always or for some parameters. */
const STAFF_ENDPOINTS = ["orders", "customers"];
/** Endpoints that read what has a version. The changes of these have it, too. */
const VERSIONED = ["order", "customer"];
/** Endpoints that answer 201. */
const CREATING_ENDPOINTS = ["contactSupport"];
/** The tools' names for parameters that have another name there. */
const ARGUMENT_NAMES: Record<string, string> = {
  q: "query",
  ordering: "sort",
  customer: "customer_id",
};

const jsonContent = (schema: JsonSchema) => ({ "application/json": { schema } });
const text = { type: "string" };
const detailSchema: JsonSchema = {
  type: "object",
  properties: { detail: text },
  required: ["detail"],
};
const ruleViolationSchema: JsonSchema = {
  type: "object",
  properties: { detail: text, code: text },
  required: ["detail", "code"],
};
const retryAfter = { "Retry-After": { description: "Seconds, or a date", schema: text } };
/** The answers that are no success, by status. */
const errorResponses = {
  400: {
    description:
      "Reasons by field, or `{detail}`; `{detail, code}` for a change without an Idempotency-Key",
    content: jsonContent({ type: "object", additionalProperties: {} }),
  },
  401: { description: "The token is missing or not valid", content: jsonContent(detailSchema) },
  403: { description: "Only staff have access", content: jsonContent(detailSchema) },
  404: {
    description: "Not found, or not visible to the caller",
    content: jsonContent(detailSchema),
  },
  409: {
    description: "A rule of the shop forbids the change, or the key was used for another request",
    content: jsonContent(ruleViolationSchema),
  },
  412: {
    description: "If-Match names another version than the present one",
    content: jsonContent(ruleViolationSchema),
  },
  429: {
    description: "Too many requests",
    headers: retryAfter,
    content: jsonContent(detailSchema),
  },
  503: { description: "Temporarily unavailable", headers: retryAfter },
};

/**
 * The arguments of all tools by name: a query parameter has the limits of the argument that fills it, and its values
 * but for the default, which means nothing and is never sent.
 */
const toolArguments: Record<string, JsonSchema> = Object.assign(
  {},
  ...Object.values(tools).map(({ input }) => z.toJSONSchema(input).properties),
);
function queryParameter(type: string, name: string) {
  const argument = toolArguments[ARGUMENT_NAMES[name] ?? name];
  const { enum: all, default: unsent, minimum, maximum } = argument ?? {};
  const values = all?.filter((value) => value !== unsent);
  const range = type === "integer" && { minimum, maximum };
  const schema =
    type === "decimal" ? DECIMAL_SCHEMA : { type, ...(values && { enum: values }), ...range };
  return { name, in: "query", schema };
}

const catalogEndpoints = new Set(Object.values(groups.catalog).flatMap(({ needs }) => needs));
function operationObject(name: EndpointName) {
  const { method, what, path, body, answer } = endpoints[name];
  const ids = [...path.template.matchAll(/{(\w+)}/g)].map(([, id = ""]) => id);
  const isWrite = method !== "GET";
  const isChange = isWrite && name !== "previewChange";
  const isVersioned = VERSIONED.includes(name) || (isChange && ids.length > 0);
  const hasInput = isWrite || Object.keys(path.query).length > 0;
  const isPossible: Record<keyof typeof errorResponses, boolean> = {
    400: hasInput,
    401: true, // a wrong token is refused even where none is needed
    403: STAFF_ENDPOINTS.includes(name),
    404: hasInput || ids.length > 0, // an id in the path or the body, or a cursor
    409: isWrite,
    412: isVersioned && isChange,
    429: true,
    503: true,
  };
  const errors = Object.entries(isPossible).filter(([, isPossible]) => isPossible);
  const parameters = [
    ...ids.map((id) => ({ name: id, in: "path", required: true, schema: ID_SCHEMA })),
    ...Object.values(mapValues(path.query, queryParameter)),
    ...(isChange ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ...(isVersioned && isChange ? [{ $ref: "#/components/parameters/IfMatch" }] : []),
  ];
  const success = {
    description: capitalize(what),
    ...(isVersioned && { headers: { ETag: { $ref: "#/components/headers/ETag" } } }),
    content: jsonContent(responseSchema(answer)),
  };
  const isPublic = catalogEndpoints.has(endpoints[name]);
  return {
    operationId: name,
    summary: capitalize(what),
    security: [...(isPublic ? [{}] : []), { Token: [] }, { Bearer: [] }],
    ...(parameters.length && { parameters }),
    ...(isWrite && {
      requestBody: { required: true, content: jsonContent(requestSchema(body)) },
    }),
    responses: {
      [CREATING_ENDPOINTS.includes(name) ? 201 : 200]: success,
      ...mapValues(Object.fromEntries(errors), (_, status) => ({
        $ref: `#/components/responses/${status}`,
      })),
    },
  };
}

/** The OpenAPI document of everything that the server requests from Django. */
export function openApiDocument() {
  const names = Object.keys(endpoints) as EndpointName[]; // its own keys
  const paths: Record<string, Record<string, ReturnType<typeof operationObject>>> = {};
  for (const name of names) {
    const { method, path } = endpoints[name];
    paths[path.template] = {
      ...paths[path.template],
      [method.toLowerCase()]: operationObject(name),
    };
  }
  const IdempotencyKey = {
    name: "Idempotency-Key",
    in: "header",
    required: true,
    description:
      "Unique for each change: one that is sent again with the same key takes effect once",
    schema: { type: "string", pattern: "^[!-~]{1,255}$" },
  };
  const IfMatch = {
    name: "If-Match",
    in: "header",
    description: `The version that the user was shown, as \`"version"\`. Where that is no longer the present one, the
change is refused with 412. A known Idempotency-Key is answered before that is compared`,
    schema: text,
  };
  const ETag = { description: 'The `version` of the answer, as `"version"`', schema: text };
  const Token = {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: "`Token` and a key, as in Django REST framework's TokenAuthentication",
  };
  return {
    openapi: "3.1.1",
    info: {
      title: "The API of a Django shop, as django-shop-mcp uses it",
      version: VERSION,
      description: `The server needs the required fields of an answer. It uses optional ones where they are
present; they may be null. Further fields are ignored. A list may also be a bare array instead of a page, and a
field with x-usual-names may have one of those names.`,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "https://shop.example", description: "Your Django" }],
    paths,
    components: {
      securitySchemes: { Token, Bearer: { type: "http", scheme: "bearer" } },
      parameters: { IdempotencyKey, IfMatch },
      headers: { ETag },
      responses: errorResponses,
      schemas: componentSchemas,
    },
  };
}
