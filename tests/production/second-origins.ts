/**
 * Redirects and absolute addresses, over real sockets: whatever the shop answers, nothing is asked of a second origin,
 * and so no credential reaches one.
 */
import { afterAll, afterEach, describe, expect, spyOn, test } from "bun:test";
import { openShop, settingsSchema, tools } from "../../server.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { ToolResult } from "../../shop/tool.ts";
import { examples } from "../changes/example-changes.ts";

spyOn(console, "error").mockImplementation(() => {}); // what is logged of it is not of this test

/** Another server, which nobody here should ask: what it heard. */
const heard: string[] = [];
const elsewhere = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: ({ method, url, headers }) => {
    heard.push(`${method} ${url} ${headers.get("authorization")}`);
    return Response.json({ results: [], order_id: "1", status: "shipped", name: "Elsewhere" });
  },
});
let answer: (request: Request) => Response = () => Response.json({});
const asked: string[] = [];
const django = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request) => {
    asked.push(new URL(request.url).pathname);
    return answer(request);
  },
});
afterEach(() => {
  expect(heard).toEqual([]);
  expect(asked.length).toBeGreaterThan(0); // it was tried
  asked.length = 0;
});
afterAll(() => Promise.all([elsewhere.stop(true), django.stop(true)]));

const base = django.url.origin;
const settings = { django_api_base: base, django_api_token: "a-token-of-many-letters", timeout: 5 };
const shop = openShop(settingsSchema.parse(settings));
type Name = keyof typeof tools;
const call = (name: Name, args: object): Promise<ToolResult | Error> =>
  tools[name].call(name, args, shop).catch((error: Error) => error);

const reading: Partial<Record<Name, object>> = {
  search_products: { query: "pen" },
  get_product: { product_id: "p1" },
  get_shop_info: {},
  get_order_status: { order_id: "1036" },
  get_order: { order_id: "1036" },
  list_orders: {},
  find_customer: { email: "mia@shop.test" },
  get_customer: {},
};
const calls = [
  ...Object.entries(reading),
  ...Object.entries(examples).map(([name, { args }]): [string, object] => [name, args]),
] as [Name, object][]; // both tables have the names of tools

const { host, origin } = elsewhere.url;
const TARGETS = [
  `${origin}/api/`,
  `//${host}/api/`,
  `///${host}/api/`,
  `\\\\${host}\\api\\`,
  `http:${host}/`,
  `http://127.0.0.1@${host}/`,
  `http://${django.url.host}@${host}/`,
  `${origin}/%2e%2e/`,
  ` ${origin}/`,
];
describe.each([301, 302, 303, 307, 308, 300, 304])("a redirect with %d", (status) => {
  test.each(calls)("is not followed by %s", async (name, args) => {
    for (const target of TARGETS) {
      answer = () => new Response(null, { status, headers: { Location: target } });
      expect(await call(name, args)).toBeInstanceOf(Error);
    }
  });
});
test("nor is one within the shop, which would drop the body of a change", async () => {
  answer = ({ url }) =>
    url.endsWith("/landed")
      ? Response.json({ order_id: "1036", status: "shipped" })
      : new Response(null, { status: 307, headers: { Location: "/landed" } });
  expect(await call("get_order_status", { order_id: "1036" })).toBeInstanceOf(Error);
  expect(asked).not.toContain("/landed");
});
test.each([
  ["Refresh", `0; url=${origin}/`],
  ["Link", `<${origin}/>; rel="next"`],
  ["Content-Location", `${origin}/`],
  ["Alt-Svc", `h3="${host}"; ma=60`],
])("the header %s of an answer leads nowhere", async (name, value) => {
  answer = () => Response.json({ results: [], count: 9 }, { headers: { [name]: value } });
  await call("list_orders", { limit: 1 });
  await call("list_orders", { limit: 1 });
});

const NEXT = [...TARGETS.map((target) => `${target.trim()}?cursor=x`), `?next=${origin}/`];
test.each(NEXT)("a next page at %s is asked of the shop, by its query alone", async (next) => {
  const results = [{ order_id: "1", status: "shipped" }];
  answer = () => Response.json({ results, next });
  const first = await call("list_orders", { limit: 1 });
  const cursor = "result" in first && first.result["next_cursor"];
  if (cursor) await call("list_orders", { limit: 1, cursor });
  expect(new Set(asked)).toEqual(new Set(["/api/orders/"]));
});

test("addresses in an answer are told, and not asked", async () => {
  const links = { url: `${origin}/p`, image: `${origin}/i.png`, images: [`${origin}/i.png`] };
  answer = () => Response.json({ product_id: "p1", name: "Pen", ...links, items: [] });
  expect(await call("get_product", { product_id: "p1" })).toHaveProperty("result.url");
});

test("a dialect that loads a link of another origin is refused", async () => {
  const dialect = defineShop({ fields: { order: { address: { from: "owner", load: true } } } });
  const mapped = openShop(settingsSchema.parse(settings), { dialect });
  for (const target of TARGETS) {
    answer = () => Response.json({ order_id: "1", status: "shipped", owner: target.trim() });
    const reading = tools.get_order.call("get_order", { order_id: "1" }, mapped);
    const isPath = new URL(target, base).origin === base; // as `http:x` is, to whoever reads it as an address
    if (isPath) await reading;
    else await expect(reading).rejects.toThrow("a link leads elsewhere");
  }
});

test.each(TARGETS)("a login that leads to %s is not followed", async (target) => {
  const login = { django_login: "/login/", django_user: "mia", django_password: "secret" };
  const { django_api_base } = settings;
  const loggedIn = openShop(settingsSchema.parse({ django_api_base, ...login, timeout: 5 }));
  answer = () => new Response(null, { status: 308, headers: { Location: target } });
  const listing = tools.list_orders.call("list_orders", {}, loggedIn);
  await expect(listing).rejects.toThrow();
});
