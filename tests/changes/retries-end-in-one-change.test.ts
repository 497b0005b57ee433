/** What a further attempt mends. */
import { describe, expect, test } from "bun:test";
import { holdClock } from "../harness/clock.ts";
import { hang, page, reset, resetUnread, slow, status, truncated } from "../harness/story.ts";
import { CANCEL, EUR, MOVE } from "./example-changes.ts";
import { AT_ONCE, cancellations, type End, NOT_KNOWN } from "./interrupted-cancellations.ts";
import { hostOf } from "./json-rpc-host.ts";
import { openScene, SHARED, times, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

const mended: End[] = [
  ["a reset after the shop acted", [reset()], 2, true],
  ["a reset before it heard", [resetUnread()], 2, true],
  ["half an answer", [truncated()], 2, true],
  ["two resets", [reset(), resetUnread()], 3, true],
  ["503 and 429 that are over at once", [status(503, AT_ONCE), status(429, AT_ONCE)], 3, true],
  ["a reset, then a gateway that gave up", [reset(), page(502)], 3, true],
];

describe("a change that the shop answers with", () => {
  const { cancel, expectEnd } = cancellations();

  test.each(mended)("%s, then as always: done", async (_, faults, requests, isMade) => {
    using scene = await openScene();
    const { told } = await cancel(scene, faults);
    expect(told).toMatchObject({ outcome: "done", status: "cancelled", ...EUR("-56.90") });
    expectEnd(scene, requests, isMade);
  });

  test("its own pace, after a slow look: a change has the time of one attempt at least", async () => {
    const clock = holdClock();
    using scene = await openScene({ clock });
    scene.schedule("GET /api/orders/:id/", [slow(2.9)]);
    scene.schedule("GET /api/customers/:id/", [hang(), slow(2.9)]);
    const said = await clock.during(cancel(scene, [slow(2)])); // in all 10.8 s, of 10
    clock.release();
    expect(said.isDone).toBe(true);
    expectEnd(scene, 1, true);
  });

  test("five failures in a row: a sixth is not sent, and told so", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(SHARED));
    scene.schedule("POST /api/orders/:id/cancel/", times(15, resetUnread()));
    for (let nth = 0; nth < 5; nth++)
      expect((await host.change("cancel_order", CANCEL)).words).toStartWith(NOT_KNOWN);
    expect((await host.change("cancel_order", CANCEL)).words).toBe(
      "The cancellation failed several times in a row, so the shop is given a rest. Try again in 10 s.",
    );
    expect(scene.writes().length).toBe(15);
    expect((await host.change("change_order_address", MOVE)).isDone).toBe(true); // others go on
  });
});
