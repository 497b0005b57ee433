/** A change is tried up to three times within its time; it is made once, whichever attempt the shop received. */
import { describe, expect, test } from "bun:test";
import { useFakeClock } from "../harness/clock.ts";
import { hang, htmlPage, reset, resetUnread, slow, status, truncated } from "../harness/story.ts";
import { CANCEL, CHANGE_ADDRESS, EUR } from "./example-changes.ts";
import {
  AT_ONCE,
  interruptedCancellations,
  type Interruption,
  OUTCOME_UNKNOWN,
} from "./interrupted-cancellations.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, repeat, SHARED_KEY, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

const recovered: Interruption[] = [
  ["a reset after the shop acted", [reset()], 2, true],
  ["a reset of the unread request", [resetUnread()], 2, true],
  ["half an answer", [truncated()], 2, true],
  ["two resets", [reset(), resetUnread()], 3, true],
  ["503 and 429 with Retry-After 0", [status(503, AT_ONCE), status(429, AT_ONCE)], 3, true],
  ["a reset, then a bad gateway", [reset(), htmlPage(502)], 3, true],
];

describe("cancel_order", () => {
  const { cancel, expectEnd } = interruptedCancellations();

  test.each(recovered)("is done despite %s", async (_, faults, requests, isCancelled) => {
    using shop = await openScriptedShop();
    const { receipt } = await cancel(shop, faults);
    expect(receipt).toMatchObject({ outcome: "done", status: "cancelled", ...EUR("-56.90") });
    expectEnd(shop, requests, isCancelled);
  });

  test("is asked about and sent within one call's time each, however slow the reads are", async () => {
    const clock = useFakeClock();
    using shop = await openScriptedShop({ clock });
    const host = hostFor(shop.openServer());
    shop.schedule("GET /api/orders/:id/", [slow(2.9)]);
    shop.schedule("GET /api/customers/:id/", [hang(), slow(2.9)]);
    shop.schedule("POST /api/orders/:id/cancel/", [hang(), hang(), slow(2)]); // 8 s
    const { confirmation } = await clock.during(host.call("cancel_order", CANCEL)); // 8.8 s
    const reply = await clock.during(host.accept("cancel_order", CANCEL, confirmation));
    clock.release();
    expect(reply.isDone).toBe(true);
    expectEnd(shop, 3, true);
  });

  const inUse = (code: string, detail: string) => status(409, AT_ONCE, { detail, code });
  test.each([
    ["a code", inUse("idempotency_in_progress", "Try again later.")],
    ["words", inUse("conflict", "A request with this Idempotency-Key is being processed.")],
  ])("waits for the end of another attempt, which the shop tells by %s", async (_, busy) => {
    using shop = await openScriptedShop();
    const { receipt } = await cancel(shop, [busy, busy]);
    expect(receipt).toMatchObject({ outcome: "done", status: "cancelled" });
    expectEnd(shop, 3, true);
    using other = await openScriptedShop();
    const { text } = await cancel(other, [busy, busy, busy]);
    expect(text).toStartWith(OUTCOME_UNKNOWN);
  });

  test("is not sent after five failures in a row, while other changes are", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(SHARED_KEY));
    shop.schedule("POST /api/orders/:id/cancel/", repeat(13, resetUnread()));
    for (let nth = 0; nth < 5; nth++)
      expect((await host.callAndAccept("cancel_order", CANCEL)).text).toStartWith(OUTCOME_UNKNOWN);
    expect((await host.callAndAccept("cancel_order", CANCEL)).text).toBe(
      "The same was asked for and sent within the last ten minutes. It is not known whether the shop made it. This time: The cancellation failed several times in a row, so requests for it are paused. Try again in 10 s.",
    );
    expect(shop.writes().length).toBe(13); // the fifth is not sent again
    const other = await host.callAndAccept("change_order_address", CHANGE_ADDRESS);
    expect(other.isDone).toBe(true);
  });
});
