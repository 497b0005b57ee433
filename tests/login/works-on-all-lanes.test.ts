/** A login is the same over stdio and HTTP, in both protocol eras. */
import { afterAll, expect, test } from "bun:test";
import { lanes, textOf } from "../harness/lanes.ts";
import { PASSWORD, simplejwtShop } from "./shop-with-login.ts";

const shop = simplejwtShop();
shop.at = Date.now();
const django = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch({ url, headers, method, body }) {
    const text = method === "POST" ? await new Response(body).text() : "{}";
    const sent: Record<string, unknown> = JSON.parse(text);
    const as = headers.get("authorization") ?? "";
    return shop.play({ path: new URL(url).pathname, as, body: sent, headers, signal: undefined });
  },
});
afterAll(() => django.stop(true));

test.each(Object.entries(lanes))("%s", async (_, open) => {
  const account = { django_login: "/api/token/", django_user: "mia" };
  const host = await open({
    django_api_base: django.url.origin,
    ...account,
    django_password: PASSWORD,
  });
  const status = await host.callTool({ name: "get_order_status", arguments: { order_id: "1036" } });
  expect(status.structuredContent).toMatchObject({ status: "shipped" });
  await host.close();
});
test.each(Object.entries(lanes))("%s, refused", async (_, open) => {
  const account = { django_login: "/api/token/", django_user: "mia", django_password: "wrong" };
  const host = await open({ django_api_base: django.url.origin, ...account });
  const status = await host.callTool({ name: "get_order_status", arguments: { order_id: "1036" } });
  expect(textOf(status)).toContain("The shop refused this server's login: No active account found");
  const found = await host.callTool({ name: "search_products", arguments: { query: "cup" } });
  expect(textOf(found)).toContain("so this is what everybody sees");
  await host.close();
});
