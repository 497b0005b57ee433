/**
 * What Claude's connectors directory and ChatGPT's ask of a server, as far as a test can hold it: docs/directories.md
 * says the rest.
 *
 * @see https://support.claude.com/en/articles/13145358-anthropic-software-directory-policy
 * @see https://claude.com/docs/connectors/building/review-criteria
 * @see https://developers.openai.com/apps-sdk/app-submission-guidelines
 * @see https://developers.openai.com/api/docs/mcp
 */
import { describe, expect, test } from "bun:test";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { allTools, groups, NAME, openShop, readSettings, settingsSchema } from "../../server.ts";
import { accessOf } from "../../settings.ts";
import { serveShop } from "../../scripts/shop.ts";
import { singleLine } from "../../shop/text.ts";
import { fill } from "../answers/very-long-answers.ts";
import { lanes, textOf } from "../harness/lanes.ts";
import { allStories } from "../harness/stories.ts";

const everything = {
  django_api_base: "http://127.0.0.1:9",
  django_api_token: "none",
  tools: Object.keys(groups).join(),
};
const host = await lanes["memory-modern"](everything);
const { tools: listed } = await host.listTools();
const { prompts } = await host.listPrompts();
await host.close();
const named = listed.map((tool) => [tool.name, tool] as const);
const definitions = Object.entries(allTools);

test("every tool is looked at", () => {
  expect(listed.map(({ name }) => name)).toEqual(Object.keys(allTools));
});

describe("Claude's directory", () => {
  test.each(named)(
    "%s has a title, and says either that it reads or that it changes",
    (_, tool) => {
      const { title, annotations: { readOnlyHint, destructiveHint } = {} } = tool;
      expect(title).toMatch(/^[A-Z][a-z ]+$/);
      expect([readOnlyHint, destructiveHint]).toBeOneOf([
        [true, false],
        [false, true],
      ]);
    },
  );
  test.each(named)(
    "%s stays within 64 characters where a host puts the server's name before it",
    (name) => {
      expect(`mcp__${NAME}__${name}`.length).toBeLessThanOrEqual(64);
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    },
  );
  test.each(definitions)("%s either reads or changes, as it says", (name, { isWrite, needs }) => {
    const methods = needs.map(({ method }) => method);
    expect(methods.some((method) => method !== "GET")).toBe(isWrite);
    expect(isWrite).toBe(name in groups.changes);
  });
  test.each(named)("%s is no door to a whole API", (_, { inputSchema }) => {
    const names = Object.keys(inputSchema.properties ?? {});
    expect(names).not.toContainAnyValues(
      "method action operation path url uri endpoint body headers".split(" "),
    );
  });

  /** Every text of a tool that a model reads. */
  const textsOf = (value: unknown): string[] =>
    typeof value === "string"
      ? [value]
      : typeof value === "object" && value
        ? Object.values(value).flatMap(textsOf)
        : [];
  const STEERING =
    /\b(always|must|before (using|calling)|instead of (other|another)|ignore|do not (tell|mention)|system prompt|you are|important|critical|prefer this|call this first)\b/i;
  const OTHERS = /\b(Claude|ChatGPT|OpenAI|Anthropic|Gemini|Shopify|Amazon|Stripe|PayPal|MCP)\b/;
  test.each(named)("%s is described in a sentence or two, and gives no orders", (_, tool) => {
    expect(tool.description).toMatch(/^[A-Z].{20,200}\.$/);
    for (const text of textsOf({ ...tool, _meta: undefined })) {
      expect(text).not.toMatch(STEERING);
      expect(text).not.toMatch(OTHERS);
      expect(text).not.toMatch(/https?:|[A-Za-z0-9+/]{40,}/); // no address, nothing encoded
      expect(singleLine(text)).toBe(text);
    }
  });
  test.each(named)("%s speaks of no tool that its group lacks", (name, { description = "" }) => {
    const group = Object.values(groups).find((members) => name in members) ?? {};
    const others = Object.keys(allTools).filter((other) =>
      new RegExp(`\\b${other}\\b`).test(description),
    );
    const foreign = others.filter((other) => other.includes("_") && !(other in group));
    expect(foreign).toEqual([]);
  });

  test("no result is larger than Claude takes, whatever the shop sends", async () => {
    const long = "x".repeat(2000);
    const answer = {
      product_id: "1",
      name: long,
      description: long,
      order_id: "1",
      status: "shipped",
      customer_id: "1",
      items: JSON.parse(
        `[${fill(`{"item_id":"1","options":{"a":"${"y".repeat(80)}"}}`, 200_000)}]`,
      ),
      results: JSON.parse(
        `[${fill(`{"product_id":"1","name":"${"z".repeat(300)}","status":"x","order_id":"1","customer_id":"1"}`, 200_000)}]`,
      ),
      policies: { returns: long, shipping: long },
    };
    const shop = openShop(settingsSchema.parse(everything), {
      fetch: async () => Response.json(answer),
    });
    const given: Record<string, unknown> = {
      query: "z",
      product_id: "1",
      order_id: "1",
      email: "a@b.example",
      id: "1",
    };
    for (const [name, tool] of definitions.filter(([, { isWrite }]) => !isWrite)) {
      const properties = Object.keys(
        listed.find((one) => one.name === name)?.inputSchema.properties ?? {},
      );
      const args = Object.fromEntries(
        Object.entries(given).filter(([argument]) => properties.includes(argument)),
      );
      const { text, json } = await tool.call(name, args, shop);
      for (const part of [text, json]) {
        expect(part.length).toBeWithin(10, 30_000); // of the 150,000 of Claude's apps
        expect(countTokens(part)).toBeLessThan(25_000); // of Claude Code
      }
    }
  });

  test("beyond this machine callers sign in, or no account stands behind it", () => {
    const far = ["--http", "--host", "0.0.0.0", "--public-url", "https://mcp.shop.example/mcp"];
    const env = {
      DJANGO_API_BASE: "https://shop.example",
      DJANGO_API_TOKEN: "t",
      CONFIRMATION_KEY: "k".repeat(32),
    };
    expect(() => accessOf(readSettings(far, env))).toThrow(/SHOP_MCP_OAUTH_ISSUER/);
  });
  test("there are prompts to begin with", () => {
    expect(prompts.length).toBeGreaterThanOrEqual(3);
    for (const { title, description } of prompts)
      expect([title, description]).toEqual([
        expect.stringMatching(/./),
        expect.stringMatching(/\.$/),
      ]);
  });
  test("the examples of docs/directories.md are what a user says in a story, three or more", async () => {
    const page = await Bun.file(new URL("../../docs/directories.md", import.meta.url)).text();
    const examples = Array.from(
      page.matchAll(/^\d\. "(.+?)" .*\(\.\.\/tests\/stories\/(.+)\.md\)$/gm),
    );
    expect(examples.length).toBeGreaterThanOrEqual(3);
    const stories = new Map(await allStories());
    for (const [, said, name = ""] of examples) {
      const { steps = [] } = stories.get(name) ?? {};
      const users = steps.flatMap((step) =>
        step.kind === "say" && step.who === "User" ? step.text : [],
      );
      expect(users).toContain(said ?? "");
    }
  });
});

describe("ChatGPT's directory", () => {
  test.each(named)("%s has every hint, none left to its default", (_, { annotations }) => {
    const { readOnlyHint, destructiveHint, openWorldHint } = annotations ?? {};
    for (const hint of [readOnlyHint, destructiveHint, openWorldHint]) expect(hint).toBeBoolean();
  });
  test("search and fetch take one text each", () => {
    const inputOf = (wanted: string) => listed.find(({ name }) => name === wanted)?.inputSchema;
    for (const [name, argument] of [
      ["search", "query"],
      ["fetch", "id"],
    ] as const) {
      expect(Object.keys(inputOf(name)?.properties ?? {})).toEqual([argument]);
      expect(inputOf(name)).toMatchObject({
        required: [argument],
        properties: { [argument]: { type: "string" } },
      });
    }
  });
  test("they answer one text, which is the structure as JSON, with its ids", async () => {
    const shop = serveShop();
    const chatgpt = await lanes["http-modern"]({
      ...everything,
      django_api_base: shop.url,
      tools: "chatgpt",
    });
    const found = await chatgpt.callTool({ name: "search", arguments: { query: "star" } });
    const { results = [] } = found.structuredContent as {
      results?: { id: string; title: string }[];
    }; // by its schema
    const [first] = results;
    expect(first).toEqual({ id: "paper-star", title: "Folded Paper Star" });
    const fetched = await chatgpt.callTool({ name: "fetch", arguments: { id: first?.id } });
    expect(fetched.structuredContent).toMatchObject({
      id: "paper-star",
      title: "Folded Paper Star",
      text: expect.any(String),
      metadata: {},
    });
    for (const result of [found, fetched]) {
      expect(result.content).toHaveLength(1);
      expect(JSON.parse(textOf(result))).toEqual(result.structuredContent);
    }
    await Promise.all([chatgpt.close(), shop.stop()]);
  });
});
