/** What is known not to have been made. */
import { describe, expect, test } from "bun:test";
import { type Fault, page, reset, resetUnread, status } from "../harness/story.ts";
import { CANCEL } from "./example-changes.ts";
import {
  busy,
  cancellations,
  conflict,
  type End,
  login,
  misread,
  REFUSED,
} from "./interrupted-cancellations.ts";
import { hostOf } from "./json-rpc-host.ts";
import { openScene, times, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

/** What is known not to have been made, and how that is told. */
const NOT_THERE = "The cancellation has nothing under 1054:";
const MISREAD = "The shop refused the cancellation (HTTP 400): reason: No.";
const refused: [...End, words: string][] = [
  ["409", [conflict], 1, false, REFUSED],
  ["400", [misread], 1, false, MISREAD],
  ["404", [status(404)], 1, false, NOT_THERE],
  ["401", [status(401)], 1, false, "The shop did not accept this server's token"],
  ["403", [status(403)], 1, false, "This account may not use the shop's cancellation like this"],
  ["too many requests", [busy], 1, false, "The shop has had too many requests. Wait 60 s"],
  ["a reset before it heard, then 409", [resetUnread(), conflict], 2, false, REFUSED],
  ["405", [status(405)], 1, false, "The shop refused the cancellation (HTTP 405)"],
  ["a page with 409", [page(409)], 1, false, "The shop refused the cancellation. Nothing was"],
  ["a reset before it heard, then 404", [resetUnread(), status(404)], 2, false, NOT_THERE],
  ["a 503, then 400", [status(503), misread], 2, false, MISREAD],
];

describe("a change that the shop answers with", () => {
  const { cancel, expectEnd } = cancellations();

  test.each(refused)("%s: told as it is", async (_, faults, requests, isMade, words) => {
    using scene = await openScene();
    const said = await cancel(scene, faults);
    expect(said.words).toStartWith(words);
    expect(said.isError).toBe(true);
    expectEnd(scene, requests, isMade);
  });

  test.each<[string, string, Fault[], words: string]>([
    ["503 to the order", "GET /api/orders/:id/", times(3, status(503)), "The shop has a problem"],
    ["a reset to the order", "GET /api/orders/:id/", times(3, reset()), "The connection broke off"],
    ["a login to the order", "GET /api/orders/:id/", [login], "The shop answered the order record"],
    ["503 to the customer", "GET /api/customers/:id/", times(3, status(503)), "The shop has a"],
  ])("%s, after the person's yes: told as a look that failed", async (_, line, faults, words) => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("cancel_order", CANCEL);
    scene.schedule(line, faults);
    const said = await host.accept("cancel_order", CANCEL, consent);
    expect(said.words).toStartWith(words);
    expect(said.isError).toBe(true);
    expect(scene.unmet()).toEqual([]);
    scene.expectUntouched();
    expect((await host.accept("cancel_order", CANCEL, consent)).isDone).toBe(true); // it still counts
  });
});
