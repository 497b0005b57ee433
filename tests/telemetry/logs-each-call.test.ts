/** The log: a line for each call, with who called what, how it ended and what it took. */
import { describe, expect, spyOn, test } from "bun:test";
import { connectClient } from "../changes/client-hosts.ts";
import { hostFor } from "../changes/json-rpc-host.ts";
import { askStatus, callTool, openObservedShop, shipped, STATUS } from "./observed-shop.ts";

/** What is of the program and of the moment. */
const common = {
  time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  pid: process.pid,
  hostname: expect.any(String),
  name: "shop",
  msg: "call",
  trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
};
const ok = { level: "info", outcome: "ok", method: "tools/call", caller: "this server" };

test("a call that goes well is one line: who, what, and what it took", async () => {
  const { shop, lines } = openObservedShop((_url, _headers, wait) => (wait(7), shipped()));
  await askStatus(shop);
  const upstream = { calls: 1, ms: 7 };
  expect(lines).toEqual([{ ...common, ...ok, tool: "get_order_status", ms: 7, upstream }]);
});

test("a tool error is an error, with its code", async () => {
  const { shop, lines } = openObservedShop(() => Response.json({ detail: "No." }, { status: 404 }));
  await askStatus(shop);
  const failed = { ...ok, level: "error", outcome: "error", code: "unknown_id" };
  expect(lines).toEqual([
    { ...common, ...failed, tool: "get_order_status", ms: 0, upstream: { calls: 1, ms: 0 } },
  ]);
});

test("what the operator has to look at has its cause in the same line", async () => {
  const { shop, lines } = openObservedShop(() => new Response("<h1>Hello</h1>"));
  const text = await askStatus(shop);
  const cause = `GET /api/orders/{order_id}/status/ web_page: ${text}`;
  expect(lines).toEqual([expect.objectContaining({ code: "web_page", cause })]);
});

test("arguments that no tool takes are an error without a request", async () => {
  const { shop, lines } = openObservedShop(shipped);
  await callTool(shop, STATUS.name, {});
  const upstream = { calls: 0, ms: 0 };
  expect(lines).toEqual([expect.objectContaining({ code: "bad_arguments", upstream })]);
});

test("each attempt counts", async () => {
  const { shop, lines } = openObservedShop((_url, _headers, wait) => {
    wait(5);
    return new Response("Oops", { status: 503, headers: { "Retry-After": "0" } });
  });
  await askStatus(shop);
  expect(lines).toEqual([
    expect.objectContaining({ code: "http_5xx", upstream: { calls: 3, ms: 15 } }),
  ]);
});

test("calls at one time have each their own requests", async () => {
  const { shop, lines } = openObservedShop(async (url) => {
    await new Promise((later) => setImmediate(later));
    const failed = new Response("Oops", { status: 503, headers: { "Retry-After": "0" } });
    return url.pathname.endsWith("/status/") ? shipped() : failed;
  });
  const list = callTool(shop, "list_orders", {});
  await Promise.all([askStatus(shop), list, askStatus(shop)]);
  const calls = lines.map(({ tool, upstream }) => {
    return `${tool} ${(upstream as { calls: number }).calls}`; // as the log has it
  });
  expect(calls.toSorted()).toEqual(["get_order_status 1", "get_order_status 1", "list_orders 3"]);
});

test("a resource that is read is a line, too", async () => {
  const { shop, lines } = openObservedShop(() => Response.json({ name: "Quince" }));
  const host = await connectClient("memory-modern", shop);
  await host.readResource({ uri: "shop://info" });
  await host.close();
  const read = { tool: "get_shop_info", method: "resources/read", outcome: "ok" };
  expect(lines).toEqual([expect.objectContaining(read)]);
});

test("the caller is named, where callers sign in", async () => {
  const { shop, lines } = openObservedShop(shipped);
  const identity = { issuer: "https://id.example", subject: "alice" };
  const tool = shop.offered.get(STATUS.name);
  const context = shop.actingFor({ identity, scopes: new Set() });
  await tool?.call(STATUS.name, STATUS.arguments, context);
  expect(lines).toEqual([expect.objectContaining({ caller: identity })]);
});

test("a call that its host gave up is cancelled, and no error", async () => {
  const host = new AbortController();
  const { shop, lines } = openObservedShop(() => {
    host.abort();
    return new Promise(() => {});
  });
  const tool = shop.offered.get(STATUS.name);
  await tool?.call(STATUS.name, STATUS.arguments, shop, { signal: host.signal }).catch(() => {});
  expect(lines).toEqual([expect.objectContaining({ level: "info", outcome: "cancelled" })]);
});

test("a question is its own outcome", async () => {
  const { shop, lines } = openObservedShop(() => Response.json({ request_id: "7" }));
  const host = hostFor(shop);
  await host.callAndAccept("contact_support", { subject: "A gift", message: "Wrap it?" });
  expect(lines.map(({ outcome }) => outcome)).toEqual(["confirmation_needed", "done"]);
});

describe("arguments and results", () => {
  const secret = { subject: "A very private gift", message: "For whom, nobody may know" };
  const play = () => Response.json({ request_id: "private-number" });

  test("are no part of a line", async () => {
    const { shop, lines } = openObservedShop(play);
    await hostFor(shop).callAndAccept("contact_support", secret);
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toMatch(/private|nobody/);
  });

  test("are where they are asked for, without what would confirm a change", async () => {
    const { shop, lines } = openObservedShop(play, { withData: true });
    const host = hostFor(shop);
    const { confirmation } = await host.call("contact_support", secret);
    await host.accept("contact_support", secret, confirmation);
    expect(lines.map((line) => line["arguments"])).toEqual([
      secret,
      { ...secret, confirmation: "[redacted]" },
    ]);
    expect(JSON.stringify(lines)).toContain("private-number");
    expect(JSON.stringify(lines)).not.toContain(confirmation);
  });
});

test("a listener that fails changes nothing for a call", async () => {
  const fail = () => {
    throw new Error("the disk is full");
  };
  const listeners = [{ callBegan: fail, callEnded: fail, requestBegan: fail, requestEnded: fail }];
  const { shop, lines } = openObservedShop(shipped, { listeners });
  const log = spyOn(console, "error").mockImplementation(() => {});
  expect(await askStatus(shop)).toStartWith("Order 1036 is shipped.");
  expect(log.mock.calls).toHaveLength(4); // one for each thing that it was told
  log.mockRestore();
  expect(lines).toHaveLength(1);
});
