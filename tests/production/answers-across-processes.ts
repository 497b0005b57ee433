/** An answer counts once, whichever of two processes it reaches, also while Redis is restarted or gone. */
import { afterEach, describe, expect, test } from "bun:test";
import { callTool, NO_KEYS, startShop, startTwo } from "./parts/processes.ts";
import { HAS_REDIS, startRedis } from "./parts/redis.ts";

const SUPPORT = { subject: "A gift", message: "Could you wrap it?", order_id: "1054" };
const shops = [
  ["that honours idempotency keys", true, {}],
  ["that makes a change as often as it is sent", false, NO_KEYS],
] as const;

const stack = new AsyncDisposableStack();
let open = stack.move();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});
async function start(honoursKeys: boolean, env: object, keepsLog = true) {
  const redis = open.use(await startRedis({ keepsLog }));
  const shop = open.use(startShop({ honoursKeys }));
  const { one, other } = open.use(await startTwo(shop, redis, env));
  const ask = async (url: string, args: object = SUPPORT, tool = "contact_support") => {
    const { confirmation = "" } = await callTool(url, tool, args);
    return { ...args, confirmation };
  };
  return { redis, shop, one, other, ask };
}
/** Time for these servers to do something else, if they do. */
async function readTwice(urls: string[]) {
  for (const url of [...urls, ...urls])
    await callTool(url, "get_order_status", { order_id: "1054" });
}
const requestsOf = ({ world }: { world: () => { support_requests?: unknown[] } }) =>
  world().support_requests?.length ?? 0;

describe.skipIf(!HAS_REDIS).each(shops)("a shop %s", (_, honoursKeys, env) => {
  test("gives the same receipt by the other process, at once, later and after a restart of Redis", async () => {
    const { redis, shop, one, other, ask } = await start(honoursKeys, env);
    const before = requestsOf(shop);
    const answer = await ask(one.url);
    const urls = [one.url, other.url, one.url, other.url];
    const goOn = shop.hold();
    const calls = urls.map((url) => callTool(url, "contact_support", answer));
    while (!shop.counted.changes) await readTwice(urls); // the others have no other end than this one's
    await readTwice(urls);
    goOn();
    const receipts = await Promise.all(calls);
    expect(receipts[0]?.outcome).toBe("done");
    receipts.push(await callTool(other.url, "contact_support", answer));
    await redis.kill();
    await redis.start();
    for (const url of urls) receipts.push(await callTool(url, "contact_support", answer));
    for (const receipt of receipts) expect(receipt).toEqual(receipts[0] ?? receipt);
    expect(requestsOf(shop) - before).toBe(1);
    if (!honoursKeys) expect(shop.counted.changes).toBe(1);
  });

  test("gives it after the process that acted was killed", async () => {
    const { shop, one, other, ask } = await start(honoursKeys, env);
    const before = requestsOf(shop);
    const answer = await ask(one.url);
    const receipt = await callTool(one.url, "contact_support", answer);
    one.child.kill("SIGKILL");
    await one.child.exited;
    expect(await callTool(other.url, "contact_support", answer)).toEqual(receipt);
    expect(requestsOf(shop) - before).toBe(1);
  });

  test("is sent no change while Redis is gone, which is said; reads go on", async () => {
    const { redis, shop, one, other, ask } = await start(honoursKeys, env);
    const before = requestsOf(shop);
    const answer = await ask(one.url);
    await redis.kill();
    const refused = await callTool(other.url, "contact_support", answer);
    expect(refused.text).toStartWith("Nothing was sent to the shop by this call: Redis");
    expect((await callTool(one.url, "contact_support", SUPPORT)).isError).toBe(true);
    expect((await callTool(one.url, "get_order_status", { order_id: "1054" })).isError).toBe(false);
    expect(shop.counted.changes).toBe(0);
    await redis.start();
    let again = await callTool(other.url, "contact_support", answer);
    while (again.isError) again = await callTool(other.url, "contact_support", answer);
    expect(again.outcome).toBe("done");
    expect(requestsOf(shop) - before).toBe(1);
  });

  test("is asked anew where Redis has lost what it was told", async () => {
    const { redis, shop, one, other, ask } = await start(honoursKeys, env, false);
    const answer = await ask(one.url);
    await redis.kill();
    await redis.start();
    const { outcome, text } = await callTool(other.url, "contact_support", answer);
    expect(outcome).toBe("confirmation_needed");
    expect(text).toContain("what this server remembered of answers was lost meanwhile");
    expect(shop.counted.changes).toBe(0);
  });

  test("makes each of 40 changes once, while Redis is restarted and every answer is sent six times", async () => {
    const { redis, shop, one, other, ask } = await start(honoursKeys, {
      ...env,
      SHOP_MCP_TIMEOUT: "60",
      SHOP_MCP_MAX_CALLS: "1000", // of which one tool of one caller gets less than a quarter
    });
    const before = requestsOf(shop);
    const urls = [one.url, other.url];
    const questions = Array.from({ length: 40 }, (__, nth) => ({
      ...SUPPORT,
      subject: `Gift ${nth}`,
    }));
    const answers = await Promise.all(questions.map((args, nth) => ask(urls[nth % 2] ?? "", args)));
    const wave = () =>
      Promise.all(
        answers.flatMap((args) => urls.map((url) => callTool(url, "contact_support", args))),
      );
    const goOn = shop.hold();
    const waves = [wave()];
    while (shop.counted.changes < 40) await readTwice(urls);
    await redis.kill();
    waves.push(wave());
    await redis.start();
    waves.push(wave());
    goOn();
    const received = (await Promise.all(waves)).flat();
    const subjects = shop.world().support_requests?.map(({ subject }) => subject) ?? [];
    expect(subjects.length - before).toBe(40);
    expect(new Set(subjects).size).toBe(subjects.length);
    if (!honoursKeys) expect(shop.counted.changes).toBe(40);
    const words = /^(Nothing was sent to the shop by this call|It is not known whether)/;
    for (const { isError, text, outcome } of received)
      expect(isError ? words.test(text) : outcome === "done").toBe(true);
    const last = await wave();
    expect(last.map(({ outcome }) => outcome)).toEqual(Array(80).fill("done"));
    expect(requestsOf(shop) - before).toBe(40);
  });
});

test.skipIf(!HAS_REDIS)(
  "a change whose process is killed meanwhile is not sent again, but looked up",
  async () => {
    const { shop, one, other, ask } = await start(false, { ...NO_KEYS, SHOP_MCP_TIMEOUT: "2" });
    const answer = await ask(
      one.url,
      { order_id: "1054", reason: "no_longer_needed" },
      "cancel_order",
    );
    const goOn = shop.hold();
    const lost = callTool(one.url, "cancel_order", answer).catch(() => undefined);
    while (!shop.counted.changes)
      await callTool(other.url, "get_order_status", { order_id: "1054" });
    one.child.kill("SIGKILL");
    await lost;
    const early = await callTool(other.url, "cancel_order", answer);
    expect(early.text).toStartWith("It is not known whether the shop made the cancellation");
    goOn();
    while (shop.world().orders.find(({ order_id }) => order_id === "1054")?.status !== "cancelled")
      await callTool(other.url, "get_order_status", { order_id: "1054" });
    const late = await callTool(other.url, "cancel_order", answer);
    expect([late.outcome, late.summary]).toEqual([
      "done",
      expect.stringContaining("Order 1054: cancelled"),
    ]);
    expect(shop.counted.changes).toBe(1);
  },
);
