/** A cursor belongs to the call that returned it, and takes only the query of the shop's `next` link. */
import { createHash } from "node:crypto";
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
    return Response.json({ next, results: [{ order_id: "1", status: "pending" }] });
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

const rows = [{ order_id: 1, status: "shipped", placed_at: "2026-11-01" }];
/** A shop whose list has a further page, opened with these settings. */
function openPagedShop(token: string, more: object = {}) {
  const asked: string[] = [];
  const settings = settingsSchema.parse({
    django_api_base: ORIGIN,
    django_api_token: token,
    ...more,
  });
  const fetch = async (url: string) => {
    asked.push(new URL(url).search);
    return Response.json({ results: rows, next: asked.length % 2 ? "?cursor=abc" : null });
  };
  const shop = openShop(settings, { fetch });
  const list = async (args: object) =>
    (await tools.list_orders.call("list_orders", args, shop)).result;
  return { asked, list };
}

test("list_orders refuses a cursor that was made or altered by somebody else", async () => {
  const { asked, list } = openPagedShop("a-token-of-many-letters");
  const cursor = String((await list({})).next_cursor);
  const [text = "", seal = ""] = cursor.split(".");
  const position = JSON.parse(Buffer.from(text, "base64url").toString());
  const forged = { ...position, query: { ...position.query, all: "1" } };
  const encode = (json: unknown) => Buffer.from(JSON.stringify(json)).toString("base64url");
  const digest = createHash("sha256").update(encode(forged)).digest("base64url");
  for (const other of [
    `${encode(forged)}.${seal}`,
    `${encode(forged)}.${digest}`,
    `${encode(forged)}.`,
    encode(forged),
    `${text}.${seal.slice(1)}`,
    `${text}.${seal}A`,
    `.${seal}`,
    `${encode({ ...position, skip: -1 })}.${seal}`,
    "x",
    ".",
  ])
    await expect(list({ cursor: other })).rejects.toThrow(/^This cursor is not valid here/);
  expect(asked).toEqual(["?limit=10"]);
  await list({ cursor });
  expect(asked.at(-1)).toBe("?limit=10&cursor=abc");
});

test("a cursor is valid after a restart, and in no other account or tool", async () => {
  const { next_cursor: cursor } = await openPagedShop("a-token").list({});
  const again = openPagedShop("a-token");
  await again.list({ cursor });
  expect(again.asked).toEqual(["?limit=10&cursor=abc"]);
  await expect(openPagedShop("another-token").list({ cursor })).rejects.toThrow(/^This cursor/);
  const elsewhere = openPagedShop("a-token", { django_api_base: "http://other.test" });
  await expect(elsewhere.list({ cursor })).rejects.toThrow(/^This cursor/);
});

test("a cursor longer than 2 kB is refused before it is read", async () => {
  await expect(openPagedShop("a-token").list({ cursor: "x".repeat(2001) })).rejects.toThrow(
    /^list_orders was not called: cursor/,
  );
});
