/** A caller who makes too many calls, and a server with too many under way, are answered in words, and at once. */
import { afterAll, describe, expect, test } from "bun:test";
import { openShop, serveHttp } from "../../server.ts";
import { serveShop } from "../../scripts/shop.ts";
import { settingsSchema } from "../../settings.ts";
import { limitCalls, openBuckets } from "../../shop/rate-limit.ts";
import { type Message, POST, rpc } from "./start-program.ts";

const shop = serveShop();
afterAll(() => shop.stop());

const call = (id: number, name = "get_shop_info", args = {}) =>
  rpc(id, "tools/call", { name, arguments: args });
const TOO_MANY =
  "This server did not begin the call: it takes only so many in a minute for one user. Wait at least 20 s, then try again, with fewer calls.";
const BUSY =
  "This server has as many calls under way as it takes at once, and did not begin this one. Try again in 1 s.";
const OLD = { ...POST.headers, "MCP-Protocol-Version": "2025-03-26" }; // which has batches

/** What a server answers to messages, by id. */
async function ask(url: string, body: object): Promise<Map<unknown, Message["result"]>> {
  const response = await fetch(url, { ...POST, headers: OLD, body: JSON.stringify(body) });
  const events = (await response.text()).split("\n").filter((line) => line.startsWith("data: {"));
  const messages = events.map((line): Message => JSON.parse(line.slice(6)));
  return new Map(messages.map(({ id, result }) => [id, result]));
}
const textOf = (result: Message["result"]) => result?.content?.[0]?.text;
/** A server on a free port, whose clock stands still. */
function serve(more: object, fetch?: (url: string, init: RequestInit) => Promise<Response>) {
  const given = { django_api_base: shop.url, django_api_token: "demo-mia", http: "true", ...more };
  const settings = settingsSchema.parse(given);
  const now = () => new Date("2026-11-22T09:00:00Z");
  const { url, stop } = serveHttp(openShop(settings, { now, fetch }), 0);
  return { url, [Symbol.asyncDispose]: () => stop() };
}

describe("calls of one caller", () => {
  test("beyond the limit are tool errors with a wait, and so are those whose arguments are wrong", async () => {
    await using server = serve({ rate_limit: 3 });
    expect((await ask(server.url, call(1))).get(1)?.isError).toBeUndefined();
    expect(textOf((await ask(server.url, call(2, "get_product"))).get(2))).toContain("product_id");
    expect((await ask(server.url, call(3))).get(3)?.isError).toBeUndefined();
    const answer = (await ask(server.url, call(4))).get(4);
    expect(answer).toMatchObject({ isError: true, content: [{ text: TOO_MANY }] });
  });
  test("are counted one by one in a batch", async () => {
    await using server = serve({ rate_limit: 3 });
    const answers = await ask(
      server.url,
      [1, 2, 3, 4, 5].map((id) => call(id)),
    );
    const refused = [...answers.values()].filter((result) => textOf(result) === TOO_MANY);
    expect([answers.size, refused.length]).toEqual([5, 2]);
  });
  test("have no limit unless one is set", async () => {
    await using server = serve({});
    const answers = await ask(
      server.url,
      Array.from({ length: 40 }, (_, id) => call(id)),
    );
    expect([...answers.values()].filter((result) => result?.isError)).toEqual([]);
  });
});

describe("a bucket", () => {
  const openClock = () => {
    const clock = { ms: 0 };
    return { clock, take: openBuckets(() => clock.ms) };
  };
  const rate = { burst: 3, perSecond: 0.05 };
  test("fills again evenly", () => {
    const { clock, take } = openClock();
    expect([1, 2, 3, 4].map(() => take("mia", rate))).toEqual([0, 0, 0, 20_000]);
    clock.ms = 19_000;
    expect(take("mia", rate)).toBe(1000);
    clock.ms = 20_000;
    expect([take("mia", rate), take("mia", rate)]).toEqual([0, 20_000]);
  });
  test("is its caller's alone", () => {
    const { take } = openClock();
    for (let nth = 0; nth < 4; nth++) take("mia", rate);
    expect([take("mia", rate), take("ben", rate)]).toEqual([20_000, 0]);
  });
  test("may have no name, and is forgotten when there are 10,000 others", () => {
    const { take } = openClock();
    expect([1, 2, 3, 4].map(() => take("", rate))).toEqual([0, 0, 0, 20_000]);
    for (let nth = 0; nth < 10_000; nth++) take(`${nth}`, rate);
    expect(take("", rate)).toBe(0);
  });
  test("may be kept elsewhere, which takes its time", async () => {
    const countCall = limitCalls("mia", 60, async (caller) => (caller === "mia" ? 1500 : 0));
    await expect(countCall()).rejects.toThrow("Wait at least 2 s");
  });
});

describe("a server with as many calls under way as it takes", () => {
  /** A shop whose answers wait until they are let go. */
  function openHeld() {
    const held = Promise.withResolvers<void>();
    let asked = 0;
    const send = async (url: string, init: RequestInit) => {
      asked++;
      await held.promise;
      return fetch(url, init);
    };
    return { send, letGo: held.resolve, asked: () => asked };
  }
  test("lets some wait, refuses the rest at once, and answers all others", async () => {
    const { send, letGo, asked } = openHeld();
    await using server = serve({ max_calls: 4, max_waiting: 2 }, send);
    const orders = ["1036", "1054", "1055", "1042", "1043", "1044", "1045", "1046"];
    const batch = orders.map((order_id, id) => call(id, "get_order_status", { order_id }));
    const other = [call(20), call(21, "list_orders"), call(22, "list_orders")];
    const answering = ask(server.url, [...batch, ...other]);
    while (asked() < 4) await new Promise((next) => setImmediate(next));
    letGo();
    const answers = await answering;
    const busy = [...answers].filter(([, result]) => textOf(result) === BUSY).map(([id]) => id);
    // three and two of one tool; then one begins, and the line is full
    expect(busy.toSorted()).toEqual([21, 22, 5, 6, 7]);
    expect(answers.size).toBe(11);
    const again = await ask(server.url, batch.slice(0, 4));
    expect([...again.values()].filter((result) => textOf(result) === BUSY)).toEqual([]);
  });
  test("counts none that has ended, however it ended", async () => {
    let nth = 0;
    const send = async () => {
      if (nth++ % 2) throw new TypeError("no network");
      return Response.json({ detail: "Not found." }, { status: 404 });
    };
    await using server = serve({ max_calls: 1, max_waiting: 0 }, send);
    for (let id = 0; id < 6; id++) {
      const answers = await ask(server.url, call(id, "get_order", { order_id: "1" }));
      expect(textOf(answers.get(id))).not.toBe(BUSY);
    }
  });
});
