/** The contract as an OpenAPI document, and what is a difference from it. */
import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { compare, type Difference, line } from "../scripts/contract/compare.ts";
import { contractText } from "../scripts/contract/contract.ts";
import { contract } from "../scripts/contract/document.ts";
import { serveShop } from "../scripts/shop.ts";
import { endpoints } from "../server.ts";

const ours = contract();
const { schemas } = ours.components;

test("openapi.json is what `bun run contract` writes", async () => {
  const file = Bun.file(new URL("../openapi.json", import.meta.url));
  expect(await file.text()).toBe(contractText());
});

test("every endpoint is an operation of its name, and every write has a key and a body", () => {
  const operations = Object.values(ours.paths).flatMap((item) => Object.entries(item));
  const names: string[] = operations.map(([, { operationId }]) => operationId);
  expect(names.toSorted()).toEqual(Object.keys(endpoints).toSorted());
  for (const [method, { parameters, requestBody, responses }] of operations) {
    const key = { $ref: "#/components/parameters/IdempotencyKey" };
    const isWrite = method !== "get";
    expect(Boolean(requestBody)).toBe(isWrite);
    expect((parameters || []).some((parameter) => Bun.deepEquals(parameter, key))).toBe(isWrite);
    expect("409" in responses).toBe(isWrite);
    for (const status of ["401", "429", "503"]) expect(responses).toHaveProperty(status);
  }
});

test("the wire has decimals with a currency beside them, and none of the server's own words", () => {
  const text = JSON.stringify(ours);
  for (const own of ["raw_status", '"unknown"', '"amount","currency"'])
    expect(text).not.toContain(own);
  expect(schemas.Order?.properties).toMatchObject({
    total: { type: ["string", "null"], format: "decimal" },
    currency: { type: ["string", "null"] },
    can_cancel: { type: ["object", "boolean", "null"] },
  });
  expect(schemas.ProductRow?.required).toEqual(["product_id", "name"]);
});

test("what the shop sends fits the document", async () => {
  const { url, stop } = serveShop();
  const get = async (path: string, token = "demo-staff") => {
    const response = await fetch(url + path, { headers: { Authorization: `Token ${token}` } });
    return z.record(z.string(), z.unknown()).parse(await response.json());
  };
  const rows = async (path: string) =>
    z.array(z.record(z.string(), z.unknown())).parse((await get(path)).results);
  // JSON, whatever its types are called here
  const reads = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      z.fromJSONSchema(JSON.parse(JSON.stringify(schema))),
    ]),
  );
  const fits = (name: string, json: unknown) =>
    expect(reads[name]?.safeParse(json).error).toBeUndefined();
  for (const row of await rows("/api/products/search/?q=&limit=20")) {
    fits("ProductRow", row);
    fits("Product", await get(`/api/products/${row.product_id}/`));
  }
  for (const row of await rows("/api/orders/?limit=50")) {
    fits("OrderRow", row);
    fits("Order", await get(`/api/orders/${row.order_id}/`));
    fits("OrderStatus", await get(`/api/orders/${row.order_id}/status/`));
  }
  for (const row of await rows("/api/customers/?postcode=9000")) {
    fits("CustomerRow", row);
    fits("Customer", await get(`/api/customers/${row.customer_id}/`));
  }
  fits("ShopInfo", await get("/api/shop/"));
  await stop();
});

const usual = [
  ["Product", endpoints.product.answer, { product_id: "p", name: "n" }],
  ["Order", endpoints.order.answer, { order_id: "o", status: "pending" }],
] as const;
test.each(usual)("the server knows the usual names of %s", (noun, answer, row) => {
  expect(answer.safeParse(row).success).toBe(true);
  const fields = Object.entries(schemas[noun]?.properties ?? {});
  const named = fields.filter(([, field]) => "x-usual-names" in field);
  expect(named.length).toBeGreaterThan(0);
  for (const [name, { "x-usual-names": names }] of named)
    for (const other of [...z.array(z.string()).parse(names), "other"]) {
      const { [name]: _, ...rest }: Record<string, string> = row;
      expect(answer.safeParse({ ...rest, [other]: "1" }).success).toBe(other !== "other");
    }
});

// ── compare ─────────────────────────────────────────────────────────────────────────────────────

type Json = Record<string, unknown>;
const words = { type: "string" };
const object = (properties: Json, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
});
const content = (schema: unknown) => ({ "application/json": { schema } });
/** A document of one operation. */
const document = (operation: Json, components: Json = {}) => ({
  openapi: "3.0.3",
  paths: { "/api/orders/{id}/": { post: operation } },
  components: { schemas: components },
});
const answering = (schema: unknown, components?: Json) =>
  document({ responses: { "200": { content: content(schema) } } }, components);
const taking = (schema: unknown, parameters: Json[] = []) =>
  document({
    parameters,
    requestBody: { content: content(schema) },
    responses: { "200": { content: content({ type: "object" }) } },
  });
const query = (name: string, schema: Json, required = false) => ({
  name,
  in: "query",
  schema,
  required,
});
const told = (differences: Difference[]) =>
  differences.map((difference) => line(difference).replace("POST /api/orders/{id}/ ", ""));

const decimal = { type: "string", format: "decimal" };
const status = { type: "string", enum: ["open", "closed"] };
const order = object(
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
const but = (fields: Json, required = Object.keys({ ...order.properties, ...fields })) => {
  const properties = { ...order.properties, ...fields };
  const there = Object.entries(properties).filter(([, field]) => field !== undefined);
  return object(
    Object.fromEntries(there),
    required.filter((name) => there.some(([one]) => one === name)),
  );
};
const linesOf = (fields: Json) => ({ lines: { type: "array", items: object(fields) } });

describe("in an answer", () => {
  test.each([
    ["the same", but({}), []],
    ["a field is missing", but({ total: undefined }), ["breaking  200 $.total  missing in django"]],
    [
      "a field is renamed",
      but({ total: undefined, grand_total: decimal }),
      ["breaking  200 $.total  missing in django", "note      200 $.grand_total  only in django"],
    ],
    [
      "a field has a usual name",
      but({ id: undefined, pk: { type: "integer" } }),
      ["note      200 $.id  pk in django"],
    ],
    [
      "a field that is taken is missing",
      but({ note: undefined }),
      ["note      200 $.note  missing in django"],
    ],
    [
      "a field is retyped",
      but({ status: { type: "integer" } }),
      ["breaking  200 $.status  string here, integer in django"],
    ],
    [
      "a field that is taken is retyped",
      but({ note: { type: "integer" } }),
      ["note      200 $.note  string here, integer in django"],
    ],
    [
      "anything may be there",
      but({ status: {} }),
      ["breaking  200 $.status  string here, anything in django"],
    ],
    ["a narrower type is promised", but({ id: { type: "integer" }, note: words }), []],
    [
      "money is a number",
      but({ total: { type: "number", format: "double" } }),
      ["note      200 $.total  string here, number in django"],
    ],
    [
      "money is any text",
      but({ total: words }),
      ["breaking  200 $.total  decimal here, none in django"],
    ],
    [
      "a field may be null (3.0)",
      but({ total: { ...decimal, nullable: true } }),
      ["breaking  200 $.total  may be null in django"],
    ],
    [
      "a field may be null (3.1)",
      but({ total: { ...decimal, type: ["string", "null"] } }),
      ["breaking  200 $.total  may be null in django"],
    ],
    ["a field that is taken may be null", but({ note: { type: "string", nullable: true } }), []],
    [
      "a field is optional",
      but({}, ["id", "status", "lines"]),
      ["breaking  200 $.total  optional in django"],
    ],
    [
      "a status is unheard of",
      but({ status: { type: "string", enum: ["open", "lost"] } }),
      ["note      200 $.status  lost besides in django"],
    ],
    [
      "a status is any text",
      but({ status: words }),
      ["note      200 $.status  anything besides in django"],
    ],
    ["a status is dropped", but({ status: { type: "string", enum: ["open"] } }), []],
    [
      "a list's field is renamed",
      but(linesOf({ title: words, note: words })),
      [
        "breaking  200 $.lines[].name  missing in django",
        "note      200 $.lines[].title  only in django",
      ],
    ],
    [
      "a list's field is retyped",
      but(linesOf({ name: { type: "boolean" }, note: words })),
      ["breaking  200 $.lines[].name  string here, boolean in django"],
    ],
    [
      "a list is an object",
      but({ lines: { type: "object" } }),
      ["breaking  200 $.lines  array here, object in django"],
    ],
    [
      "a free value is retyped",
      but({ options: { type: "object", additionalProperties: { type: "array" } } }),
      ["note      200 $.options.*  string here, array in django"],
    ],
    [
      "a field is only for bodies",
      but({ total: { ...decimal, writeOnly: true } }),
      ["breaking  200 $.total  missing in django"],
    ],
  ])("%s", (_, theirs, expected) => {
    expect(told(compare(answering(order), answering(theirs)))).toEqual(expected);
  });

  test("references, allOf, oneOf and null are read as drf-spectacular writes them", () => {
    const theirs = but({
      status: { allOf: [{ $ref: "#/components/schemas/Open" }], readOnly: true },
      note: {
        nullable: true,
        oneOf: [{ $ref: "#/components/schemas/Blank" }, words, { enum: [null] }],
      },
      lines: { $ref: "#/components/schemas/Lines" },
    });
    const components = {
      Open: { enum: ["open"], type: "string" },
      Blank: { enum: [""] },
      Lines: { type: "array", items: { $ref: "#/components/schemas/Line" } },
      Line: object({ name: { oneOf: [words, { type: "null" }] }, note: words }),
    };
    expect(told(compare(answering(order), answering(theirs, components)))).toEqual([
      "breaking  200 $.lines[].name  may be null in django",
    ]);
  });

  test("a bare list is a page, and its rows are compared", () => {
    const page = object({ results: { type: "array", items: object({ id: words }) } });
    const list = { type: "array", items: object({ id: { type: "boolean" } }) };
    expect(told(compare(answering(page), answering(list)))).toEqual([
      "note      200 $  a bare list in django",
      "breaking  200 $[].id  string here, boolean in django",
    ]);
  });

  test("a success of another number is one; other statuses are notes", () => {
    const response = { content: content(order) };
    const theirs = document({ responses: { "201": response, "418": {} } });
    const mine = document({ responses: { "200": response, "404": response, "409": response } });
    expect(told(compare(mine, theirs))).toEqual([
      "note      200  201 in django",
      "note      404,409  not described in django",
      "note      418  only in django",
    ]);
    expect(told(compare(mine, document({ responses: {} })))[0]).toBe(
      "breaking  200  not described in django",
    );
  });
});

const reason = { type: "string", enum: ["late", "wrong"] };
const body = object({ reason, item: words, note: words }, ["reason", "item"]);
describe("in a request", () => {
  const as = (fields: Json, required = ["reason", "item"]) =>
    object({ ...body.properties, ...fields }, required);
  test.each([
    ["the same", as({}), []],
    [
      "a value is dropped",
      as({ reason: { enum: ["late"] } }),
      ["breaking  body $.reason  not wrong in django"],
    ],
    ["a value is added", as({ reason: { enum: ["late", "wrong", "other"] } }), []],
    [
      "text has to be a choice",
      as({ item: status }),
      ["breaking  body $.item  not anything else in django"],
    ],
    [
      "another property is required",
      as({ why: words }, ["reason", "item", "why"]),
      ["breaking  body $.why  required in django, not sent"],
    ],
    ["another property is possible", as({ why: words }), ["note      body $.why  only in django"]],
    [
      "what is sent at times is required",
      as({}, ["reason", "item", "note"]),
      ["breaking  body $.note  required in django, not always sent"],
    ],
    ["what is sent may be left out", as({}, []), []],
    [
      "a property is renamed",
      object({ reason, sku: words, note: words }, ["reason"]),
      ["breaking  body $.item  missing in django", "note      body $.sku  only in django"],
    ],
    [
      "a property is retyped",
      as({ item: { type: "integer" } }),
      ["breaking  body $.item  string here, integer in django"],
    ],
    [
      "a property has a form",
      as({ item: { type: "string", format: "uuid" } }),
      ["note      body $.item  none here, uuid in django"],
    ],
    [
      "what is required is only for answers",
      as({ id: { ...words, readOnly: true } }, ["reason", "item", "id"]),
      [],
    ],
  ])("%s", (_, theirs, expected) => {
    expect(told(compare(taking(body), taking(theirs)))).toEqual(expected);
  });

  const limit = query("limit", { type: "integer" });
  test.each([
    ["the same", [limit], []],
    ["it is missing", [], ["breaking  query limit  missing in django"]],
    ["it is wider", [query("limit", { type: "number" })], []],
    ["it is a text", [query("limit", words)], []],
    ["it is a list", [query("limit", { type: "array", items: words })], []],
    [
      "it is narrower",
      [query("limit", { type: "boolean" })],
      ["breaking  query limit  integer here, boolean in django"],
    ],
    ["it is required, and sent", [query("limit", { type: "integer" }, true)], []],
    [
      "another is required",
      [limit, query("shop", words, true)],
      ["breaking  query shop  required in django, not sent"],
    ],
    [
      "another is possible",
      [limit, query("shop", words)],
      ["note      query shop  only in django"],
    ],
    [
      "a path's id is a number",
      [limit, { name: "id", in: "path", required: true, schema: { type: "integer" } }],
      [],
    ],
  ])("of a parameter: %s", (_, theirs, expected) => {
    expect(told(compare(taking({}, [limit]), taking({}, theirs)))).toEqual(expected);
  });
});

describe("of operations", () => {
  const operation = { responses: { "200": {} } };
  const at = (path: string, method = "get") => ({ paths: { [path]: { [method]: operation } } });
  const missing = "breaking  GET /api/orders/{order_id}/  missing in django";
  test.each([
    ["an id's name is Django's own", at("/api/orders/{pk}/"), []],
    [
      "another place",
      at("/api/order/{pk}/"),
      [missing, "note      GET /api/order/{pk}/  only in django"],
    ],
    [
      "another method",
      at("/api/orders/{pk}/", "put"),
      [missing, "note      PUT /api/orders/{pk}/  only in django"],
    ],
    [
      "no slash at the end",
      at("/api/orders/{pk}"),
      [
        `${missing}, which has it without the last slash`,
        "note      GET /api/orders/{pk}  only in django",
      ],
    ],
  ])("%s", (_, theirs, expected) => {
    expect(compare(at("/api/orders/{order_id}/"), theirs).map(line)).toEqual(expected);
  });
});

describe("of the contract", () => {
  test("there is none from itself", () => {
    expect(compare(ours, ours)).toEqual([]);
  });

  const changed = (change: (schema: Json, name: string) => void) => {
    const theirs = structuredClone(ours);
    for (const [name, schema] of Object.entries(theirs.components.schemas)) change(schema, name);
    return compare(ours, theirs);
  };
  const nouns = Object.entries(schemas);
  const needed = nouns.flatMap(([noun, { required = [] }]) => required.map((name) => [noun, name]));
  const every = nouns.flatMap(([noun, { properties = {} }]) =>
    Object.keys(properties).map((name) => [noun, name]),
  );

  test.each(every)("%s.%s renamed is named", (noun, field) => {
    const found = changed((schema, name) => {
      if (name !== noun) return;
      const properties = z.record(z.string(), z.unknown()).parse(schema.properties);
      const renamed = Object.entries(properties).map(([key, value]) => [
        key === field ? "renamed" : key,
        value,
      ]);
      schema.properties = Object.fromEntries(renamed);
    });
    const missing = found.filter(({ kind }) => kind === "missing");
    expect(missing.length).toBeGreaterThan(0);
    const isNeeded = needed.some((one) => Bun.deepEquals(one, [noun, field]));
    for (const { pointer, isBreaking } of missing) {
      expect(pointer).toEndWith(`.${field}`);
      expect(isBreaking).toBe(isNeeded);
    }
  });
  test.each(needed)("%s.%s optional or retyped is breaking", (noun, field) => {
    const optional = changed((schema, name) => {
      if (name === noun) schema.required = [];
    });
    const retyped = changed((schema, name) => {
      if (name === noun)
        schema.properties = { ...(schema.properties as Json), [field]: { type: "array" } }; // of a noun
    });
    for (const [kind, found] of [
      ["required", optional],
      ["type", retyped],
    ] as const)
      expect(
        found.some(
          (one) => one.isBreaking && one.kind === kind && one.pointer.endsWith(`.${field}`),
        ),
      ).toBe(true);
  });
  test.each(Object.keys(ours.paths))("%s is missed", (path) => {
    const { [path]: gone, ...paths } = ours.paths;
    const found = compare(ours, { ...ours, paths });
    expect(found.map(({ isBreaking, kind }) => [isBreaking, kind])).toEqual(
      Object.keys(gone ?? {}).map(() => [true, "missing"]),
    );
  });
});

const itself = { allOf: [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/A" }] };
test.each(
  Object.entries({
    nothing: undefined,
    null: null,
    "a page": "<html>",
    "a list": [],
    "paths that are a number": { paths: 1 },
    "a path that is null": { paths: { "/api/shop/": null } },
    "another operation": answering({ $ref: "#/components/schemas/A" }, { A: itself }),
    "an answer elsewhere": {
      paths: { "/api/shop/": { get: { responses: { 200: { $ref: "elsewhere.json#/x" } } } } },
    },
    "an operation of the wrong types": {
      paths: { "/api/shop/": { get: { parameters: {}, responses: [] } } },
    },
  }),
)("%s has nothing that the contract needs", (_, theirs) => {
  const found = compare(ours, theirs).filter(({ isBreaking }) => isBreaking);
  expect(new Set(found.map(({ operation }) => operation)).size).toBe(Object.keys(endpoints).length);
});
test("a document that goes round in circles is read to an end", () => {
  const circle = {
    A: {
      ...itself,
      oneOf: [itself, itself],
      properties: { id: { $ref: "#/components/schemas/A" } },
    },
  };
  const theirs = answering({ $ref: "#/components/schemas/A" }, circle);
  expect(compare(answering(order), theirs).length).toBeGreaterThan(0);
});
