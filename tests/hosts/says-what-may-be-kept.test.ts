/** What hosts are told of how long they may keep an answer, and for whom; and for whom what it says is meant. */
import { afterAll, expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { resultOf } from "../gate/guarded-server.ts";
import { modern } from "./listening.ts";
import { initialize, POST, rpc } from "./start-program.ts";

const shop = serveShop();
const opened: { stop: () => unknown }[] = [shop];
afterAll(() => Promise.all(opened.map(({ stop }) => stop())));

const NAMES: Record<string, string> = { "resources/read": "uri", "prompts/get": "name" };
/** A server with such an account; `ask` asks it in the modern era. */
function serve(account: object) {
  const settings = settingsSchema.parse({ django_api_base: shop.url, ...account });
  const http = serveHttp(openShop(settings), 0);
  opened.push(http);
  const ask = async (method: string, params: Record<string, unknown> = {}) => {
    const { body, headers } = modern(method, params);
    const name = params[NAMES[method] ?? ""];
    const all = new Headers({ ...POST.headers, ...headers });
    if (name !== undefined) all.set("Mcp-Name", String(name));
    return resultOf(await fetch(http.url, { ...POST, headers: all, body: JSON.stringify(body) }));
  };
  return { url: http.url, ask };
}
const asMia = serve({ django_api_token: "demo-mia" });
const asNobody = serve({});
const kept = async ({ ask }: typeof asMia, method: string, params = {}) => {
  const { ttlMs, cacheScope } = await ask(method, params);
  return `${cacheScope} ${ttlMs}`;
};

test.each([
  "server/discover",
  "tools/list",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
])("%s says the same to everybody, for five minutes", async (method) => {
  expect(await kept(asMia, method)).toBe("public 300000");
});
test.each([
  ["shop://orders/1054", "private 0"], // the next call may change it
  ["shop://products/linen-apron", "private 60000"],
  ["shop://info", "private 600000"],
])("what an account reads at %s is its own, and %s", async (uri, expected) => {
  expect(await kept(asMia, "resources/read", { uri })).toBe(expected);
});
test.each([
  ["shop://products/linen-apron", "public 60000"],
  ["shop://info", "public 600000"],
])("without an account %s is the same for all", async (uri, expected) => {
  expect(await kept(asNobody, "resources/read", { uri })).toBe(expected);
});
test("in the handshake era nothing is said of it", async () => {
  const body = JSON.stringify(rpc(1, "resources/read", { uri: "shop://info" }));
  const result = await resultOf(await fetch(asMia.url, { ...POST, body }));
  expect(Object.keys(result)).toEqual(["contents"]);
  const begun = await fetch(asMia.url, { ...POST, body: JSON.stringify(initialize()) });
  expect(await begun.text()).not.toContain("ttlMs");
});
test("resources are for the user and for the assistant", async () => {
  const { resources } = await asMia.ask("resources/list");
  const { resourceTemplates } = await asMia.ask("resources/templates/list");
  const shops = [...resources, ...resourceTemplates].filter(({ mimeType }) =>
    mimeType.startsWith("application/json"),
  );
  expect(shops.length).toBe(3);
  for (const { annotations } of shops)
    expect(annotations).toEqual({ audience: ["user", "assistant"] });
});
test("what goes with a prompt says when the shop has changed it last, where the shop says so", async () => {
  const { messages } = await asMia.ask("prompts/get", {
    name: "start_return",
    arguments: { order_id: "1028" },
  });
  const [, order, info] = messages;
  const { updated_at } = JSON.parse(order.content.resource.text);
  expect(updated_at).toMatch(/^2026-/);
  const meant = { audience: ["user", "assistant"], priority: 1 };
  expect(order.content.annotations).toEqual({ ...meant, lastModified: updated_at });
  expect(info.content.annotations).toEqual(meant);
});
