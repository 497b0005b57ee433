/** A session of the handshake era hears of what it has subscribed to: in its own stream, as long as that is open. */
import { expect, test } from "bun:test";
import type { ShopOptions } from "../../server.ts";
import { serveIssuer } from "../gate/authorization-server.ts";
import { PUBLIC_URL, refusal, resultOf, serveGuarded } from "../gate/guarded-server.ts";
import { orderChanged, SECRET, sendEvent } from "../gate/signed-events.ts";
import { settle } from "./hand-clock.ts";
import { connectHost, messagesOf, yes } from "./http-sessions.ts";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { initialize, POST, rpc } from "./start-program.ts";

const MINE = { mia: "shop://orders/1054", bram: "shop://orders/1001" };
const OLD = { "MCP-Protocol-Version": "2025-11-25" };

async function serve({
  shop = {},
  clock = { ahead: 0 },
}: { shop?: ShopOptions; clock?: { ahead: number } } = {}) {
  const issuer = await serveIssuer();
  const now = () => Date.now() + clock.ahead;
  const gate = { webhookSecret: SECRET };
  const server = serveGuarded({ oauth: { issuer: issuer.issuer, now }, gate, shop });
  const as = (sub: string, more = {}) => issuer.sign({ aud: PUBLIC_URL, sub, ...more });
  async function begin(sub: string, capabilities: object = { elicitation: {} }) {
    const token = await as(sub);
    const answer = await server.send(initialize(capabilities), token);
    const id = answer.headers.get("mcp-session-id") ?? "";
    await answer.text();
    const headers = { ...OLD, "Mcp-Session-Id": id };
    const ask = async (method: string, params: object) =>
      resultOf(await server.send(rpc(1, method, params), token, headers));
    const subscribe = (uri: string) => ask("resources/subscribe", { uri });
    const request = async (method: string, by = token, signal?: AbortSignal) =>
      fetch(server.url, {
        method,
        ...(signal && { signal }),
        headers: { ...headers, Accept: "text/event-stream", Authorization: `Bearer ${by}` },
      });
    /** Opens the stream; `next` is the next address that is heard. */
    async function listen(by?: string) {
      const ended = new AbortController();
      const messages = messagesOf(await request("GET", by, ended.signal));
      const next = async () => {
        const { value } = await messages.next();
        return (value?.params as { uri?: string } | undefined)?.uri; // of a notice
      };
      return { next, end: () => ended.abort() };
    }
    return { id, ask, subscribe, request, listen };
  }
  async function change(event: object) {
    expect((await sendEvent(server.url, event)).status).toBe(202);
  }
  /** Waits until the server knows that nobody listens to this order any more. */
  async function untilUnheard(id: string) {
    for (let reads = -1; reads !== server.upstream.length;) {
      reads = server.upstream.length;
      await change(orderChanged(id));
      await settle();
    }
  }
  /** Says that this order has changed, again and again, until a stream has something: the ends of others take a while. */
  async function untilHeard(id: string, { next }: { next: () => Promise<string | undefined> }) {
    let isHeard = false;
    const heard = next().finally(() => (isHeard = true));
    while (!isHeard) {
      await change(orderChanged(id));
      await settle();
    }
    return heard;
  }
  async function ship(id: string) {
    const url = `${server.shop.url}/__world/orders/${id}/ship/`;
    expect((await fetch(url, { method: "POST" })).status).toBe(200);
  }
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
  return {
    ...server,
    as,
    begin,
    change,
    ship,
    untilUnheard,
    untilHeard,
    [Symbol.asyncDispose]: stop,
  };
}

test("who subscribes hears of it, and of nothing of another customer's", async () => {
  await using server = await serve();
  const [mia, bram] = [await server.begin("mia"), await server.begin("bram")];
  const [hers, his] = [await mia.listen(), await bram.listen()];
  expect(await mia.subscribe(MINE.mia)).toEqual({});
  expect(await bram.subscribe(MINE.bram)).toEqual({});
  expect(await bram.subscribe(MINE.mia)).toEqual({
    code: -32_602,
    message: expect.stringMatching(/Nothing was found under 1054/),
  });
  for (const id of ["1054", "1001", "1054"]) await server.change(orderChanged(id));
  expect([await hers.next(), await hers.next()]).toEqual([MINE.mia, MINE.mia]);
  expect(await his.next()).toBe(MINE.bram);
});
test("what it has unsubscribed from it does not hear, and nothing is read for it", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  const { next } = await mia.listen();
  await mia.subscribe(MINE.mia);
  await mia.subscribe("shop://orders/1004");
  await mia.ask("resources/unsubscribe", { uri: MINE.mia });
  const before = server.upstream.length;
  await server.change(orderChanged("1054"));
  await server.change(orderChanged("1004"));
  expect(await next()).toBe("shop://orders/1004");
  expect(server.upstream.length).toBe(before + 1);
});
test("a host that cannot ask has a session where it connects to /mcp?listen", async () => {
  await using server = await serve();
  const token = await server.as("mia");
  const none = await server.send(initialize(), token);
  expect(none.headers.has("mcp-session-id")).toBe(false);
  const { headers } = POST;
  const given = await fetch(`${server.url}?listen`, {
    ...POST,
    headers: { ...headers, Authorization: `Bearer ${token}` },
    body: JSON.stringify(initialize()),
  });
  expect(given.headers.get("mcp-session-id")).toMatch(/^[\da-f-]{36}$/);
  expect((await resultOf(given)).capabilities.resources).toEqual({
    listChanged: false,
    subscribe: true,
  });
});
test("its stream begins at once, and is its caller's alone", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  const stream = await mia.request("GET");
  const reader = stream.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(": open\n\n");
  expect((await refusal(await mia.request("GET", await server.as("bram")))).status).toBe(404);
  await reader?.cancel();
});
test("a host may hold two streams: a message is said in the newest, until that ends", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  const first = await mia.listen();
  await mia.subscribe(MINE.mia);
  const second = await mia.listen();
  for (let nth = 0; nth < 2; nth++) {
    await server.change(orderChanged("1054"));
    expect(await second.next()).toBe(MINE.mia);
  }
  second.end();
  await mia.subscribe("shop://orders/1004");
  expect(await server.untilHeard("1004", first)).toBe("shop://orders/1004"); // and of what the other heard, nothing
});
test("of five streams the oldest ends", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  await mia.subscribe(MINE.mia);
  const [first, second] = [await mia.listen(), await mia.listen()];
  const later = [await mia.listen(), await mia.listen(), await mia.listen()];
  expect(await first.next()).toBeUndefined();
  for (const { end } of later) end();
  expect(await server.untilHeard("1054", second)).toBe(MINE.mia);
});
test("while its stream is closed nothing is read; once it is open again, it hears what it has missed", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  const first = await mia.listen();
  await mia.subscribe(MINE.mia);
  await mia.subscribe("shop://orders/1004");
  await server.change(orderChanged("1054"));
  expect(await first.next()).toBe(MINE.mia);
  first.end();
  await server.untilUnheard("1004");
  const before = server.upstream.length;
  await server.ship("1054");
  await server.change(orderChanged("1054"));
  await settle();
  expect(server.upstream.length).toBe(before);
  const again = await mia.listen();
  expect(await again.next()).toBe(MINE.mia);
  await server.change(orderChanged("1004")); // of which nothing was said, since it is as it was
  expect(await again.next()).toBe("shop://orders/1004");
});
test("it hears what it has missed, though another session of the same caller has heard it", async () => {
  await using server = await serve();
  const [one, other] = [await server.begin("mia"), await server.begin("mia")];
  const [first, second] = [await one.listen(), await other.listen()];
  for (const { subscribe } of [one, other]) await subscribe(MINE.mia);
  await one.subscribe("shop://orders/1004");
  first.end();
  await server.untilUnheard("1004");
  await server.ship("1054");
  await server.change(orderChanged("1054"));
  expect(await second.next()).toBe(MINE.mia);
  const again = await one.listen();
  expect(await again.next()).toBe(MINE.mia);
});
test("what changes before its stream is open it hears once it is", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  await mia.subscribe(MINE.mia);
  await server.ship("1054");
  await server.change(orderChanged("1054"));
  const { next } = await mia.listen();
  expect(await next()).toBe(MINE.mia);
});
test("it ends with the token that the stream was opened with, and hears again with another", async () => {
  const clock = { ahead: 0 };
  await using server = await serve({ clock });
  const mia = await server.begin("mia");
  await mia.subscribe(MINE.mia);
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const short = await server.as("mia", { exp });
  clock.ahead = exp * 1000 - Date.now() - 50;
  const { next } = await mia.listen(short);
  expect(await next()).toBeUndefined();
  const later = await mia.listen(await server.as("mia", { exp: exp + 3600 }));
  await server.change(orderChanged("1054"));
  expect(await later.next()).toBe(MINE.mia);
});
test("with DELETE the session ends, its stream, and what was read for it", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  const bram = await server.begin("bram");
  const [hers, his] = [await mia.listen(), await bram.listen()];
  await mia.subscribe(MINE.mia);
  await bram.subscribe(MINE.bram);
  expect((await mia.request("DELETE")).status).toBe(200);
  expect(await hers.next()).toBeUndefined();
  const before = server.upstream.length;
  await server.change(orderChanged("1054"));
  await server.change(orderChanged("1001"));
  expect(await his.next()).toBe(MINE.bram);
  expect(server.upstream.length).toBe(before + 1);
  expect((await refusal(await mia.request("GET"))).status).toBe(404);
});
test("it ends with the server, without a wait", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  const { next } = await mia.listen();
  await server[Symbol.asyncDispose]();
  expect(await next()).toBeUndefined();
});
test("who may not read it any more hears nothing of it", async () => {
  let isHidden = false;
  const assertionFor: ShopOptions["assertionFor"] =
    ({ identity }) =>
    async () =>
      `demo-${isHidden ? "bram" : identity.subject}`;
  await using server = await serve({ shop: { assertionFor } });
  const mia = await server.begin("mia");
  const { next } = await mia.listen();
  const product = "shop://products/root-trowel";
  for (const uri of [MINE.mia, product]) await mia.subscribe(uri);
  isHidden = true;
  await server.change(orderChanged("1054"));
  await server.change({ id: "p", type: "product.changed", product_id: "root-trowel" });
  expect(await next()).toBe(product);
});
test("a session subscribes to fifty resources at most", async () => {
  await using server = await serve();
  const mia = await server.begin("mia");
  const spellings = ["1", "%31"].flatMap((one) =>
    ["0", "%30"].flatMap((two) =>
      ["5", "%35"].flatMap((three) => ["4", "%34"].map((four) => one + two + three + four)),
    ),
  );
  const uris = ["", "#", "%23"].flatMap((hash) =>
    spellings.map((id) => `shop://orders/${hash}${id}`),
  );
  const orders = ["1004", "1017"].map((id) => `shop://orders/${id}`);
  for (const uri of [...uris, ...orders].slice(0, 50)) expect(await mia.subscribe(uri)).toEqual({});
  expect((await mia.subscribe("shop://orders/1021")).message).toMatch(/50 resources at most/);
  expect(await mia.subscribe(String(uris[0]))).toEqual({}); // which is one of them
  await mia.ask("resources/unsubscribe", { uri: uris[0] });
  expect(await mia.subscribe("shop://orders/1021")).toEqual({});
});

test("the SDK's 1.x client hears of an order that is shipped, whether it can ask or not", async () => {
  const shop = serveShop();
  const settings = { django_api_base: shop.url, django_api_token: "demo-mia" };
  const opened = openShop(settingsSchema.parse(settings));
  const http = serveHttp(opened, 0, { access: { webhookSecret: SECRET } });
  shop.reportTo({ url: new URL("/hooks/shop", http.url).href, secret: SECRET });
  for (const [url, answer, id] of [
    [http.url, yes, "1054"],
    [`${http.url}?listen`, undefined, "1049"],
  ] as const) {
    const host = await connectHost(url, answer);
    const heard = Promise.withResolvers<unknown>();
    host.fallbackNotificationHandler = async ({ params }) => heard.resolve(params?.["uri"]);
    await host.subscribeResource({ uri: `shop://orders/${id}` });
    const shipped = await fetch(`${shop.url}/__world/orders/${id}/ship/`, { method: "POST" });
    expect(shipped.status).toBe(200);
    expect(await heard.promise).toBe(`shop://orders/${id}`); // also if its stream was not open yet
    await host.end();
    await host.close();
  }
  await http.stop();
  await shop.stop();
});
