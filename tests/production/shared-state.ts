/** What processes share through a real Redis: claims, epochs, buckets and events, also while it is restarted. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { openRedisState } from "../../shop/redis-state.ts";
import type { SharedState } from "../../shop/shared-state.ts";
import { freePort, HAS_REDIS, type Redis, startRedis } from "./parts/redis.ts";

const opened: SharedState[] = [];
let noted: string[] = [];
/** The state of one of several processes. */
function connect({ url }: { url: string }): SharedState {
  const now = () => new Date(performance.timeOrigin + performance.now());
  const state = openRedisState({ url, now, note: (line) => void noted.push(line) });
  opened.push(state);
  return state;
}
/** Connects two, and waits until both are. */
async function connectTwo(redis: { url: string }) {
  const [one, other] = [connect(redis), connect(redis)];
  await Promise.all([one.epoch(), other.epoch()]);
  return [one, other] as const;
}
beforeEach(() => void (noted = []));
afterEach(() => {
  for (const state of opened.splice(0)) state.close();
});
/** Waits for what is heard next. */
function nextOf(state: SharedState, channel: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const end = state.subscribe(channel, (event) => (end(), resolve(event)));
  return promise;
}

describe.skipIf(!HAS_REDIS)("with a real Redis", () => {
  test("what one process sets, another one gets, until it is deleted", async () => {
    await using redis = await startRedis();
    const [one, other] = await connectTwo(redis);
    await one.set("made:order", "It was made.");
    expect(await other.get("made:order")).toBe("It was made.");
    await other.delete("made:order");
    expect(await one.get("made:order")).toBeUndefined();
  });

  test("what is set goes after ten minutes, as does a claim", async () => {
    await using redis = await startRedis();
    const [one] = await connectTwo(redis);
    await one.set("made:order", "It was made.");
    await one.claim("claim:order", "one", await one.epoch());
    for (const name of ["made:order", "claim:order"]) {
      const seconds = Number(await redis.ask("TTL", `django-shop-mcp:${name}`));
      expect(seconds).toBeWithin(590, 601);
    }
  });

  test("of a hundred claims at one moment one counts, again and again for its owner", async () => {
    await using redis = await startRedis();
    const states = await connectTwo(redis);
    const epoch = await states[0].epoch();
    const owners = Array.from({ length: 100 }, (_, nth) => `owner-${nth}`);
    const claim = (owner: string, nth: number) =>
      states[nth % 2 ? 1 : 0].claim("claim:a", owner, epoch);
    const first = await Promise.all(owners.map(claim));
    expect(first.filter(Boolean).length).toBe(1);
    expect(await Promise.all(owners.map(claim))).toEqual(first);
  });

  test("a restart loses nothing where writes are logged, and the epoch goes on", async () => {
    await using redis = await startRedis();
    const [one, other] = await connectTwo(redis);
    const epoch = await one.epoch();
    expect(await other.epoch()).toBe(epoch);
    await one.claim("claim:a", "one", epoch);
    await redis.kill();
    await redis.start();
    expect(await one.epoch()).toBe(epoch);
    expect(await other.claim("claim:a", "other", epoch)).toBe(false);
    expect(await one.claim("claim:a", "one", epoch)).toBe(true);
  });

  test.each<[string, keepsLog: boolean, (redis: Redis) => Promise<unknown>]>([
    ["a restart without a log", false, async (redis) => (await redis.kill(), redis.start())],
    ["FLUSHALL", true, (redis) => redis.ask("FLUSHALL")],
  ])(
    "after %s it is another epoch, and no claim counts for the one before",
    async (_, keepsLog, lose) => {
      await using redis = await startRedis({ keepsLog });
      const [one, other] = await connectTwo(redis);
      const epoch = await one.epoch();
      await one.claim("claim:a", "one", epoch);
      await lose(redis);
      const later = await other.epoch();
      expect(later).not.toBe(epoch);
      expect(await one.epoch()).toBe(later);
      expect(await other.claim("claim:a", "other", epoch)).toBe(false);
      expect(await other.claim("claim:a", "other", later)).toBe(true);
    },
  );

  test("who asks while it is restarted waits for it", async () => {
    await using redis = await startRedis();
    const [one, other] = await connectTwo(redis);
    await one.set("no:question", "1");
    await redis.kill();
    const answer = Promise.resolve(other.get("no:question"));
    await redis.start();
    expect(await answer).toBe("1");
  });

  test("what is set while it is gone is known here, and elsewhere once it is back", async () => {
    await using redis = await startRedis();
    const [one, other] = await connectTwo(redis);
    await redis.kill();
    await one.set("no:question", "1");
    await redis.start();
    expect(await one.get("no:question")).toBe("1");
    expect(await other.get("no:question")).toBe("1");
  });

  test("where it hangs, who must know is told so, and goes on when it wakes", async () => {
    await using redis = await startRedis();
    const [one, other] = await connectTwo(redis);
    redis.freeze();
    const begun = performance.now();
    await expect(async () => one.get("no:question")).toThrow("Nothing was sent to the shop");
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(noted.join()).toContain("Redis (REDIS_URL) cannot be reached");
    redis.wake();
    expect(await other.get("no:question")).toBeUndefined();
    while (!noted.includes("Redis is back")) await redis.ask("PING");
    expect(await one.get("no:question")).toBeUndefined();
  });

  test("its user needs no more than deploy/README.md says, and is held to be forgetful without CONFIG", async () => {
    await using redis = await startRedis();
    const readme = await Bun.file(new URL("../../deploy/README.md", import.meta.url)).text();
    const [, listed = ""] = /Its user needs (.*) on keys/.exec(readme) ?? [];
    const allowed = Array.from(
      listed.matchAll(/`(\w+)`/g),
      ([, name = ""]) => `+${name.toLowerCase()}`,
    );
    const where = ["~django-shop-mcp:*", "&django-shop-mcp:*"];
    await redis.ask("ACL", "SETUSER", "mcp", "on", ">secret", ...where, ...allowed);
    const { host } = new URL(redis.url);
    const [one, other] = await connectTwo({ url: `redis://mcp:secret@${host}` });
    const epoch = await one.epoch();
    expect(await one.claim("claim:a", "one", epoch)).toBe(true);
    await one.set("no:question", "1");
    expect(await other.get("no:question")).toBe("1");
    await one.delete("no:question");
    expect(await other.get("no:question")).toBeUndefined();
    expect(await one.take("mia", { burst: 1, perSecond: 1 })).toBe(0);
    expect(await other.take("mia", { burst: 1, perSecond: 1 })).toBeGreaterThan(0);
    const heard = nextOf(other, "orders");
    while (!Number(await redis.ask("PUBLISH", "django-shop-mcp:events", "orders\n1054")));
    expect(await heard).toBe("1054");
    expect(noted).toEqual([]);
    await redis.ask("ACL", "SETUSER", "mcp", "+config|get");
    const known = connect({ url: `redis://mcp:secret@${host}` });
    expect(epoch.endsWith(await known.epoch())).toBe(true);
    expect(await known.epoch()).not.toBe(epoch);
  });

  describe("events", () => {
    test("of one process are heard in all, on their own channel, until they are not wanted", async () => {
      await using redis = await startRedis();
      const [one, other] = await connectTwo(redis);
      const heard: string[] = [];
      const listen = (state: SharedState, name: string, channel: string) =>
        state.subscribe(channel, (event) => void heard.push(`${name} ${channel} ${event}`));
      const end = listen(one, "one", "orders:mia");
      listen(other, "other", "orders:mia");
      listen(other, "other", "orders:nell");
      for (let seen = 0; seen < 2;)
        seen = Number(await redis.ask("PUBLISH", "django-shop-mcp:events", "\n"));
      const last = nextOf(other, "last");
      const first = nextOf(one, "orders:mia");
      await one.publish("orders:mia", "1054\nis shipped");
      await first;
      end();
      await one.publish("orders:mia", "1054");
      await one.publish("last", "");
      await last;
      expect(heard.toSorted()).toEqual([
        "one orders:mia 1054\nis shipped",
        "other orders:mia 1054",
        "other orders:mia 1054\nis shipped",
      ]);
    });

    test.each([
      ["killed", (redis: Redis) => redis.kill()],
      ["killed after it hung", async (redis: Redis) => (redis.freeze(), redis.kill())],
    ])("are heard again within 2 s of its start, after it was %s", async (_, end) => {
      await using redis = await startRedis();
      const [one, other] = await connectTwo(redis);
      const before = nextOf(other, "orders");
      while (!Number(await redis.ask("PUBLISH", "django-shop-mcp:events", "orders\nbefore")));
      expect(await before).toBe("before");
      for (let nth = 0; nth < 3; nth++) {
        const missed = nextOf(other, "orders");
        await end(redis);
        await redis.start();
        const begun = performance.now();
        expect(await missed).toBeUndefined(); // something may have happened meanwhile
        const next = nextOf(other, "orders");
        await one.publish("orders", `after ${nth}`);
        expect(await next).toBe(`after ${nth}`);
        expect(performance.now() - begun).toBeLessThan(2000);
      }
    });

    test("that came before there was a connection are said to be missed, perhaps", async () => {
      await using redis = await startRedis();
      await redis.kill();
      const state = connect(redis);
      const missed = nextOf(state, "orders");
      await expect(async () => state.epoch()).toThrow();
      await redis.start();
      expect(await missed).toBeUndefined();
    });

    test("are heard within their process while it is gone", async () => {
      await using redis = await startRedis();
      const [one] = await connectTwo(redis);
      const next = nextOf(one, "orders");
      await redis.kill();
      await one.publish("orders", "1054");
      expect(await next).toBe("1054");
    });
  });

  describe("a bucket of calls", () => {
    const rate = { burst: 10, perSecond: 0.1 };
    test("is one for all processes", async () => {
      await using redis = await startRedis();
      const states = await connectTwo(redis);
      const calls = Array.from({ length: 40 }, (_, nth) =>
        states[nth % 2 ? 1 : 0].take("mia", rate),
      );
      const waits = await Promise.all(calls);
      expect(waits.filter((wait) => wait === 0).length).toBe(10);
      for (const wait of waits.filter(Boolean)) expect(wait).toBeWithin(9000, 10_001);
      expect(await states[0].take("nell", rate)).toBe(0);
      expect(JSON.stringify(await redis.ask("KEYS", "*"))).not.toMatch(/mia|nell/);
    });

    test("is each process's own while it is gone, and no call waits for it", async () => {
      await using redis = await startRedis();
      const [one] = await connectTwo(redis);
      await redis.kill();
      const begun = performance.now();
      const waits = await Promise.all(Array.from({ length: 40 }, () => one.take("mia", rate)));
      expect(waits.filter((wait) => wait === 0).length).toBe(10);
      expect(performance.now() - begun).toBeLessThan(500);
    });
  });
});

test("where there is none, what must be known is refused in words, and the rest goes on", async () => {
  const state = connect({ url: `redis://127.0.0.1:${await freePort()}` });
  await expect(async () => state.epoch()).toThrow("the operator has to check REDIS_URL");
  await state.set("no:question", "1");
  expect(await state.take("mia", { burst: 1, perSecond: 1 })).toBe(0);
  expect(noted).toEqual([
    "Redis (REDIS_URL) cannot be reached, or refuses the password (ERR_REDIS_CONNECTION_CLOSED): no change is made until it is back",
  ]);
});
