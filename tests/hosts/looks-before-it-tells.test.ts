/** What an event comes to in the shop: few reads at a time, equal ones once, and none lost while the shop is down. */
import { expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { offerOf, openShop, settingsSchema } from "../../server.ts";
import { openUpdates } from "../../shop/updates.ts";
import { orderChanged, SECRET } from "../gate/signed-events.ts";

const { signal } = new AbortController();
const ORDERS = ["1004", "1017", "1021", "1028", "1036", "1047", "1049", "1054"]; // mia's

function open() {
  const served = serveShop();
  const upstream = { reads: [] as string[], underWay: 0, most: 0, isDown: false, gone: "" };
  /** What waits for a read to go on, where reads are held. */
  const gate = { held: undefined as PromiseWithResolvers<void> | undefined };
  const settings = { django_api_base: served.url, django_api_token: "demo-mia" };
  const shop = openShop(settingsSchema.parse(settings), {
    async fetch(url, init) {
      upstream.reads.push(new URL(url).pathname);
      upstream.most = Math.max(upstream.most, ++upstream.underWay);
      await gate.held?.promise;
      upstream.underWay--;
      if (upstream.gone && url.toString().includes(upstream.gone))
        return Response.json({ detail: "Not found." }, { status: 404 });
      if (upstream.isDown)
        return Response.json(
          { detail: "Down." },
          { status: 429, headers: { "Retry-After": "60" } }, // too long to wait for
        );
      return fetch(url, init);
    },
  });
  const pauses: (() => void)[] = [];
  const pause = () => new Promise<void>((end) => void pauses.push(end));
  const { updates, hooks } = openUpdates({
    secret: SECRET,
    tools: offerOf(shop).tools,
    account: { ...shop, report() {} },
    pause,
  });
  const stop = () => served.stop();
  if (!updates || !hooks) throw new Error("nothing can be heard of these tools");
  const { url } = served;
  return { url, updates, take: hooks.take, upstream, gate, pauses, [Symbol.asyncDispose]: stop };
}
type Open = ReturnType<typeof open>;
/** Listens to these. `next` is the next address that is heard. */
async function listen({ updates }: Open, ...uris: string[]) {
  const heard: string[] = [];
  let wake: (() => void) | undefined;
  const admitted = await updates.admit(uris, undefined, signal);
  const ends = admitted.map(({ uri, watch }) =>
    watch(() => {
      heard.push(uri);
      wake?.();
    }),
  );
  const end = () => ends.forEach((end) => end());
  const count = async (most: number) => {
    while (heard.length < most) await new Promise<void>((resolve) => void (wake = resolve));
    return heard;
  };
  return { heard, count, end };
}
const address = (id: string) => `shop://orders/${id}`;
/** Lets what is ready run. */
const settle = () => new Promise<void>((end) => void setImmediate(end));

test("two who listen to the same share a read, and a burst of events comes to two", async () => {
  await using server = open();
  const [one, other] = [
    await listen(server, address("1054")),
    await listen(server, address("1054")),
  ];
  server.upstream.reads.length = 0;
  server.gate.held = Promise.withResolvers();
  for (let nth = 0; nth < 30; nth++) await server.take(orderChanged("1054"));
  server.gate.held.resolve();
  expect(await one.count(2)).toEqual([address("1054"), address("1054")]);
  await other.count(2);
  expect(server.upstream.reads).toHaveLength(2); // one was under way when the others came
});
test("no more than four are read at a time", async () => {
  await using server = open();
  const { count } = await listen(server, ...ORDERS.map(address));
  server.upstream.most = 0;
  const held = (server.gate.held = Promise.withResolvers());
  for (const id of ORDERS) await server.take(orderChanged(id));
  while (server.upstream.underWay < 4) await settle();
  for (let turn = 0; turn < 20; turn++) await settle(); // so that a fifth would have begun
  held.resolve();
  expect((await count(8)).toSorted()).toEqual(ORDERS.map(address));
  expect(server.upstream.most).toBe(4);
});
test("while the shop takes no requests, nothing is told; afterwards it is", async () => {
  await using server = open();
  const { heard, count } = await listen(server, address("1054"));
  server.upstream.isDown = true;
  await server.take(orderChanged("1054"));
  while (server.pauses.length < 1) await settle();
  server.pauses[0]?.();
  while (server.pauses.length < 2) await settle();
  expect(heard).toEqual([]);
  server.upstream.isDown = false;
  server.pauses[1]?.();
  expect(await count(1)).toEqual([address("1054")]);
});
test("what is not there any more is not looked for again", async () => {
  await using server = open();
  const { count } = await listen(server, address("1054"), address("1004"));
  server.upstream.gone = "1054";
  server.upstream.reads.length = 0;
  for (const id of ["1054", "1004"]) await server.take(orderChanged(id));
  expect(await count(1)).toEqual([address("1004")]);
  expect(server.upstream.reads.toSorted()).toEqual(["/api/orders/1004/", "/api/orders/1054/"]);
  expect(server.pauses).toEqual([]);
});
test("what nobody listens to any more is not read", async () => {
  await using server = open();
  const gone = await listen(server, address("1054"));
  const { count } = await listen(server, address("1004"));
  gone.end();
  server.upstream.reads.length = 0;
  await server.take(orderChanged("1054"));
  await server.take(orderChanged("1004"));
  await count(1);
  expect(server.upstream.reads).toEqual(["/api/orders/1004/"]);
  expect(gone.heard).toEqual([]);
});
test("nor is it once the shop takes requests again", async () => {
  await using server = open();
  const gone = await listen(server, address("1054"));
  server.upstream.isDown = true;
  await server.take(orderChanged("1054"));
  while (server.pauses.length < 1) await settle();
  gone.end();
  server.upstream.reads.length = 0;
  server.pauses[0]?.();
  for (let turn = 0; turn < 20; turn++) await settle();
  expect(server.upstream.reads).toEqual([]);
});
/** The shop's staff ship it, and the shop says so. */
async function ship({ url, take }: Open, id: string) {
  const { status } = await fetch(`${url}/__world/orders/${id}/ship/`, { method: "POST" });
  expect(status).toBe(200);
  await take(orderChanged(id));
}
test("what changes between the reading that admits and the listening is told", async () => {
  await using server = open();
  const [admitted] = await server.updates.admit([address("1054")], undefined, signal);
  await ship(server, "1054");
  await new Promise<void>((heard) => void admitted?.watch(heard));
});
test("who listens again hears what another was told meanwhile, and the other nothing more", async () => {
  await using server = open();
  const [admitted] = await server.updates.admit([address("1054")], undefined, signal);
  admitted?.watch(() => {})();
  const other = await listen(server, address("1054"));
  await ship(server, "1054");
  await other.count(1);
  await new Promise<void>((heard) => void admitted?.watch(heard));
  expect(other.heard).toHaveLength(1);
});
test("however many events come while the shop is down, it is looked at again once", async () => {
  await using server = open();
  const { heard, count } = await listen(server, address("1054"));
  server.upstream.isDown = true;
  for (let nth = 1; nth <= 5; nth++) {
    const before = server.upstream.reads.length;
    await server.take(orderChanged("1054"));
    while (server.upstream.reads.length === before) await settle();
    await settle();
  }
  expect(server.pauses).toHaveLength(1);
  server.upstream.isDown = false;
  server.pauses[0]?.();
  expect(await count(1)).toEqual([address("1054")]);
  expect(heard).toHaveLength(1);
});
test("a shop that gives no answer is not taken for one that knows no such order", async () => {
  await using server = open();
  server.upstream.isDown = true;
  const admitting = server.updates.admit([address("1054"), address("9")], undefined, signal);
  expect(await admitting.catch((error: unknown) => error)).toMatchObject({
    code: -32_603,
    message: expect.stringMatching(/^The shop has received too many requests/),
  });
});
