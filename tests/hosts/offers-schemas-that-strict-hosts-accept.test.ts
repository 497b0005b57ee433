/** What a host is shown, held to the rules of the strictest of them. */
import { describe, expect, test } from "bun:test";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { allTools, groups, openShop, settingsSchema } from "../../server.ts";
import { LANES, lanes } from "../harness/lanes.ts";

interface Schema {
  type?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: unknown;
  enum?: unknown[];
  default?: unknown;
  [keyword: string]: unknown;
}
const given = { django_api_base: "http://django.test", django_api_token: "t" };
const host = await lanes["memory-modern"]({ ...given, tools: Object.keys(groups).join() });
const listed = (await host.listTools()).tools;
await host.close();
const inputs = listed.map(({ name, inputSchema }) => [name, inputSchema as Schema] as const); // JSON
const outputs = listed.map(({ name, outputSchema }) => [name, outputSchema as Schema] as const);
const all = [...inputs, ...outputs];

/** The schema and all that it holds. */
function partsOf(schema: Schema): Schema[] {
  const { properties = {}, items, additionalProperties } = schema;
  const rest = typeof additionalProperties === "object" ? [additionalProperties as Schema] : [];
  const inner = [...Object.values(properties), ...(items ? [items] : []), ...rest];
  return [schema, ...inner.flatMap(partsOf)];
}

test("every tool is offered", () => {
  expect(inputs.map(([name]) => name)).toEqual(Object.keys(allTools));
});

describe("any host", () => {
  test.each(all)("%s: no unions, no references, one type each, no dialect", (_, schema) => {
    for (const part of partsOf(schema)) {
      expect(part.type).toBeOneOf(["object", "array", "string", "number", "integer", "boolean"]);
      for (const keyword of ["anyOf", "oneOf", "allOf", "not", "$ref", "$defs", "$schema", "const"])
        expect(part).not.toHaveProperty(keyword);
    }
  });
});

describe("Ajv in strict mode", () => {
  test.each(all)("%s compiles, as a schema of 2020-12 and of draft 7", (_, schema) => {
    for (const Validator of [Ajv2020, Ajv]) new Validator({ strict: true }).compile(schema);
  });
});

describe("the SDK for Go", () => {
  test.each(all)("%s: each default is valid by its own schema", (_, schema) => {
    for (const part of partsOf(schema).filter((one) => "default" in one))
      expect(new Ajv2020().validate(part, part.default)).toBe(true);
  });
});

/** An argument as OpenAI's strict mode fills it in when the model has nothing to say. */
function emptyValue(schema: Schema): unknown {
  const empty: Record<string, unknown> = { string: "", boolean: false, number: 0, integer: 0 };
  return schema.default ?? (schema.enum ? undefined : empty[String(schema.type)]);
}
describe("OpenAI's strict mode, which fills in every argument", () => {
  /** https://platform.openai.com/docs/guides/structured-outputs#supported-schemas */
  const SUPPORTED =
    "type properties required additionalProperties description enum items default minimum maximum minItems maxItems minLength maxLength".split(
      " ",
    );
  test.each(inputs)("%s: closed objects, and no keyword that it does not know", (_, schema) => {
    for (const part of partsOf(schema)) {
      expect(SUPPORTED).toEqual(expect.arrayContaining(Object.keys(part)));
      if (part.type === "object") expect(part.additionalProperties).toBe(false);
    }
  });

  const optional = inputs.flatMap(([name, { properties = {}, required = [] }]) =>
    Object.entries(properties)
      .filter(([argument]) => !required.includes(argument))
      .map(([argument, schema]) => [`${name} ${argument}`, schema] as const),
  );
  test.each(optional)("%s has a value that means nothing, and is valid", (_, schema) => {
    const value = emptyValue(schema);
    expect(value).toBeDefined();
    expect(new Ajv2020().validate(schema, value)).toBe(true);
  });

  /** The requests that a call leads to; the shop answers every one as if nothing were there. */
  async function requestsOf(name: string, args: object) {
    const asked: string[] = [];
    const fetch = async (url: string) => (asked.push(url), Response.json({ results: [] }));
    const shop = openShop(settingsSchema.parse(given), { fetch });
    const tool = Object.entries(allTools).find(([one]) => one === name)?.[1];
    await tool?.call(name, args, shop).catch(() => {});
    return asked;
  }
  const required: Record<string, object> = {
    search_products: { query: "linen" },
    list_orders: {},
    find_customer: { email: "mia@example.com" },
    get_customer: {},
    change_customer_address: { line1: "x", city: "y", postcode: "1", country: "SE" },
  };
  test.each(Object.entries(required))(
    "%s asks the same with them as without",
    async (name, args) => {
      const { properties = {} } = inputs.find(([one]) => one === name)?.[1] ?? {};
      const empty = Object.entries(properties).map(([one, schema]) => [one, emptyValue(schema)]);
      const filled = { ...Object.fromEntries(empty), ...args };
      const nulled = { ...Object.fromEntries(empty.map(([one]) => [one, null])), ...args };
      const blank = {
        ...filled,
        category: " ",
        email: "email" in args ? "mia@example.com" : "\u200b",
      };
      const asked = await requestsOf(name, args);
      expect(asked).not.toEqual([]);
      expect(asked.join()).not.toMatch(/any|relevance|=0|false/);
      expect(await requestsOf(name, filled)).toEqual(asked);
      expect(await requestsOf(name, nulled)).toEqual(asked);
      if (name === "search_products") expect(await requestsOf(name, blank)).toEqual(asked);
    },
  );
  test.each([
    {},
    { email: "" },
    { email: " ", first_name: "\u200b", last_name: "", postcode: null },
  ])("find_customer asks for nobody with %p", async (args) =>
    expect(await requestsOf("find_customer", args)).toEqual([]),
  );
});

test.each(LANES)("prompts are described, and no list is said to change (%s)", async (lane) => {
  const host = await lanes[lane](given);
  for (const { title, description } of (await host.listPrompts()).prompts) {
    expect(title).toBeTruthy();
    expect(description).toMatch(/^[A-Z].{20,}\.$/);
  }
  const { tools, resources, prompts } = host.getServerCapabilities() ?? {};
  const hears = ["stdio-legacy", "stdio-modern", "http-modern"].includes(lane); // of changes of one resource
  expect({ tools, resources, prompts }).toEqual({
    tools: { listChanged: false },
    resources: { listChanged: false, ...(hears && { subscribe: true }) },
    prompts: { listChanged: false },
  });
  await host.close();
});
test("what a server does not offer it does not declare", async () => {
  const host = await lanes["memory-modern"]({ ...given, tools: "get_order_status" });
  expect(host.getServerCapabilities()).toEqual({
    tools: { listChanged: false },
    resources: { listChanged: false }, // the view that draws it
    extensions: { "io.modelcontextprotocol/ui": {} },
  });
  await host.close();
});
