/** Webhooks of the shop: which are taken, and that nothing is told of any other. */
import { afterAll, expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { ShopError } from "../../shop/errors.ts";
import { openLocalState, type SharedState } from "../../shop/shared-state.ts";
import { hear, listening } from "../hosts/listening.ts";
import { POST } from "../hosts/start-program.ts";
import { hmac, orderChanged, SECRET, sendEvent, type Sending } from "./signed-events.ts";

const BEGIN = Date.parse("2026-11-27T09:00:00Z");
const opened: { stop: () => unknown }[] = [];
afterAll(() => Promise.all(opened.map(({ stop }) => stop())));

/** A server that takes webhooks, with a clock to set, and what it has told. */
function open(shared: Partial<SharedState> = {}) {
  const clock = { now: BEGIN };
  const now = () => new Date(clock.now);
  const state = { ...openLocalState(now), ...shared };
  const told: (string | undefined)[] = [];
  state.subscribe("changes", (event) => void told.push(event));
  const shop = openShop(settingsSchema.parse({ django_api_base: "http://127.0.0.1:9" }), {
    now,
    state,
  });
  const http = serveHttp(shop, 0, { access: { webhookSecret: SECRET } });
  opened.push(http);
  /** Status and words of the answer to an event, signed now unless something else is said. */
  async function send(event: unknown, sending: Sending = {}) {
    const at = Math.floor(clock.now / 1000);
    const answer = await sendEvent(http.url, event, { at, ...sending });
    const { outcome, error } = (await answer.json()) as {
      // in one of its two forms
      outcome?: string;
      error?: { message: string };
    };
    return { status: answer.status, said: outcome ?? error?.message, headers: answer.headers };
  }
  return { url: http.url, clock, state, told, send };
}
const seconds = (ms: number) => Math.floor(ms / 1000);

test("an event is told on once, however often it is sent", async () => {
  const { send, told, clock } = open();
  const event = orderChanged("1054");
  expect(await send(event)).toMatchObject({ status: 202, said: "told" });
  expect(await send(event)).toMatchObject({ status: 200, said: "told_before" });
  clock.now += 299_000;
  const again = { at: seconds(BEGIN) };
  expect(await send(event, again)).toMatchObject({ status: 200, said: "told_before" });
  expect(await send({ ...event, order_id: "1055" })).toMatchObject({ status: 200 });
  expect(told).toEqual(["order_id 1054"]);
});
test("an event that was signed for the future is known as long as its signature holds", async () => {
  const { send, told, clock } = open();
  const [event, at] = [orderChanged("1054"), seconds(BEGIN) + 299];
  expect(await send(event, { at })).toMatchObject({ status: 202 });
  clock.now = BEGIN + 598_999;
  expect(await send(event, { at })).toMatchObject({ status: 200 });
  clock.now = BEGIN + 599_000;
  expect(await send(event, { at })).toMatchObject({ status: 401 });
  expect(told).toHaveLength(1);
});
test("one of two servers that share their state tells of an event", async () => {
  const now = () => new Date(BEGIN);
  const shared = openLocalState(now);
  const [one, other] = [open(shared), open(shared)];
  const event = orderChanged("1054");
  const statuses = await Promise.all(
    [one, other, one, other].map(async ({ send }) => (await send(event)).status),
  );
  expect(statuses.toSorted()).toEqual([200, 200, 200, 202]);
  expect(one.told).toEqual(["order_id 1054"]);
  expect(other.told).toEqual(["order_id 1054"]);
});
test("a product is told on like an order", async () => {
  const { send, told } = open();
  await send({ id: "evt_p", type: "product.changed", product_id: "linen-apron", at: 1 });
  expect(told).toEqual(["product_id linen-apron"]);
});
test("it needs no name of this server's, and no proxy is in its way", async () => {
  const { send } = open();
  const headers = { Host: "mcp.internal:3000", "X-Forwarded-For": "10.0.0.7", Via: "1.1 proxy" };
  expect(await send(orderChanged("1"), { headers })).toMatchObject({ status: 202 });
});
test("while a secret is replaced, one of several signatures is enough", async () => {
  const { send } = open();
  const [body, at] = [JSON.stringify(orderChanged("1")), seconds(BEGIN)];
  const [old, own] = [hmac("another", at, body), hmac(SECRET, at, body)];
  expect(await send(body, { signature: `t=${at},v1=${old},v1=${own}` })).toMatchObject({
    status: 202,
  });
});

const at = seconds(BEGIN);
const body = JSON.stringify(orderChanged("1054"));
const right = hmac(SECRET, at, body);
const UNSIGNED = /must have the header Shop-Signature/;
const UNTIMELY = /more than five minutes ago, or ahead/;
const NO_EVENT = /^This is no event: /;
test.each<[string, unknown, Sending, number, RegExp]>([
  ["another secret", body, { secret: `${SECRET}!` }, 401, UNSIGNED],
  ["no secret", body, { secret: "" }, 401, UNSIGNED],
  ["no signature", body, { signature: "" }, 401, UNSIGNED],
  ["no time", body, { signature: `v1=${right}` }, 401, UNSIGNED],
  ["an unsigned time", body, { signature: `t=${at + 1},v1=${right}` }, 401, UNSIGNED],
  ["two times", body, { signature: `t=${at},t=${at},v1=${right}` }, 401, UNSIGNED],
  ["half a signature", body, { signature: `t=${at},v1=${right.slice(0, 32)}` }, 401, UNSIGNED],
  ["the signature alone", body, { signature: right }, 401, UNSIGNED],
  ["capitals", body, { signature: `t=${at},v1=${right.toUpperCase()}` }, 401, UNSIGNED],
  ["a wrong version", body, { signature: `t=${at},v0=${right}` }, 401, UNSIGNED],
  ["another body", `${body} `, { signature: `t=${at},v1=${right}` }, 401, UNSIGNED],
  [
    "a token for it",
    body,
    { signature: "", headers: { Authorization: "Bearer x" } },
    401,
    UNSIGNED,
  ],
  ["a time of five minutes ago", body, { at: at - 300 }, 401, UNTIMELY],
  ["a time in five minutes", body, { at: at + 300 }, 401, UNTIMELY],
  ["a time in ms", body, { at: BEGIN }, 401, UNSIGNED],
  ["1 MB", { ...orderChanged("1"), pad: "x".repeat(1024 * 1024) }, {}, 413, /at most 16 kB/],
  ["16 kB and a byte", body.padEnd(16 * 1024 + 1), {}, 413, /at most 16 kB/],
  ["GET", body, { method: "GET" }, 405, /by POST/],
  ["PUT", body, { method: "PUT" }, 405, /by POST/],
  ["no JSON", "order_id=1054", {}, 400, NO_EVENT],
  ["half of it", body.slice(0, -1), {}, 400, NO_EVENT],
  ["null", "null", {}, 400, NO_EVENT],
  ["a list of events", `[${body}]`, {}, 400, NO_EVENT],
  ["nothing", "", {}, 400, NO_EVENT],
  ["another type", { ...orderChanged("1"), type: "order.deleted" }, {}, 400, NO_EVENT],
  ["no id", { ...orderChanged("1"), id: undefined }, {}, 400, /event: id: /],
  ["a long id", { ...orderChanged("1"), id: "x".repeat(129) }, {}, 400, /event: id: /],
  ["no order", orderChanged(undefined), {}, 400, /event: order_id: /],
  ["a number of an order", orderChanged(1054), {}, 400, /event: order_id: /],
  ["a path", orderChanged("../products/1"), {}, 400, /event: order_id: /],
  ["a product for an order", orderChanged(undefined, { product_id: "1" }), {}, 400, /order_id: /],
])("with %s, nothing is told", async (_, event, sending, status, words) => {
  const { send, told } = open();
  const answer = await send(event, sending);
  expect({ status: answer.status, said: answer.said }).toEqual({
    status,
    said: expect.stringMatching(words),
  });
  expect(answer.headers.get("allow")).toBe(status === 405 ? "POST" : null);
  expect(told).toEqual([]);
});

test("of all that is sent, a listener hears once what is right, new and theirs", async () => {
  const shop = serveShop();
  const asked: string[] = [];
  const settings = settingsSchema.parse({
    django_api_base: shop.url,
    django_api_token: "demo-mia",
  });
  const mias = openShop(settings, {
    fetch: (url, init) => (asked.push(new URL(url).pathname), fetch(url, init)),
  });
  const http = serveHttp(mias, 0, { access: { webhookSecret: SECRET } });
  opened.push(http, shop);
  const { body: request, headers } = listening(["shop://orders/1054"]);
  const all = { ...POST.headers, ...headers };
  const sent = { ...POST, headers: all, body: JSON.stringify(request) };
  const { heard, end } = await hear(await fetch(http.url, sent));
  asked.length = 0;

  const [now, event] = [seconds(Date.now()), orderChanged("1054")];
  const large = { ...orderChanged("1054"), pad: "x".repeat(1024 * 1024) };
  const table: [event: object, status: number, sending?: Sending][] = [
    [orderChanged("1054"), 401, { secret: "a secret of somebody else, no less than this" }],
    [orderChanged("1054"), 401, { at: now - 301 }],
    [large, 413],
    [orderChanged("nobody-has-it"), 202],
    [orderChanged("1049b"), 202],
    [orderChanged("1001"), 202], // of another customer
    [{ ...event, type: "product.changed", product_id: "1054", id: "evt_product" }, 202],
    [event, 202],
    [event, 200],
    [{ ...event, order_id: "1001" }, 200], // the id is known
  ];
  for (const [what, status, sending] of table)
    expect([what, (await sendEvent(http.url, what, sending)).status]).toEqual([what, status]);
  expect(await heard()).toBe("shop://orders/1054");
  expect(asked).toEqual(["/api/orders/1054/"]); // and of nothing else
  await sendEvent(http.url, orderChanged("1054"));
  expect(await heard()).toBe("shop://orders/1054");
  expect(asked).toHaveLength(2); // nothing came between
  await end();
});
test("a body without end is not read to it", async () => {
  const { url, told } = open();
  const piece = new Uint8Array(64 * 1024);
  const stream = new ReadableStream({ pull: (controller) => controller.enqueue(piece) });
  const sending = new AbortController();
  const { signal } = sending;
  const answer = await fetch(new URL("/hooks/shop", url), { method: "POST", body: stream, signal });
  sending.abort();
  expect(answer.status).toBe(413);
  expect(told).toEqual([]);
});
test("where it cannot be found out whether an event was told, it is to be sent again", async () => {
  const claim = () => Promise.reject(new ShopError("state_down"));
  const { send, told } = open({ claim });
  const answer = await send(orderChanged("1054"));
  expect(answer).toMatchObject({ status: 503, said: expect.stringMatching(/Send it again/) });
  expect(answer.headers.get("retry-after")).toBe("5");
  expect(told).toEqual([]);
});
test("nor is one taken for told that this process alone has heard of", async () => {
  let isReached = false;
  const { send, state } = open({ publish: () => isReached });
  const event = orderChanged("1054");
  expect(await send(event)).toMatchObject({ status: 503 });
  isReached = true;
  expect(await send(event)).toMatchObject({ status: 202 });
  expect(await send(event)).toMatchObject({ status: 200 });
  expect(state.get(`event:${event.id}`)).toBe("told");
});
test("nor one whose server ended, or lost its memory, before it told of it", async () => {
  const { send, state, told, clock } = open();
  const event = orderChanged("1054");
  await state.claim(`event:${event.id}`, "a server that has ended", "0");
  expect(await send(event)).toMatchObject({ status: 503 });
  expect(told).toEqual([]);
  clock.now += 601_000;
  expect(await send(event)).toMatchObject({ status: 202, said: "told" });
  expect(told).toEqual(["order_id 1054"]);
});
test("without a secret there is no such path", async () => {
  const shop = openShop(settingsSchema.parse({ django_api_base: "http://127.0.0.1:9" }));
  const http = serveHttp(shop, 0);
  opened.push(http);
  expect((await sendEvent(http.url, orderChanged("1"))).status).toBe(404);
});
