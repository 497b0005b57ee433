/** Ends that are not clear. */
import { describe, expect, test } from "bun:test";
import { holdClock } from "../harness/clock.ts";
import {
  endless,
  type Fault,
  garbage,
  gzipBomb,
  hang,
  page,
  reset,
  resetUnread,
  sends,
  slow,
  status,
  truncated,
} from "../harness/story.ts";
import {
  busy,
  cancellations,
  type End,
  login,
  NOT_KNOWN,
  UNREACHABLE,
  wait,
} from "./interrupted-cancellations.ts";
import { openScene, type Send, times, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

const unclear: End[] = [
  ["three resets after the shop acted", times(3, reset()), 3, true],
  ["three resets before it heard", times(3, resetUnread()), 3, false],
  ["half an answer, three times", times(3, truncated()), 3, true],
  ["503 and nothing else", times(3, status(503)), 3, false],
  ["503 for an hour", [status(503, { "Retry-After": "3600" })], 1, false],
  ["a gateway that gave up", times(3, page(504)), 3, false],
  ["a page with 200", [page(200)], 1, false],
  ["garbage with 200", [garbage()], 1, false],
  ["nothing with 201", [page(201, "")], 1, false],
  ["another shape with 200", [sends({ ok: true })], 1, false],
  ["a list with 200", [sends([])], 1, false],
  ["an answer without end", [endless()], 1, false],
  ["an answer that unpacks to fifty megabytes", [gzipBomb()], 1, false],
  ["a page with 400, as Django's to a Host it does not know", [page(400)], 1, false],
  ["a redirect", [login], 1, false],
  ["an order that is as it was", [sends({ order_id: "1054", status: "pending" })], 1, false],
  ["another order", [sends({ order_id: "1055", status: "cancelled" })], 1, false],
  ["a reset, then a page with 200", [reset(), page(200)], 2, true],
  ["a reset, then a page with 404", [reset(), page(404)], 2, true],
  ["a reset, then 408", [reset(), status(408)], 2, true],
  ["a reset, then another shape", [reset(), sends({})], 2, true],
  ["a reset, then too many requests", [reset(), busy], 2, true],
  ["a reset, then a login", [reset(), login], 2, true],
  ["a reset, then 401", [reset(), status(401)], 2, true],
  ["a reset, then 403", [reset(), status(403)], 2, true],
  ["a reset, then 503 twice", [reset(), ...times(2, status(503))], 3, true],
];

describe("a change that the shop answers with", () => {
  const { cancel, expectEnd } = cancellations();

  test.each(unclear)("%s: not known whether it was made", async (_, faults, requests, isMade) => {
    using scene = await openScene();
    const said = await cancel(scene, faults);
    expect(said.words).toStartWith(NOT_KNOWN);
    expect(said.words).not.toMatch(/nothing was (changed|sent)|refunded/i);
    expect(said.isError).toBe(true);
    expectEnd(scene, requests, isMade);
  });

  test("a redirect: not followed", async () => {
    using scene = await openScene();
    await cancel(scene, [login]);
    expect(scene.noted.map(({ line }) => line)).not.toContain("GET /accounts/login/");
  });

  const foreign = "UNABLE_TO_VERIFY_LEAF_CERT";
  test.each<[string, string[], words: string, requests: number]>([
    ["nothing", ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH"], UNREACHABLE, 0],
    ["a certificate that is not its own", [foreign, foreign, foreign], UNREACHABLE, 0],
    ["an end, and is gone", ["ECONNRESET", "ECONNREFUSED", "ECONNREFUSED"], NOT_KNOWN, 1],
    ["an end after it was gone", ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND"], NOT_KNOWN, 1],
    ["errors without a code", ["", "", ""], NOT_KNOWN, 3],
  ])("%s: told by what can have reached it", async (_, codes, words, requests) => {
    using scene = await openScene();
    const left = [...codes];
    const send: Send = async (url, init) => {
      if (init.method === "GET") return fetch(url, init);
      const code = left.shift() ?? "";
      if (!/REFUSED|NOTFOUND|UNREACH|CERT/.test(code)) await fetch(url, init); // the shop acts
      throw Object.assign(new Error("the line"), code && { code });
    };
    expect((await cancel(scene, [], send)).words).toStartWith(words);
    expect(left).toEqual([]);
    expectEnd(scene, requests, requests > 0);
  });

  test.each<[string, Fault[], boolean]>([
    ["nothing, ever", times(3, hang()), false],
    ["an answer that comes too late", times(3, slow(5)), true],
    ["two refusals to hurry, and then one", [wait, wait, slow(5)], true],
  ])("%s: not known whether it was made", async (_, faults, isMade) => {
    const clock = holdClock();
    using scene = await openScene({ clock });
    const said = await clock.during(cancel(scene, faults));
    await clock.during(new Promise<void>((over) => setTimeout(over, 10_000))); // the shop goes on
    await scene.settled();
    clock.release();
    expect(said.words).toStartWith(NOT_KNOWN);
    expectEnd(scene, 3, isMade);
  });

  test("what makes this server stumble: not told as a change that was not made", async () => {
    using scene = await openScene();
    const send: Send = async (url, init) =>
      init.method === "GET" ? fetch(url, init) : JSON.parse("null"); // no Response
    expect((await cancel(scene, [], send)).words).toStartWith(NOT_KNOWN);
  });
});
