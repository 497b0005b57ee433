/** A cursor belongs to the call that returned it, and takes only the query of the shop's `next` link. */
import { expect, test } from "bun:test";
import { openShop, settingsSchema, tools } from "../../server.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const ORIGIN = "http://django.test";
const { callTool, host } = await openShopWithOneAnswer();

test("list_orders refuses a cursor of another limit, and ends the list at a next that leads nowhere", async () => {
  const results = [{ order_id: 1, status: "shipped" }];
  const first = await callTool("list_orders", { limit: 1 }, { results, next: "?limit=1&cursor=a" });
  const other = { limit: 5, cursor: first.next_cursor };
  expect((await host.callTool({ name: "list_orders", arguments: other })).isError).toBe(true);
  const args = { limit: 1, cursor: first.next_cursor };
  expect(
    await callTool("list_orders", args, { results, next: "?limit=1&cursor=a" }),
  ).not.toHaveProperty("next_cursor", expect.any(String));
  expect(await callTool("list_orders", {}, { results, next: "http://[bad" })).not.toHaveProperty(
    "next_cursor",
    expect.any(String),
  );
});

test("list_orders takes only the query of next, which cannot replace its own parameters", async () => {
  const asked: string[] = [];
  const next = "http://evil.test/steal/?cursor=abc&limit=1000&status=shipped&customer=bram";
  const send = async (url: string) => {
    asked.push(url);
    return Response.json({ next, results: [{ order_id: "1", status: "shipped" }] });
  };
  const settings = settingsSchema.parse({ django_api_base: ORIGIN, django_api_token: "t" });
  const server = openShop(settings, { fetch: send });
  const list = (args: object) => tools.list_orders.call("list_orders", args, server);
  const cursor = (await list({ status: "pending" })).result.next_cursor;
  await list({ status: "pending", cursor });
  expect(asked).toEqual([
    `${ORIGIN}/api/orders/?status=pending&limit=10`,
    `${ORIGIN}/api/orders/?status=pending&limit=10&cursor=abc`,
  ]);
  await expect(list({ status: "shipped", cursor })).rejects.toThrow(
    /^This cursor is not valid here/,
  );
  expect(asked.length).toBe(2);
});
