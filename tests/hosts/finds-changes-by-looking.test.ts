/** Where the shop sends no events, a change is found by reading again, at a bounded rate, and told to who may read it. */
import { expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { offerOf, openShop, settingsSchema, updatesOf } from "../../server.ts";
import { openLocalState } from "../../shop/shared-state.ts";
import type { Tool } from "../../shop/tool.ts";
import { openUpdates } from "../../shop/updates.ts";
import { orderChanged, SECRET } from "../gate/signed-events.ts";
import { useHandClock } from "./hand-clock.ts";

const { signal } = new AbortController();
const ORDER = "shop://orders/1054"; // mia's

/** A shop that answers as `answer` says, and what is heard of it by listeners who are looked for each 30 s. */
function open(secret?: string) {
  const served = serveShop();
  const clock = useHandClock();
  const reads: [seconds: number, path: string][] = [];
  const upstream = { answer: undefined as (() => Response) | undefined };
  const settings = { django_api_base: served.url, django_api_token: "demo-mia" };
  let reading: Promise<unknown> = Promise.resolve();
  const shop = openShop(settingsSchema.parse(settings), {
    fetch(url, init) {
      reads.push([clock.now() / 1000, new URL(url).pathname]);
      const answering = upstream.answer ? Promise.resolve(upstream.answer()) : fetch(url, init);
      reading = answering.catch(() => {});
      return answering;
    },
  });
  const account = { ...shop, report() {} };
  /** As what each call of a tool is logged: a host's, where nothing is said. */
  const observed: string[] = [];
  const tools = offerOf(shop).tools.map(([name, tool]): [string, Tool] => {
    const call: Tool["call"] = (called, given, caller, bounds) => {
      observed.push(bounds?.message?.method ?? "tools/call");
      return tool.call(called, given, caller, bounds);
    };
    return [name, { ...tool, call }];
  });
  const { updates, hooks } = openUpdates({ tools, account, secret, pollMs: 30_000, clock });
  const heard: string[] = [];
  async function listen(...uris: string[]) {
    const admitted = (await updates?.admit(uris, undefined, signal)) ?? [];
    reads.length = 0;
    const ends = admitted.map(({ uri, watch }) => watch(() => void heard.push(uri)));
    return () => ends.forEach((end) => end());
  }
  const meanwhile = async () => {
    await reading;
    for (let turn = 0; turn < 30; turn++) await new Promise<void>((end) => void setImmediate(end));
  };
  const pass = (seconds: number) => clock.pass(seconds * 1000, meanwhile);
  /** Somebody changes it at the shop. */
  async function cancel(id = "1054", by = "mia") {
    const answer = await fetch(`${served.url}/api/orders/${id}/cancel/`, {
      method: "POST",
      headers: {
        Authorization: `Token demo-${by}`,
        "Content-Type": "application/json",
        "Idempotency-Key": id,
      },
      body: JSON.stringify({ reason: "ordered_by_mistake" }),
    });
    expect(answer.status).toBe(200);
  }
  const stop = () => served.stop();
  const take = (event: object) => hooks?.take(event);
  const shown = { clock, reads, upstream, heard, observed };
  return { ...shown, listen, pass, cancel, take, meanwhile, [Symbol.asyncDispose]: stop };
}

test("nothing is told before something has changed, and each change once", async () => {
  await using shop = open();
  await shop.listen(ORDER);
  await shop.pass(100);
  expect(shop.heard).toEqual([]);
  await shop.cancel();
  await shop.pass(31);
  expect(shop.heard).toEqual([ORDER]);
  await shop.pass(100);
  expect(shop.heard).toEqual([ORDER]);
  expect(shop.reads.map(([at]) => at)).toEqual([30, 60, 90, 120, 150, 180, 210]);
});
test("several who listen to the same are told by one look", async () => {
  await using shop = open();
  await shop.listen(ORDER);
  await shop.listen(ORDER, "shop://orders/1004");
  await shop.cancel();
  await shop.pass(46);
  expect(shop.heard).toEqual([ORDER, ORDER]);
  expect(shop.reads.map(([at]) => at)).toEqual([30, 45]); // each once
});
test("once nobody listens, nothing is read, and nothing waits", async () => {
  await using shop = open();
  const end = await shop.listen(ORDER);
  end();
  expect(shop.clock.waiting()).toBe(0);
  await shop.pass(100);
  expect(shop.reads).toEqual([]);
});
test("a shop that fails is looked at less often, and what has changed meanwhile is told", async () => {
  await using shop = open();
  await shop.listen(ORDER);
  await shop.cancel();
  shop.upstream.answer = () =>
    Response.json({ detail: "Slow down." }, { status: 429, headers: { "Retry-After": "400" } });
  await shop.pass(400);
  expect(shop.reads).toEqual([[30, "/api/orders/1054/"]]);
  shop.upstream.answer = undefined;
  await shop.pass(120);
  expect(shop.heard).toEqual([ORDER]);
});
test("an order that may not be read any more is no change", async () => {
  await using shop = open();
  await shop.listen(ORDER);
  shop.upstream.answer = () => Response.json({ detail: "Not found." }, { status: 404 });
  await shop.pass(600);
  expect(shop.heard).toEqual([]);
  expect(shop.reads.length).toBeWithin(1, 4);
});
test("what differs each time, such as the signature of a picture's address, is no change", async () => {
  await using shop = open();
  let nth = 0;
  const answer = () =>
    Response.json({
      product_id: "1",
      name: "Trowel",
      price: { amount: "9.50", currency: "EUR" },
      images: [`https://cdn.example/1.jpg?Signature=${nth++}`],
    });
  shop.upstream.answer = answer;
  await shop.listen("shop://products/1");
  await shop.pass(100);
  expect([nth, shop.heard]).toEqual([4, []]);
});
test("what is read for a notice is known as such to the operator, and is no call of a host's", async () => {
  await using shop = open();
  await shop.listen(ORDER);
  await shop.pass(31);
  expect(shop.observed).toEqual(["tools/call", "notifications/resources/updated"]);
});
test("an event is told at once, and not again by the next look", async () => {
  await using shop = open(SECRET);
  await shop.listen(ORDER);
  await shop.cancel();
  await shop.take(orderChanged("1054"));
  await shop.meanwhile();
  expect(shop.heard).toEqual([ORDER]);
  await shop.pass(61);
  expect(shop.heard).toEqual([ORDER]);
});

test("events that other processes take are heard without a look, where they share their state", async () => {
  const served = serveShop();
  const state = openLocalState(() => new Date());
  const settings = { django_api_base: served.url, django_api_token: "demo-mia", poll: "0" };
  const shop = openShop(settingsSchema.parse(settings), { state });
  expect(updatesOf(shop)).toBeUndefined();
  const heard = Promise.withResolvers<string>();
  const admitted = await updatesOf(shop, { hearsOthers: true })?.updates?.admit(
    [ORDER],
    undefined,
    signal,
  );
  admitted?.[0]?.watch(() => heard.resolve(ORDER));
  await state.publish("changes", "order_id 1054");
  expect(await heard.promise).toBe(ORDER);
  await served.stop();
});
