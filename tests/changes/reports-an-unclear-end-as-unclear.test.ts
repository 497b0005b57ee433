/** When the shop may have made a change, but no clear answer came, the error says that the outcome is unknown. */
import { describe, expect, test } from "bun:test";
import { useFakeClock } from "../harness/clock.ts";
import {
  endless,
  type Fault,
  garbage,
  gzipBomb,
  hang,
  htmlPage,
  reset,
  resetUnread,
  respondWith,
  slow,
  status,
  truncated,
} from "../harness/story.ts";
import {
  AT_ONCE,
  badRequest,
  conflict,
  interruptedCancellations,
  type Interruption,
  loginRedirect,
  OUTCOME_UNKNOWN,
  tooManyFor2s,
  tooManyFor60s,
  UNREACHABLE,
} from "./interrupted-cancellations.ts";
import {
  ADDRESS,
  isChange,
  openScriptedShop,
  repeat,
  type Send,
  withoutJitter,
} from "./scripted-shop.ts";
import { connectDjango } from "../../shop/client.ts";
import { CONTRACT, type Dialect, endpoints } from "../../shop/contract.ts";

withoutJitter();

const unclearEnds: Interruption[] = [
  ["three resets after the shop acted", repeat(3, reset()), 3, true],
  ["three resets of the unread request", repeat(3, resetUnread()), 3, false],
  ["half an answer, three times", repeat(3, truncated()), 3, true],
  ["503 three times", repeat(3, status(503)), 3, false],
  ["a gateway timeout three times", repeat(3, htmlPage(504)), 3, false],
  ["an HTML page with 200", [htmlPage(200)], 1, false],
  ["200 without JSON", [garbage()], 1, false],
  ["an answer without end", [endless()], 1, false],
  ["an answer that unpacks to fifty megabytes", [gzipBomb()], 1, false],
  ["an HTML page with 400, as Django sends for a disallowed Host", [htmlPage(400)], 1, false],
  ["a redirect", [loginRedirect], 1, false],
  ["200 with another order", [respondWith({ order_id: "1055", status: "cancelled" })], 1, false],
  ["a reset, then an HTML page with 200", [reset(), htmlPage(200)], 2, true],
  ["a reset, then an HTML page with 404", [reset(), htmlPage(404)], 2, true],
  ["a reset, then 408 twice", [reset(), ...repeat(2, status(408))], 3, true],
  ["a status that nobody knows", [status(600)], 1, false],
  ["a reset, then too many requests", [reset(), tooManyFor60s], 2, true],
  ["a reset, then a login redirect", [reset(), loginRedirect], 2, true],
  ["a reset, then 401", [reset(), status(401)], 2, true],
  ["a reset, then 403", [reset(), status(403)], 2, true],
  ["a reset, then 503 twice", [reset(), ...repeat(2, status(503))], 3, true],
  // A refusal is one only if no attempt before it may have made the change: it may refuse to make it twice.
  ["a reset, then 409 with a reason", [reset(), conflict], 2, true],
  ["a reset, then 400 with a reason", [reset(), badRequest], 2, true],
  ["a reset, then 404 with a reason", [reset(), status(404)], 2, true],
  ["a reset, then 412", [reset(), status(412)], 2, true],
  ["503, then 412", [status(503), status(412)], 2, false],
  ["a reset, then 418", [reset(), status(418)], 2, true],
  ["a reset of the unread request, then 409", [resetUnread(), conflict], 2, false],
  ["half an answer, then 409", [truncated(), conflict], 2, true],
  ["503, then 400", [status(503), badRequest], 2, false],
  ["a bad gateway, then 409", [htmlPage(502), conflict], 2, false],
  ["429, a reset, then 409", [status(429, AT_ONCE), reset(), conflict], 3, true],
];

describe("cancel_order", () => {
  const { cancel, expectEnd } = interruptedCancellations();

  test.each(unclearEnds)(
    "reports an unknown outcome after %s",
    async (_, faults, requests, isCancelled) => {
      using shop = await openScriptedShop();
      const reply = await cancel(shop, faults);
      expect(reply.text).toStartWith(OUTCOME_UNKNOWN);
      expect(reply.text).not.toMatch(/nothing was (changed|sent)|refunded/i);
      expect(reply.isError).toBe(true);
      expectEnd(shop, requests, isCancelled);
    },
  );

  test.each<[string, Fault, expected: string]>([
    ["90 s", status(503, { "Retry-After": "90" }), ", in at least 90 s: the shop makes it once"],
    ["an hour, when no confirmation counts", status(503, { "Retry-After": "3600" }), "Check first"],
  ])("says when to send again after 503 for %s", async (_, fault, expected) => {
    using shop = await openScriptedShop();
    const reply = await cancel(shop, [fault]);
    expect(reply.text).toStartWith("It is not known whether the shop made the cancellation:");
    expect(reply.text).toContain(expected);
    expectEnd(shop, 1, false);
  });

  test("follows no redirect", async () => {
    using shop = await openScriptedShop();
    await cancel(shop, [loginRedirect]);
    expect(shop.requests.map(({ line }) => line)).not.toContain("GET /accounts/login/");
  });

  const badCertificate = "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
  const CERTIFICATE = "The shop cannot be reached safely: its TLS certificate";
  test.each<[string, string[], expected: string, requests: number]>([
    ["no connection at all", ["EHOSTUNREACH", "ENOTFOUND", "ECONNREFUSED"], UNREACHABLE, 0],
    ["a bad certificate", [badCertificate], CERTIFICATE, 0],
    ["a reset, then a bad certificate", ["ECONNRESET", badCertificate], OUTCOME_UNKNOWN, 1],
    [
      "a reset, then no connection",
      ["ECONNRESET", "ECONNREFUSED", "ECONNREFUSED"],
      OUTCOME_UNKNOWN,
      1,
    ],
    [
      "a reset between failed connections",
      ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND"],
      OUTCOME_UNKNOWN,
      1,
    ],
    ["errors without a code", ["", "", ""], OUTCOME_UNKNOWN, 3],
  ])("reports what can have reached the shop after %s", async (_, codes, expected, requests) => {
    using shop = await openScriptedShop();
    const remaining = [...codes];
    const send: Send = async (url, init) => {
      if (!isChange(url, init)) return fetch(url, init);
      const code = remaining.shift() ?? "";
      if (!/REFUSED|NOTFOUND|UNREACH|VERIFY/.test(code)) await fetch(url, init); // the shop acts
      throw Object.assign(new Error("the connection failed"), code && { code });
    };
    expect((await cancel(shop, [], send)).text).toStartWith(expected);
    expect(remaining).toEqual([]);
    expectEnd(shop, requests, requests > 0);
  });

  test.each<[string, Fault[], boolean]>([
    ["no answer to three requests", repeat(3, hang()), false],
    ["three answers that come too late", repeat(3, slow(5)), true],
    ["an answer that comes too late, then 409", [slow(5), conflict], true],
    ["two 429 and an answer that comes too late", [tooManyFor2s, tooManyFor2s, slow(5)], true],
  ])("reports an unknown outcome when time runs out: %s", async (_, faults, isCancelled) => {
    const clock = useFakeClock();
    using shop = await openScriptedShop({ clock });
    const reply = await clock.during(cancel(shop, faults));
    await clock.during(new Promise<void>((over) => setTimeout(over, 10_000))); // the shop still works
    await shop.settled();
    clock.release();
    expect(reply.text).toStartWith(OUTCOME_UNKNOWN);
    expectEnd(shop, faults.length, isCancelled);
  });

  test("reports an unknown outcome when the server itself fails", async () => {
    using shop = await openScriptedShop();
    const send: Send = async (url, init) =>
      isChange(url, init) ? JSON.parse("null") : fetch(url, init); // null in place of a Response
    expect((await cancel(shop, [], send)).text).toStartWith(OUTCOME_UNKNOWN);
  });
});

test("a change whose answer links to what cannot be read is accepted, and no refusal", async () => {
  const dialect: Dialect = { ...CONTRACT, answer: (_name, _json, load) => load("/customers/7/") };
  const send: Send = async (url) =>
    url.endsWith("/customers/7/")
      ? Response.json({ detail: "Not found." }, { status: 404 })
      : Response.json({ order_id: "1054", status: "cancelled" });
  const settings = { baseUrl: ADDRESS, timeout: 10, currency: "EUR", userAgent: "tests/1" };
  const request = connectDjango({ ...settings, fetch: send, dialect });
  const change = { key: "1", body: { reason: "no_longer_needed" } };
  const cancelled = request(endpoints.cancelOrder, { ids: { order_id: "1054" }, change });
  await expect(cancelled).rejects.toThrow("The shop accepted the cancellation without saying");
});
