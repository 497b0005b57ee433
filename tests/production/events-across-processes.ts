/** An event counts once, and is heard by the listeners of each process, also after Redis was gone. */
import { afterEach, describe, expect, test } from "bun:test";
import { orderChanged, SECRET, sendEvent } from "../gate/signed-events.ts";
import { hear, listening } from "../hosts/listening.ts";
import { POST } from "../hosts/start-program.ts";
import { startShop, startTwo } from "./parts/processes.ts";
import { HAS_REDIS, startRedis } from "./parts/redis.ts";

const ORDER = "shop://orders/1054"; // mia's

let open = new AsyncDisposableStack();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});
async function start() {
  const redis = open.use(await startRedis());
  const shop = open.use(startShop());
  const { one, other } = open.use(await startTwo(shop, redis, { SHOP_MCP_WEBHOOK_SECRET: SECRET }));
  return { redis, one, other };
}
async function listen({ url }: { url: string }) {
  const { body, headers } = listening([ORDER]);
  const all = { ...POST.headers, ...headers };
  return hear(await fetch(url, { ...POST, headers: all, body: JSON.stringify(body) }));
}

describe.skipIf(!HAS_REDIS)("an event", () => {
  test("is heard in both processes, and counts once in both", async () => {
    const { one, other } = await start();
    const listeners = [await listen(one), await listen(other)];
    const event = orderChanged("1054");
    const send = async ({ url }: { url: string }) => (await sendEvent(url, event)).status;
    const statuses = await Promise.all([one, other, one, other].map(send));
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect([200, 202, 503]).toEqual(expect.arrayContaining(statuses)); // 503: another is telling of it
    expect(await Promise.all([one, other].map(send))).toEqual([200, 200]);
    expect(await Promise.all(listeners.map(({ heard }) => heard()))).toEqual([ORDER, ORDER]);
  });

  test("is asked for again while Redis is gone; once it is back, listeners hear of all", async () => {
    const { redis, one, other } = await start();
    const listeners = [await listen(one), await listen(other)];
    const event = orderChanged("1054");
    await redis.kill();
    expect((await sendEvent(one.url, event)).status).toBe(503);
    await redis.start();
    expect(await Promise.all(listeners.map(({ heard }) => heard()))).toEqual([ORDER, ORDER]);
    expect((await sendEvent(one.url, event)).status).toBe(202);
    expect(await Promise.all(listeners.map(({ heard }) => heard()))).toEqual([ORDER, ORDER]);
  });
});
