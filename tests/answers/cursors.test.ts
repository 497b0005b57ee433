/** Cursors. */
import { expect, test } from "bun:test";
import { openShop, settingsSchema, tools } from "../../server.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const ORIGIN = "http://django.test";
const { host, told } = await openShopWithOneAnswer();

test("a cursor belongs to its limit, and a next that leads nowhere ends the list", async () => {
  const results = [{ order_id: 1, status: "shipped" }];
  const first = await told("list_orders", { limit: 1 }, { results, next: "?limit=1&cursor=a" });
  const other = { limit: 5, cursor: first.next_cursor };
  expect((await host.callTool({ name: "list_orders", arguments: other })).isError).toBe(true);
  const args = { limit: 1, cursor: first.next_cursor };
  expect(
    await told("list_orders", args, { results, next: "?limit=1&cursor=a" }),
  ).not.toHaveProperty("next_cursor", expect.any(String));
  expect(await told("list_orders", {}, { results, next: "http://[bad" })).not.toHaveProperty(
    "next_cursor",
    expect.any(String),
  );
});

test("of next only the query counts, and it cannot replace what the call asks for", async () => {
  const asked: string[] = [];
  const next = "http://evil.test/steal/?cursor=abc&limit=1000&status=shipped&customer=bram";
  const send = async (url: string) => {
    asked.push(url);
    return Response.json({ next, results: [{ order_id: "1", status: "shipped" }] });
  };
  const settings = settingsSchema.parse({ django_api_base: ORIGIN, django_api_token: "t" });
  const call = openShop(settings, send);
  const list = (given: object) => tools.list_orders.call("list_orders", given, call);
  const cursor = (await list({ status: "pending" })).told.next_cursor;
  await list({ status: "pending", cursor });
  expect(asked).toEqual([
    `${ORIGIN}/api/orders/?status=pending&limit=10`,
    `${ORIGIN}/api/orders/?status=pending&limit=10&cursor=abc`,
  ]);
  expect(list({ status: "shipped", cursor })).rejects.toThrow(/^This cursor does not fit/);
  expect(asked.length).toBe(2);
});
