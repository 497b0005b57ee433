/** Traces, by OpenTelemetry's conventions for MCP and HTTP: https://opentelemetry.io/docs/specs/semconv/ */
import { describe, expect, test } from "bun:test";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { openEndpoint } from "../../http/serve.ts";
import { createServer, offerOf, type Shop } from "../../server.ts";
import { plainCalls } from "../../shop/answer.ts";
import { connectClient } from "../changes/client-hosts.ts";
import {
  askStatus,
  callTool,
  openObservedShop,
  type Play,
  shipped,
  STATUS,
} from "./observed-shop.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const _meta = { traceparent: `00-${TRACE}-${PARENT}-01` };

/** Calls a tool over HTTP, as the short cut answers it, or the SDK. */
async function callOverHttp(shop: Shop, isPlain: boolean, meta: object = _meta) {
  const { tools, identity } = offerOf(shop);
  const plain = isPlain ? { identity, calls: plainCalls(tools, shop) } : undefined;
  const serve = () => {
    if (isPlain) throw new Error("the SDK was asked");
    return createServer(shop);
  };
  const { answer } = openEndpoint(serve, { plain });
  const params = { ...STATUS, _meta: meta };
  const request = new Request("http://localhost/mcp", {
    method: "POST",
    headers: {
      Host: "localhost",
      Accept: "application/json, text/event-stream",
      "Content-Type": "application/json",
      "MCP-Protocol-Version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params }),
  });
  return (await answer(request)).text();
}

test("a call and its request are two spans, with what the conventions ask for", async () => {
  const { shop, spans } = openObservedShop(shipped);
  await askStatus(shop);
  const [request, call, ...others] = spans();
  expect(call).toMatchObject({ name: "tools/call get_order_status", kind: SpanKind.SERVER });
  expect(call?.attributes).toEqual({
    "mcp.method.name": "tools/call",
    "mcp.protocol.version": "2026-07-28",
    "gen_ai.tool.name": "get_order_status",
    "gen_ai.operation.name": "execute_tool",
    "jsonrpc.request.id": expect.stringMatching(/^\d+$/),
    "network.transport": "tcp",
  });
  expect(request).toMatchObject({
    name: "GET /api/orders/{order_id}/status/",
    kind: SpanKind.CLIENT,
    parentSpanContext: { spanId: call?.spanContext().spanId ?? "" },
  });
  expect(request?.attributes).toEqual({
    "http.request.method": "GET",
    "http.response.status_code": 200,
    "server.address": "shop.test",
    "server.port": 443,
    "url.full": "https://shop.test/api/orders/1036/status/",
    "url.template": "/api/orders/{order_id}/status/",
  });
  for (const span of [call, request])
    expect({ ...span?.status, events: span?.events }).toEqual({ code: 0, events: [] });
  expect(others).toEqual([]);
});

describe("the parent is the host's span in _meta, and Django is sent the request's own", () => {
  /** The shop, and each `traceparent` that it was sent. */
  function openTracedShop() {
    const sent: (string | null)[] = [];
    const play: Play = (_, headers) => (sent.push(headers.get("traceparent")), shipped());
    return { sent, ...openObservedShop(play) };
  }
  test.each<[string, (shop: Shop) => Promise<unknown>]>([
    ["by the short cut over HTTP", (shop) => callOverHttp(shop, true)],
    ["by the SDK over HTTP", (shop) => callOverHttp(shop, false)],
    ["by a 1.x client", (shop) => callWith("memory-legacy", shop)],
    ["by a 2.x client", (shop) => callWith("memory-modern", shop)],
  ])("%s", async (_, callOf) => {
    const { shop, spans, sent } = openTracedShop();
    await callOf(shop);
    const [request, call] = spans();
    expect(call?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: PARENT });
    expect(call?.spanContext().traceId).toBe(TRACE);
    expect(sent).toEqual([`00-${TRACE}-${request?.spanContext().spanId}-01`]);
  });
  async function callWith(lane: "memory-legacy" | "memory-modern", shop: Shop) {
    const host = await connectClient(lane, shop);
    await host.callTool({ ...STATUS, _meta });
    await host.close();
  }

  test.each([
    ["none", {}],
    ["one that is no traceparent", { traceparent: "00-oops\r\nX-Evil: 1" }],
    ["one that is no text", { traceparent: 7 }],
    ["one of zeros", { traceparent: `00-${"0".repeat(32)}-${"0".repeat(16)}-01` }],
  ])("where there is %s, a trace begins", async (_, meta) => {
    const { shop, spans, sent } = openTracedShop();
    expect(await callOverHttp(shop, false, meta)).toContain("is shipped");
    const [request, call] = spans();
    expect(call?.parentSpanContext).toBeUndefined();
    const { traceId = "" } = call?.spanContext() ?? {};
    expect(sent).toEqual([`00-${traceId}-${request?.spanContext().spanId}-01`]);
  });

  test("a trace that is not sampled stays so", async () => {
    const { shop, spans, sent } = openTracedShop();
    await callOverHttp(shop, true, { traceparent: `00-${TRACE}-${PARENT}-00` });
    expect(spans()).toEqual([]);
    expect(sent).toEqual([expect.stringMatching(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`))]);
  });
});

describe("what fails", () => {
  test("a tool error is an error, with the code of this server beside the convention's", async () => {
    const { shop, spans } = openObservedShop(() =>
      Response.json({ detail: "No" }, { status: 404 }),
    );
    await askStatus(shop);
    const [request, call] = spans();
    expect(call?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(call?.attributes).toMatchObject({
      "error.type": "tool_error",
      "django_shop_mcp.error.code": "unknown_id",
    });
    expect(request?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(request?.attributes).toMatchObject({
      "error.type": "404",
      "http.response.status_code": 404,
    });
  });

  test("each attempt is a span, and says how often the same was sent before", async () => {
    const { shop, spans } = openObservedShop(
      () => new Response("Oops", { status: 503, headers: { "Retry-After": "0" } }),
    );
    await askStatus(shop);
    const requests = spans().slice(0, -1);
    const counts = requests.map(({ attributes }) => attributes["http.request.resend_count"]);
    expect(counts).toEqual([undefined, 1, 2]);
  });

  test("a request without an answer has the code of its failure", async () => {
    const { shop, spans } = openObservedShop(() =>
      Promise.reject(Object.assign(new Error("no"), { code: "ECONNREFUSED" })),
    );
    await askStatus(shop);
    const [request] = spans();
    expect(request?.attributes).toMatchObject({ "error.type": "unreachable" });
    expect(request?.attributes).not.toHaveProperty("http.response.status_code");
  });
});

test("no span has what was asked for, nor a header, nor an answer", async () => {
  const { shop, spans } = openObservedShop(
    () =>
      Response.json([{ id: 1, name: "private-answer" }], { headers: { "X-A": "private-header" } }),
    { settings: { django_api_token: "private-token" } },
  );
  await callTool(shop, "search_products", { query: "private-words" });
  await callTool(shop, "find_customer", { email: "private@example.com" });
  await callTool(shop, "get_order_status", { order_id: "1036", "private-extra": 1 });
  const told = spans().map(({ name, attributes, status, events }) => {
    return { name, attributes, status, events };
  });
  expect(told.length).toBeGreaterThan(5);
  expect(JSON.stringify(told)).not.toContain("private");
  expect(JSON.stringify(told)).toContain("?q=REDACTED&limit=REDACTED");
});

test("a shop with another API has no ids in the names of its spans", async () => {
  const tables = { paths: { orderStatus: "/purchases/{order_id}" } };
  const { shop, spans } = openObservedShop(shipped, { tables });
  await askStatus(shop);
  const [request] = spans();
  expect(request?.name).toBe("GET");
  expect(request?.attributes).not.toHaveProperty("url.template");
});

test("an id of a host's own is cut", async () => {
  const { shop, spans } = openObservedShop(shipped);
  const tool = shop.offered.get(STATUS.name);
  const message = { id: "i".repeat(10_000), method: "tools/call" };
  await tool?.call(STATUS.name, STATUS.arguments, shop, { message });
  expect(spans()[1]?.attributes["jsonrpc.request.id"]).toBe("i".repeat(100));
});
