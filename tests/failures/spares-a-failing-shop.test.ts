/** What a failing shop is spared: retries beyond a tenth, requests to what is down, more at once than it can take. */
import { afterAll, describe, expect, spyOn, test } from "bun:test";
import { ShopError } from "../../shop/errors.ts";
import { LateError, Upstream } from "../../shop/resilience.ts";

const noJitter = spyOn(Math, "random").mockReturnValue(0); // the next attempt follows at once
afterAll(() => noJitter.mockRestore());

const FAILED = new ShopError("http_5xx", { what: "order", status: 503 });
const REFUSED = new ShopError("unknown_id", { what: "order", id: "1" });

/** A line whose clock stands still until it is set, and whose attempts end as the test says. */
function openLine(bounds: { atOnce?: number; waiting?: number; timeout?: number } = {}) {
  const clock = { ms: 0 };
  const upstream = new Upstream({ timeout: 10, ...bounds, now: () => clock.ms });
  const line = upstream.lineTo("order");
  let attempts = 0;
  type Attempt<T> = (signal: AbortSignal) => Promise<T>;
  const sendFor = <T>(caller: string | undefined, attempt: Attempt<T>, signal?: AbortSignal) => {
    const options = { endsAt: Date.now() + 10_000, signal, caller };
    return line.send((given) => (attempts++, attempt(given)), options);
  };
  const send = <T>(attempt: Attempt<T>, signal?: AbortSignal) =>
    sendFor(undefined, attempt, signal);
  return { clock, upstream, send, sendFor, attempts: () => attempts };
}
const codeOf = (sending: Promise<unknown>) =>
  sending.then(
    () => "answered",
    (error: unknown) => (error instanceof ShopError ? error.code : String(error)),
  );
const fail = () => Promise.reject(FAILED);
const answer = () => Promise.resolve("an answer");
const sendAll = async (times: number, send: (nth: number) => Promise<unknown>) => {
  for (let nth = 0; nth < times; nth++) await send(nth).catch(() => {});
};

describe("retries", () => {
  test("are a tenth of the calls at most, of a shop that fails now and then", async () => {
    const { send, attempts } = openLine();
    await sendAll(1000, (nth) => send(nth % 4 ? answer : fail));
    expect(attempts()).toBe(1000 + 99); // the 997th call is the last to fail
  });
  test("are ten at least, however few the calls are", async () => {
    const { send, attempts } = openLine();
    await sendAll(20, (nth) => send(nth % 2 ? answer : fail));
    expect(attempts()).toBe(20 + 10);
  });
  test("are ten again after ten seconds", async () => {
    const { clock, send, attempts } = openLine();
    await sendAll(20, (nth) => send(nth % 2 ? answer : fail));
    clock.ms = 9999;
    await sendAll(2, (nth) => send(nth % 2 ? answer : fail));
    expect(attempts()).toBe(20 + 10 + 2);
    clock.ms = 10_000;
    await sendAll(2, (nth) => send(nth % 2 ? answer : fail));
    expect(attempts()).toBe(22 + 10 + 2 + 2);
  });
  test("are counted for all endpoints together", async () => {
    const { upstream, send, attempts } = openLine();
    await sendAll(20, (nth) => send(nth % 2 ? answer : fail));
    let others = 0;
    const sending = upstream.lineTo("product").send(() => (others++, fail()), { endsAt: Infinity });
    expect(await codeOf(sending)).toBe("http_5xx");
    expect([attempts(), others]).toEqual([30, 1]);
  });
});

describe("a breaker", () => {
  test("opens when five calls have failed, and those are not sent again", async () => {
    const { send, attempts } = openLine();
    const ends = await Promise.all(Array.from({ length: 20 }, () => codeOf(send(fail))));
    expect(ends).toEqual(Array(20).fill("http_5xx"));
    expect(attempts()).toBe(20);
    expect(await codeOf(send(answer))).toBe("resting");
    expect(attempts()).toBe(20);
  });
  test("opens when five calls were not answered in time", async () => {
    const { send } = openLine({ timeout: 0.01 });
    const hang = () => new Promise<never>(() => {});
    const ends = await Promise.allSettled(Array.from({ length: 5 }, () => send(hang)));
    for (const end of ends) expect(end).toMatchObject({ reason: new LateError() });
    expect(await codeOf(send(answer))).toBe("resting");
  });
  test("says how long it stays open", async () => {
    const { clock, send } = openLine();
    await Promise.all(Array.from({ length: 5 }, () => codeOf(send(fail))));
    clock.ms = 7500;
    await expect(send(answer)).rejects.toThrow("are paused. Try again in 3 s.");
  });
  test("lets one call through after ten seconds, and refuses the others at once", async () => {
    const { clock, send, attempts } = openLine();
    await Promise.all(Array.from({ length: 5 }, () => codeOf(send(fail))));
    clock.ms = 10_000;
    const { promise, resolve } = Promise.withResolvers<string>();
    const probe = send(() => promise);
    expect(await codeOf(send(answer))).toBe("resting");
    expect(attempts()).toBe(6);
    resolve("an answer");
    expect(await probe).toBe("an answer");
    expect(await codeOf(send(answer))).toBe("answered");
  });
  test("rests again when that call fails, and sends it once", async () => {
    const { clock, send, attempts } = openLine();
    await Promise.all(Array.from({ length: 5 }, () => codeOf(send(fail))));
    clock.ms = 10_000;
    expect(await codeOf(send(fail))).toBe("http_5xx");
    expect(attempts()).toBe(6);
    clock.ms = 19_999;
    expect(await codeOf(send(answer))).toBe("resting");
    clock.ms = 20_000;
    expect(await codeOf(send(answer))).toBe("answered");
  });
  test("lets the next call through when that one is given up", async () => {
    const { clock, send, attempts } = openLine();
    await Promise.all(Array.from({ length: 5 }, () => codeOf(send(fail))));
    clock.ms = 10_000;
    const abort = new AbortController();
    const probe = codeOf(send(() => new Promise<never>(() => {}), abort.signal));
    abort.abort(new Error("given up"));
    expect(await probe).toBe("Error: given up");
    expect(await codeOf(send(answer))).toBe("answered");
    expect(attempts()).toBe(7);
  });
  test("rests on when a call is given up that was sent before it opened", async () => {
    const { send } = openLine();
    const abort = new AbortController();
    const early = codeOf(send(() => new Promise<never>(() => {}), abort.signal));
    await Promise.all(Array.from({ length: 5 }, () => codeOf(send(fail))));
    abort.abort(new Error("given up"));
    expect(await early).toBe("Error: given up");
    expect(await codeOf(send(answer))).toBe("resting");
  });
  test("stays closed when one caller makes more calls than the shop allows them", async () => {
    const { send } = openLine();
    const throttle = () => Promise.reject(new ShopError("http_429", { what: "order" }));
    await Promise.all(Array.from({ length: 20 }, () => codeOf(send(throttle))));
    expect(await codeOf(send(answer))).toBe("answered");
  });
  test("stays closed when the shop answers in between, be it with a refusal", async () => {
    const { send } = openLine();
    await Promise.all(Array.from({ length: 4 }, () => codeOf(send(fail))));
    expect(await codeOf(send(() => Promise.reject(REFUSED)))).toBe("unknown_id");
    await Promise.all(Array.from({ length: 4 }, () => codeOf(send(fail))));
    expect(await codeOf(send(answer))).toBe("answered");
  });
  test("knows nothing of calls that were given up", async () => {
    const { send } = openLine();
    await Promise.all(Array.from({ length: 4 }, () => codeOf(send(fail))));
    const sendings = Array.from({ length: 10 }, () => {
      const abort = new AbortController();
      const sending = codeOf(send(() => new Promise<never>(() => {}), abort.signal));
      abort.abort(new Error("given up"));
      return sending;
    });
    expect(await Promise.all(sendings)).toEqual(Array(10).fill("Error: given up"));
    expect(await codeOf(send(fail))).toBe("http_5xx"); // the fifth
    expect(await codeOf(send(answer))).toBe("resting");
  });
});

describe("a breaker of several callers", () => {
  const failFive = (sendFor: ReturnType<typeof openLine>["sendFor"], caller: string) =>
    Promise.all(Array.from({ length: 5 }, () => codeOf(sendFor(caller, fail))));
  test("opens to one whose calls alone have failed, and to nobody else", async () => {
    const { sendFor } = openLine();
    await failFive(sendFor, "mia");
    expect(await codeOf(sendFor("mia", answer))).toBe("resting");
    expect(await codeOf(sendFor("bram", answer))).toBe("answered");
    expect(await codeOf(sendFor("mia", answer))).toBe("answered"); // the shop is there
  });
  test("opens to all with the first call of another that fails, too", async () => {
    const { sendFor, attempts } = openLine();
    await failFive(sendFor, "mia");
    expect(await codeOf(sendFor("bram", fail))).toBe("http_5xx");
    for (const caller of ["mia", "bram", "staff"])
      expect(await codeOf(sendFor(caller, answer))).toBe("resting");
    expect(attempts()).toBe(6);
  });
  test("is not kept open to all by one whose calls go on to fail", async () => {
    const { clock, sendFor } = openLine();
    await failFive(sendFor, "mia");
    await codeOf(sendFor("bram", fail));
    clock.ms = 10_000;
    expect(await codeOf(sendFor("mia", fail))).toBe("http_5xx");
    expect(await codeOf(sendFor("mia", answer))).toBe("resting");
    expect(await codeOf(sendFor("bram", answer))).toBe("answered");
  });
});

describe("a bulkhead", () => {
  test("sends so many at once, lets others wait in turn, and refuses the rest immediately", async () => {
    const { send, attempts } = openLine({ atOnce: 2, waiting: 1 });
    const held = [0, 0, 0].map(() => Promise.withResolvers<string>());
    const sendings = held.map(({ promise }) => send(() => promise));
    expect(attempts()).toBe(2);
    await expect(send(answer)).rejects.toThrow(
      "This server has as many requests for the order under way as it sends at once, and this one was not sent. Try again in 1 s.",
    );
    held[1]?.resolve("second");
    expect(await sendings[1]).toBe("second");
    held[2]?.resolve("third");
    expect(await sendings[2]).toBe("third");
    held[0]?.resolve("first");
    expect(await sendings[0]).toBe("first");
    expect(await codeOf(send(answer))).toBe("answered");
    expect(attempts()).toBe(4);
  });
  test("gives the place in the line back when its caller gives up", async () => {
    const { send, attempts } = openLine({ atOnce: 1, waiting: 1 });
    const held = Promise.withResolvers<string>();
    const first = send(() => held.promise);
    const abort = new AbortController();
    const given = send(answer, abort.signal);
    abort.abort(new Error("given up"));
    await expect(given).rejects.toThrow("given up");
    const waiting = send(answer);
    held.resolve("first");
    expect(await Promise.all([first, waiting])).toEqual(["first", "an answer"]);
    expect(attempts()).toBe(2);
  });
  test("is one for each endpoint", async () => {
    const { upstream, send } = openLine({ atOnce: 1, waiting: 0 });
    const held = Promise.withResolvers<string>();
    const first = send(() => held.promise);
    expect(await codeOf(send(answer))).toBe("shop_busy");
    const other = upstream.lineTo("product").send(answer, { endsAt: Infinity });
    expect(await codeOf(other)).toBe("answered");
    held.resolve("first");
    await first;
  });
});
