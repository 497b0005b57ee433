/** A slow call tells the host of its progress in the bytes of the SDK, whichever of the two answers it. */
import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { openEndpoint } from "../../http/serve.ts";
import { offerOf, openShop, settingsSchema } from "../../server.ts";
import { plainCalls } from "../../shop/answer.ts";
import { makeServer } from "../../shop/offer.ts";
import { openBothWays, type Sent } from "./both-ways.ts";

const NOW = new Date("2026-11-22T09:00:00Z"); // of `as_of`
const MODERN = "2026-07-28";
const envelope = {
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientCapabilities": {},
};
const eras = [
  [MODERN, envelope],
  ["2025-11-25", {}],
] as const;
function callOf(version: string, _meta: object, tool: string): Sent<string> {
  const params = { name: tool, arguments: { order_id: "1036" }, _meta };
  const names = version === MODERN && { "Mcp-Method": "tools/call", "Mcp-Name": tool };
  const headers = {
    Host: "127.0.0.1:3000",
    Accept: "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": version,
    ...names,
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params });
  return { method: "POST", headers: Object.entries(headers), body };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());
/** Two equal shops that take this long for an answer, and what is answered by each. */
async function answersOf(seconds: number, sent: Sent<string>) {
  const fetch = () =>
    new Promise<Response>((resolve) => {
      setTimeout(() => resolve(Response.json({ status: "shipped" })), seconds * 1000);
    });
  const settings = { django_api_base: "http://django.test", django_api_token: "t" };
  const shop = () => openShop(settingsSchema.parse(settings), { fetch, now: () => NOW });
  let isDone = false;
  const answers = openBothWays(shop)(sent).finally(() => (isDone = true));
  while (!isDone) {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve(); // all but time goes on
    jest.advanceTimersByTime(100);
  }
  return answers;
}

test.each(eras)("%s: every second, and nothing after the answer", async (version, meta) => {
  const sent = callOf(version, { ...meta, progressToken: "p" }, "get_order_status");
  const { expected, answered, isShort } = await answersOf(2.5, sent);
  expect(answered).toEqual(expected);
  expect(isShort).toBe(true);
  const events = answered.body.trim().split("\n\n");
  const told = events.map((event) => JSON.parse(event.replace(/^event: message\ndata: /, "")));
  const say = (progress: number) => ({
    progressToken: "p",
    progress,
    message: "Waiting for the shop",
  });
  expect(told.map(({ params }) => params)).toEqual([say(1), say(2), undefined]);
  expect(told.at(-1)).toMatchObject({
    id: 7,
    result: { structuredContent: { status: "shipped" } },
  });
});
test.each(eras)("%s: nothing within the first second", async (version, meta) => {
  const sent = callOf(version, { ...meta, progressToken: 0 }, "get_order_status");
  const { expected, answered } = await answersOf(0.9, sent);
  expect(answered).toEqual(expected);
  expect(answered.body).not.toContain("notifications/progress");
});
test.each(eras)("%s: nothing for a host that has not asked", async (version, meta) => {
  const { expected, answered } = await answersOf(2.5, callOf(version, meta, "get_order_status"));
  expect(answered).toEqual(expected);
  expect(answered.body).not.toContain("notifications/progress");
});
test.each(eras)("%s: a token is not repeated that is long", async (version, meta) => {
  const bodies = [200, 201].map(async (letters) => {
    const progressToken = "p".repeat(letters);
    const sent = callOf(version, { ...meta, progressToken }, "get_order_status");
    const { expected, answered } = await answersOf(1.5, sent);
    expect(answered).toEqual(expected);
    return answered.body.includes("notifications/progress");
  });
  expect(await Promise.all(bodies)).toEqual([true, false]);
});
test.each(eras)("%s: a host that closes the stream ends the call", async (version, meta) => {
  let atShop: AbortSignal | null | undefined;
  const fetch = (_: unknown, init?: RequestInit) => {
    atShop = init?.signal;
    return new Promise<Response>(() => {}); // it never answers
  };
  const settings = { django_api_base: "http://django.test", django_api_token: "t" };
  const shop = openShop(settingsSchema.parse(settings), { fetch, now: () => NOW });
  const offer = offerOf(shop);
  const plain = { identity: offer.identity, calls: plainCalls(offer.tools, shop) };
  const { answer } = openEndpoint(() => makeServer(offer, shop), { plain });
  const sent = callOf(version, { ...meta, progressToken: "p" }, "get_order_status");
  let response: Response | undefined;
  const send = async () =>
    (response = await answer(new Request("http://127.0.0.1:3000/mcp", sent)));
  void send();
  while (!response) {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve(); // all but time goes on
    jest.advanceTimersByTime(100);
  }
  expect(atShop?.aborted).toBe(false);
  await response.body?.cancel();
  jest.advanceTimersByTime(3000);
  expect(atShop?.aborted).toBe(true);
});
test.each(eras)("%s: no timer is left behind", async (version, meta) => {
  await answersOf(2.5, callOf(version, { ...meta, progressToken: 1 }, "get_order_status"));
  expect(jest.getTimerCount()).toBe(0);
});
