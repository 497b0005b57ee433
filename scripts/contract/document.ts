/** The contract with Django as an OpenAPI 3.1 document, made of `endpoints` and their schemas in server.ts. */
import * as z from "zod";
import { type EndpointName, endpoints, groups, tools, VERSION } from "../../server.ts";
import {
  AN_ID,
  answerOf,
  bodyOf,
  capital,
  changed,
  DECIMAL,
  nounSchemas,
  type Schema,
} from "./wire-schemas.ts";

/** Only these are for staff, in part or wholly. */
const FOR_STAFF = ["orders", "customers"];
const CREATING = ["contactSupport"];
/** What tools call their arguments, where the query has another name. */
const ARGUMENTS: Record<string, string> = { q: "query", ordering: "sort", customer: "customer_id" };

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
