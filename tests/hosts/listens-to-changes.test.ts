/** An order that has changed is told to those who listen to it and may read it, and to nobody else. */
import { expect, test } from "bun:test";
import type { ShopOptions } from "../../server.ts";
import { openLocalState, type Listener } from "../../shop/shared-state.ts";
import { serveIssuer } from "../gate/authorization-server.ts";
import { PUBLIC_URL, resultOf, serveGuarded } from "../gate/guarded-server.ts";
import { orderChanged, SECRET, sendEvent } from "../gate/signed-events.ts";
import { hear, listening, modern } from "./listening.ts";
import { initialize } from "./start-program.ts";

const MINE = { mia: "shop://orders/1054", bram: "shop://orders/1001" };
const PRODUCT = "shop://products/root-trowel";

async function serve({
  webhookSecret = SECRET,
  settings = {},
  ...shop
}: ShopOptions & { webhookSecret?: string; settings?: object } = {}) {
  const issuer = await serveIssuer();
  const gate = webhookSecret ? { webhookSecret } : {};
  const server = serveGuarded({ oauth: { issuer: issuer.issuer }, gate, settings, shop });
  const as = (sub: string) => issuer.sign({ aud: PUBLIC_URL, sub });
  async function request(sub: string, { body, headers }: ReturnType<typeof modern>) {
    return server.send(body, await as(sub), headers);
  }
  const listen = async (sub: string, ...uris: string[]) =>
    hear(await request(sub, listening(uris)));
  /** The error in the place of a stream. */
  const refusal = async (sub: string, uris: unknown) =>
    (
      (await (await request(sub, listening(uris))).json()) as {
        error: { code: number; message: string };
      }
    ).error; // of JSON-RPC
  async function change(event: object) {
    const { status } = await sendEvent(server.url, event);
    expect(status).toBe(202);
  }
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
  return { ...server, as, request, listen, refusal, change, [Symbol.asyncDispose]: stop };
}

test("an order that has changed is told to its customer and to staff, and to no other customer", async () => {
  await using server = await serve();
  const mia = await server.listen("mia", MINE.mia);
  const bram = await server.listen("bram", MINE.bram, MINE.mia);
  const staff = await server.listen("staff", MINE.mia, MINE.bram);
  expect(mia.acknowledged).toEqual([MINE.mia]);
  expect(bram.acknowledged).toEqual([MINE.bram]); // and not hers
  await server.change(orderChanged("1054"));
  await server.change(orderChanged("1001"));
  await server.change(orderChanged("1054"));
  expect([await mia.heard(), await mia.heard()]).toEqual([MINE.mia, MINE.mia]);
  expect(await bram.heard()).toBe(MINE.bram); // the first that he hears
  expect([await staff.heard(), await staff.heard()].toSorted()).toEqual([MINE.bram, MINE.mia]);
});
test("a product that has changed is told to whoever listens to it", async () => {
  await using server = await serve();
  const [mia, bram] = [await server.listen("mia", PRODUCT), await server.listen("bram", PRODUCT)];
  await server.change({ id: "1", type: "product.changed", product_id: PRODUCT.split("/").at(-1) });
  expect([await mia.heard(), await bram.heard()]).toEqual([PRODUCT, PRODUCT]);
});
test("an address is told as it was given, however the id is written in it", async () => {
  await using server = await serve();
  const written = ["shop://orders/%231054", "shop://orders/%31054"];
  const mia = await server.listen("mia", ...written);
  await server.change(orderChanged("1054"));
  expect([await mia.heard(), await mia.heard()].toSorted()).toEqual(written);
});

const TOLD =
  /^Changes are told of shop:\/\/products\/{product_id} and shop:\/\/orders\/{order_id}\./;
test.each([
  ["an unknown order", "shop://orders/9999", /Nothing was found under 9999/],
  ["somebody else's", MINE.mia, /Nothing was found under 1054/],
  ["no id", "shop://orders/%2E%2E%2Fproducts", /order_id: expected an id/],
  ["no resource of the shop", "https://shop.example/api/orders/1001/", TOLD],
  ["what never reports itself", "shop://info", TOLD],
])("to %s nobody can listen, and it is said why", async (_, uri, words) => {
  await using server = await serve();
  expect(await server.refusal("bram", [uri])).toEqual({
    code: -32_602,
    message: expect.stringMatching(words),
  });
});
test("a request that is no good is the SDK's to refuse, and reads nothing", async () => {
  await using server = await serve();
  for (const uris of ["shop://orders/1001", [1001], [MINE.bram, null]])
    expect(await server.refusal("bram", uris)).toMatchObject({ code: -32_602 });
  expect(server.upstream).toEqual([]);
});
test("somebody who may not read it any more hears nothing of it", async () => {
  let isHidden = false;
  const assertionFor: ShopOptions["assertionFor"] = (caller) => async () =>
    `demo-${isHidden && caller.identity.subject === "mia" ? "bram" : caller.identity.subject}`;
  await using server = await serve({ assertionFor });
  const staff = await server.listen("staff", MINE.mia);
  const mia = await server.listen("mia", MINE.mia, PRODUCT);
  isHidden = true;
  await server.change(orderChanged("1054"));
  expect(await staff.heard()).toBe(MINE.mia); // who may still
  await server.change({ id: "p", type: "product.changed", product_id: "root-trowel" });
  expect(await mia.heard()).toBe(PRODUCT); // the first that she hears
});
test("where events may have been lost, everybody hears of all that they listen to", async () => {
  const local = openLocalState(() => new Date());
  const listeners: Listener[] = [];
  const subscribe = (channel: string, listener: Listener) => {
    if (channel === "changes") listeners.push(listener);
    return local.subscribe(channel, listener);
  };
  await using server = await serve({ state: { ...local, subscribe } });
  const mia = await server.listen("mia", MINE.mia, PRODUCT);
  const bram = await server.listen("bram", MINE.bram);
  for (const listener of listeners) listener(undefined);
  expect([await mia.heard(), await mia.heard()].toSorted()).toEqual([MINE.mia, PRODUCT]);
  expect(await bram.heard()).toBe(MINE.bram);
});

test("what is read for a notice is no call of the caller's", async () => {
  await using server = await serve({ settings: { rate_limit: 1 } });
  const mia = await server.listen("mia", MINE.mia); // her call in this minute
  for (let nth = 0; nth < 3; nth++) {
    await server.change(orderChanged("1054"));
    expect(await mia.heard()).toBe(MINE.mia);
  }
});

test("it ends with the server, so that a client knows to listen again", async () => {
  await using server = await serve();
  const mia = await server.listen("mia", MINE.mia);
  await server[Symbol.asyncDispose]();
  expect([await mia.heard(), await mia.heard()]).toEqual(["complete", undefined]);
});
test("for a client that has gone, nothing is read", async () => {
  await using server = await serve();
  const mia = await server.listen("mia", MINE.mia);
  const bram = await server.listen("bram", MINE.bram);
  await mia.end();
  for (let reads = 2; reads > 1;) {
    // until its end is heard of
    const before = server.upstream.length;
    await server.change(orderChanged("1054"));
    await server.change(orderChanged("1001"));
    expect(await bram.heard()).toBe(MINE.bram);
    reads = server.upstream.length - before;
  }
});
test("nobody begins to listen to a server that is ending", async () => {
  const [reading, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow: ShopOptions["fetch"] = async (url, init) => {
    reading.resolve();
    await held.promise;
    return fetch(url, init);
  };
  await using server = await serve({ fetch: slow });
  const refusal = server.refusal("mia", [MINE.mia]);
  await reading.promise;
  const stopped = server[Symbol.asyncDispose]();
  held.resolve();
  expect((await refusal).message).toMatch(/^This server is ending/);
  await stopped;
});
test("a caller has so many streams, with so many addresses each", async () => {
  await using server = await serve();
  for (let nth = 0; nth < 25; nth++) await server.refusal("mia", ["shop://orders/9999"]); // held by nobody
  const first = await server.listen("mia", PRODUCT);
  for (let nth = 1; nth < 20; nth++) await server.listen("mia", PRODUCT);
  expect((await server.refusal("mia", [PRODUCT])).message).toMatch(/no more subscriptions for you/);
  await first.end();
  while ((await server.listen("mia", PRODUCT)).acknowledged === undefined); // until its end is heard of
  await server.listen("bram", PRODUCT);
  const many = Array.from({ length: 51 }, (_, nth) => `shop://orders/${nth}`);
  expect((await server.refusal("bram", many)).message).toMatch(/at most 50 addresses/);
});

test.each([
  [SECRET, "0", { subscribe: true }],
  ["", "30", { subscribe: true }],
  ["", "0", {}],
])(
  "with the secret %j and a look each %s s, it is said that one can listen: %j; without a session never",
  async (secret, poll, more) => {
    await using server = await serve({ webhookSecret: secret, settings: { poll } });
    const discovered = await resultOf(await server.request("mia", modern("server/discover", {})));
    expect(discovered.capabilities.resources).toEqual({ listChanged: false, ...more });
    const token = await server.as("mia");
    const alone = await resultOf(await server.send(initialize(), token));
    expect(alone.capabilities.resources).toEqual({ listChanged: false });
    const inSession = await resultOf(await server.send(initialize({ elicitation: {} }), token));
    expect(inSession.capabilities.resources).toEqual({ listChanged: false, ...more });
  },
);
