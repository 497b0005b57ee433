/** What hosts are shown: the rules that every tool keeps, and a snapshot that fails when it changes unnoticed. */
import {
  hostHeaderValidationResponse,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import { expect, test } from "bun:test";
import { surfaceFiles } from "../scripts/surface.ts";
import { BOUNDS, measureTokens, type Measured } from "../scripts/tokens.ts";
import { REFUSALS, VIEWS } from "../scripts/troubleshooting.ts";
import { allTools, groups, tools as usualTools, VERSION } from "../server.ts";
import { type SettingsInput, LANES, lanes } from "./harness/lanes.ts";

const settings = { django_api_base: "http://127.0.0.1:9", django_api_token: "none" };

test.each(Object.entries(await surfaceFiles()))(
  "%s is what `bun run surface` writes",
  async (file, text) => {
    expect(await Bun.file(new URL(`../${file}`, import.meta.url)).text()).toBe(text);
  },
);

test("callers are turned away in the words that TROUBLESHOOTING.md has", async () => {
  const files = ["bearer", "tokens"].map((name) => `../http/guards/${name}.ts`);
  const sources = files.map((file) => Bun.file(new URL(file, import.meta.url)).text());
  const stranger = new Request("http://localhost", {
    headers: { host: "name", origin: "http://name" },
  });
  const ofSdk = [hostHeaderValidationResponse, originValidationResponse].map((check) =>
    check(stranger, ["localhost"])?.text(),
  );
  const texts = await Promise.all([...sources, ...ofSdk]);
  const said = texts.join("\n").replace(/(?<=Invalid (Host|Origin): )name/g, "<name>");
  for (const [message] of REFUSALS) expect(said).toContain(message);
});
test("a view that is not there is reported in the words that TROUBLESHOOTING.md has", async () => {
  const source = await Bun.file(new URL("../ui/resource.ts", import.meta.url)).text();
  for (const [message] of VIEWS.slice(0, 2))
    expect(source).toContain(message.replace("<reason>", "${reason}"));
});

const measured = await measureTokens();
test.each(Object.entries(BOUNDS))("%s: at most %d tokens", (name, most) => {
  expect(measured[name as Measured]).toBeWithin(most * 0.7, most + 1); // a bound far off holds nothing
});

test("VERSION is the version of the package", async () => {
  expect((await import("../package.json")).version).toBe(VERSION);
});

/** Every schema inside a schema. */
function* schemasIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>; // a JSON object
  for (const part of Object.values(value)) yield* schemasIn(part);
}

test.each(LANES)("%s: every tool keeps the rules that hosts have", async (lane) => {
  const host = await lanes[lane]({ ...settings, tools: Object.keys(groups).join() });
  const { tools } = await host.listTools();
  await host.close();
  expect(tools.map(({ name }) => name)).toEqual(Object.keys(allTools));
  for (const { name, title, description, annotations, inputSchema, outputSchema } of tools) {
    expect(name).toMatch(/^[a-z_]{1,64}$/);
    expect(title?.length).toBeGreaterThan(3);
    expect(description?.length).toBeWithin(20, 300);
    const isWrite = name in groups.changes;
    expect(annotations).toEqual({
      readOnlyHint: !isWrite,
      destructiveHint: isWrite,
      idempotentHint: !isWrite,
      openWorldHint: false,
    });
    expect(outputSchema?.type).toBe("object");
    for (const schema of [...schemasIn(inputSchema), ...schemasIn(outputSchema)]) {
      for (const keyword of ["anyOf", "oneOf", "allOf", "$ref", "$defs", "not"])
        expect(schema).not.toHaveProperty(keyword);
      if ("type" in schema && "properties" in schema) expect(typeof schema.type).toBe("string");
    }
    for (const schema of schemasIn(inputSchema))
      if (schema.type === "integer") expect(Number(schema.maximum)).toBeWithin(1, 2 ** 31);
    for (const { type, ...schema } of schemasIn(outputSchema)) {
      if (typeof type !== "string") continue; // names of fields
      for (const check of ["pattern", "minLength", "maxLength", "minimum", "maximum"])
        expect(schema).not.toHaveProperty(check);
      expect(schema["additionalProperties"]).not.toBe(false);
    }
    for (const schema of Object.values(inputSchema.properties ?? {}))
      expect(schema).toHaveProperty("type", expect.any(String));
  }
});

test("search_products and get_order_status keep their names, arguments and defaults", async () => {
  const host = await lanes["memory-modern"](settings);
  const { tools } = await host.listTools();
  await host.close();
  const inputOf = (wanted: string) => tools.find(({ name }) => name === wanted)?.inputSchema;
  expect(inputOf("search_products")).toMatchObject({
    required: ["query"],
    properties: {
      query: { type: "string" },
      limit: { type: "integer", default: 10, minimum: 1, maximum: 50 },
    },
  });
  expect(inputOf("get_order_status")).toMatchObject({
    required: ["order_id"],
    properties: { order_id: { type: "string" } },
  });
});

const reads = Object.keys(usualTools).filter((name) => !(name in groups.changes));
const [catalog, orders] = [Object.keys(groups.catalog), Object.keys(groups.orders)];
test.each<[string, Partial<SettingsInput>, string[]]>([
  ["by default", {}, Object.keys(usualTools)],
  ["with --tools chatgpt", { tools: "chatgpt" }, ["search", "fetch"]],
  ["without a token", { django_api_token: undefined }, catalog],
  [
    "without a token and with --tools",
    { django_api_token: undefined, tools: "catalog,get_order_status" },
    [...catalog, "get_order_status"],
  ],
  ["with --tools orders", { tools: "orders" }, orders],
  [
    "with --tools for a group and a tool",
    { tools: "orders, get_product" },
    ["get_product", ...orders],
  ],
  ["with --read-only", { read_only: "true" }, reads],
  [
    "with --read-only and --tools for changes",
    { read_only: "true", tools: "orders,changes,cancel_order" },
    orders,
  ],
])(
  "%s hosts see these tools, and only prompts and resources that work with them",
  async (_, more, expected) => {
    const host = await lanes["memory-legacy"]({ ...settings, ...more });
    const names = (await host.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expected);
    const { resourceTemplates } = await host
      .listResourceTemplates()
      .catch(() => ({ resourceTemplates: [] }));
    const { prompts } = await host.listPrompts().catch(() => ({ prompts: [] }));
    expect(resourceTemplates.some(({ uriTemplate }) => uriTemplate.includes("orders"))).toBe(
      names.includes("get_order"),
    );
    expect(prompts.some((prompt) => prompt.name === "track_order")).toBe(
      names.includes("get_order"),
    );
    expect(prompts.some((prompt) => prompt.name === "find_gift")).toBe(
      names.includes("search_products"),
    );
    if (!names.includes("get_order"))
      await expect(
        host.callTool({ name: "get_order", arguments: { order_id: "1" } }),
      ).rejects.toThrow(/not found/);
    await host.close();
  },
);
