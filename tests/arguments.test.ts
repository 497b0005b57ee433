/** Arguments as models, hosts and attackers write them: normalized, or refused in words, and never a way out of the contract. */
import { afterAll, describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { endpoints, ID } from "../shop/contract.ts";
import { allTools, openShop, settingsSchema, tools } from "../server.ts";
import { LANES, lanes, textOf } from "./harness/lanes.ts";

const ORIGIN = "http://django.test";
const host = await lanes["memory-legacy"]({ django_api_base: ORIGIN, django_api_token: "t" });
afterAll(host.close);
const idPattern = ID.source.slice(1, -1);
/** The requests that Django may get: the paths of the contract, each `{id}` filled from the allow-list. */
const contract = Object.values(endpoints).map(({ path }) => ({
  path: new RegExp(`^${path.template.replace(/{\w+}/g, idPattern)}$`, "u"),
  query: Object.keys(path.query),
}));

/** Strings that are not ids. */
const NO_IDS = [
  "",
  "..",
  "a..b",
  "%2e%2e",
  "1?admin=1",
  "1#x",
  "a/b",
  "a\\b",
  "1\r\nx",
  "a b",
  "a%62",
  "a\u200bb",
  "\u0301a",
  "½",
  "-1",
  "_a",
  "a\ud800",
  "##7",
  "x".repeat(129),
];

const oddString = fc.oneof(
  fc.constantFrom(
    ...NO_IDS,
    ".",
    "1\r\nHost: evil",
    "\u0000",
    "",
    " ",
    "me",
    "٣",
    "ok-1",
    "#1036",
    "constructor",
    "__proto__",
  ),
  fc.string(),
  fc.string({ unit: "binary", maxLength: 80 }),
);
const anything = fc.oneof(
  { weight: 4, arbitrary: oddString },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** A server whose Django records each URL and answers 404. */
function openRecordingServer() {
  const asked: string[] = [];
  const send = async (url: string) => {
    asked.push(url);
    return Response.json({ detail: "Not found." }, { status: 404 });
  };
  const shop = openShop(settingsSchema.parse({ django_api_base: ORIGIN, django_api_token: "t" }), {
    fetch: send,
  });
  return { asked, shop };
}

test("no argument of any tool leads to a request outside the contract", async () => {
  const { asked, shop } = openRecordingServer();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.values(allTools)),
      fc.dictionary(
        fc.constantFrom(
          "query",
          "product_id",
          "order_id",
          "customer_id",
          "cursor",
          "category",
          "email",
          "limit",
          "status",
          "sort",
          "evil",
        ),
        anything,
        { maxKeys: 5 },
      ),
      async (tool, given) => {
        asked.length = 0;
        const message = await tool.call("tool", given, shop).then(() => "", String);
        // Only our own sentences: a ShopError has no stack trace, no URL and no token in it.
        expect(message).not.toMatch(/django\.test|TypeError|ZodError|\bat \w+ \(/);
        for (const url of asked) {
          const { origin, pathname, searchParams, hash } = new URL(url);
          expect(url.startsWith(`${ORIGIN}${pathname}`) && origin === ORIGIN && hash === "").toBe(
            true,
          );
          const at = contract.find(({ path }) => path.test(decodeURIComponent(pathname)));
          expect(at, pathname).toBeDefined();
          const names = [...searchParams.keys()].filter((name) => !at?.query.includes(name));
          expect(names).toEqual([]);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

describe.each(LANES)("%s", (lane) => {
  test("bad arguments are refused in words, without a request, and the server goes on", async () => {
    const asked: string[] = [];
    using django = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => (asked.push(new URL(url).pathname), Response.json({ status: "shipped" })),
    });
    const host = await lanes[lane]({
      django_api_base: String(django.url),
      django_api_token: "t",
    });
    const id =
      "order_id: expected an id as the shop writes it: up to 128 letters, digits and . _ : ~ -";
    const bad: [string, Record<string, unknown>, string][] = [
      ["search_products", {}, "query: expected string, received undefined"],
      ["search_products", { query: "" }, "query: expected string to have >=1 characters"],
      [
        "search_products",
        { query: "x".repeat(10_000) },
        "query: expected string to have <=200 characters",
      ],
      ["search_products", { query: ["linen"] }, "query: expected string, received array"],
      ["search_products", { query: "a", limit: 0 }, "limit: expected number to be >=1"],
      ["search_products", { query: "a", limit: 51 }, "limit: expected number to be <=50"],
      ["search_products", { query: "a", limit: 1.5 }, "limit: expected int, received number"],
      ["search_products", { query: "a", limit: "ten" }, "limit: expected number, received string"],
      [
        "search_products",
        { query: "a", sort: "cheap" },
        'sort: expected one of "relevance"|"price"|"-price"|"name"',
      ],
      [
        "search_products",
        { max_prize: 5 },
        "query: expected string, received undefined; unknown argument: max_prize",
      ],
      ["find_customer", {}, "expected at least one of its arguments"],
      ...NO_IDS.map((order_id): [string, Record<string, unknown>, string] => [
        "get_order",
        { order_id },
        id,
      ]),
    ];
    for (const [name, given, why] of bad) {
      const result = await host.callTool({ name, arguments: given });
      expect(result.isError).toBe(true);
      expect(textOf(result)).toBe(
        `${name} was not called: ${why}. Correct this and call it again.`,
      );
    }
    const good = { name: "get_order_status", arguments: { order_id: " #1036 " } };
    expect((await host.callTool(good)).structuredContent).toMatchObject({
      order_id: "1036",
      status: "shipped",
    });
    await host.close();
    // At its start a program requests one product, so that it can report a missing shop at once.
    const atStart = "/api/products/search/";
    expect(asked.filter((path) => path !== atStart)).toEqual(["/api/orders/1036/status/"]);
  });

  test("search_products accepts arguments that hosts turn into strings", async () => {
    const asked: string[] = [];
    using django = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => (asked.push(new URL(url).search), Response.json([])),
    });
    const host = await lanes[lane]({ django_api_base: String(django.url), django_api_token: "t" });
    const given = {
      query: 501,
      limit: "10",
      min_price: "1e1",
      max_price: "12.5",
      in_stock: "true",
      category: "",
      cursor: null,
    };
    const result = await host.callTool({ name: "search_products", arguments: given });
    await host.close();
    expect(result.structuredContent).toEqual({ products: [] });
    expect(asked.at(-1)).toBe("?q=501&limit=10&min_price=10&max_price=12.5&in_stock=true");
  });
});

test.each([
  ["1036", "1036"],
  [1036, "1036"],
  [9007199254740991, "9007199254740991"],
  ["9007199254740993", "9007199254740993"],
  ["#1036", "1036"],
  [" #é ", "%C3%A9"],
  ["注文-7", "%E6%B3%A8%E6%96%87-7"],
  ["हिन्दी", encodeURIComponent("हिन्दी")],
  ["٣", "%D9%A3"],
  ["a.b_c:d~e-f", "a.b_c%3Ad~e-f"],
  ["é".repeat(128), "%C3%A9".repeat(128)],
])("get_order asks for the id %p under its own path", async (order_id, sent) => {
  const { asked, shop } = openRecordingServer();
  await tools.get_order.call("get_order", { order_id }, shop).catch(() => {});
  expect(asked).toEqual([`${ORIGIN}/api/orders/${sent}/`]);
});

test.each([
  ["shop://orders/注文-7", "%E6%B3%A8%E6%96%87-7"],
  ["shop://orders/%E6%B3%A8%E6%96%87-7", "%E6%B3%A8%E6%96%87-7"],
  ["shop://orders/a%3Ab~c", "a%3Ab~c"],
  ["shop://orders/%23a", "a"],
  ["shop://orders/a%2Fb", undefined],
  ["shop://orders/%252e%252e", undefined],
  ["shop://orders/a%ZZ", undefined],
])("the resource %s is the order of its id, decoded once", async (uri, sent) => {
  const asked: string[] = [];
  using django = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => (
      asked.push(new URL(url).pathname),
      Response.json({ order_id: "7", status: "shipped" })
    ),
  });
  const host = await lanes["memory-modern"]({
    django_api_base: String(django.url),
    django_api_token: "t",
  });
  const message = await host.readResource({ uri }).then(() => "", String);
  await host.close();
  expect(asked).toEqual(sent ? [`/api/orders/${sent}/`] : []);
  expect(message.includes("expected an id")).toBe(!sent);
});

const INEXACT = "a number as long as this does not arrive exactly, send it as text";
test.each([
  ["get_order", { order_id: 9007199254740992 }, `order_id: ${INEXACT}`],
  ["get_order", { order_id: -9007199254740992 }, `order_id: ${INEXACT}`],
  ["get_order", { order_id: 1e21 }, `order_id: ${INEXACT}`],
  ["get_order", { order_id: 12345678.12345678 }, `order_id: ${INEXACT}`],
  ["search_products", { query: 1e300 }, `query: ${INEXACT}`],
  [
    "return_items",
    { order_id: "7", item_ids: ["a", 2 ** 64], payment_method_id: "p" },
    `item_ids.1: ${INEXACT}`,
  ],
  ["get_order", { order_id: true }, "order_id: expected string, received boolean"],
] as const)("%s refuses %j, and says why", async (name, given, why) => {
  const { asked, shop } = openRecordingServer();
  const message = await tools[name].call(name, given, shop).then(String, ({ message }) => message);
  expect(message).toBe(`${name} was not called: ${why}. Correct this and call it again.`);
  expect(asked).toEqual([]);
});

test("search_products refuses an argument of 50,000 levels in words", async () => {
  const limit = '{"a":'.repeat(50_000);
  const result = await host.callTool({ name: "search_products", arguments: { query: "x", limit } });
  expect(JSON.stringify(result.content)).toContain("limit: expected number, received string");
});

test("find_gift accepts an optional argument that is blank", async () => {
  const { messages } = await host.getPrompt({
    name: "find_gift",
    arguments: { for_whom: "a cook", max_price: "" },
  });
  expect(JSON.stringify(messages)).toContain("Help me find a gift for a cook. Search");
});
