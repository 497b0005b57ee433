/** After an end that is not clear. */
import { describe, expect, test } from "bun:test";
import { reset, resetUnread } from "../harness/story.ts";
import { CANCEL, MOVE, OLD, WRITE } from "./example-changes.ts";
import { busy, conflict, NOT_KNOWN, REFUSED } from "./interrupted-cancellations.ts";
import { hostOf } from "./json-rpc-host.ts";
import { expectUncounted, USED } from "./rejected-confirmations.ts";
import { openScene, SHARED, times, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

describe("a change that the shop answers with", () => {
  test("no clear end: the next one is told by itself", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(SHARED));
    const faults = [...times(3, resetUnread()), conflict, busy];
    scene.schedule("POST /api/orders/:id/cancel/", faults);
    for (const words of [NOT_KNOWN, REFUSED, "The shop has had too many requests."])
      expect((await host.change("cancel_order", CANCEL)).words).toStartWith(words);
    expect((await host.change("cancel_order", CANCEL)).isDone).toBe(true);
  });

  test("no clear end: the answer is used up, and the person is asked anew", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("contact_support", WRITE);
    scene.schedule("POST /api/support/requests/", times(3, reset()));
    const said = await host.accept("contact_support", WRITE, consent);
    expect(said.words).toStartWith("It is not known whether the shop made the support request");
    expectUncounted(await host.accept("contact_support", WRITE, consent), USED);
    expect(scene.writes().length).toBe(3);
    expect(scene.world().support_requests?.length).toBe(1);
  });

  test.each([
    ["no clear end, undone by the person", 1],
    ["no clear end, undone and sent to another process", 2],
  ])("%s: the first answer is not told as done again", async (_, processes) => {
    using scene = await openScene();
    const one = hostOf(scene.open(SHARED));
    const two = processes === 1 ? one : hostOf(scene.open(SHARED));
    const { consent } = await one.call("change_order_address", MOVE);
    scene.schedule("PATCH /api/orders/:id/address/", times(3, reset()));
    const first = await one.accept("change_order_address", MOVE, consent);
    expect(first.words).toStartWith("It is not known whether the shop made the change of address");
    scene.pass(60);
    const back = { order_id: "1054", ...OLD };
    expect((await one.change("change_order_address", back)).isDone).toBe(true);
    scene.pass(60);
    expect((await two.accept("change_order_address", MOVE, consent)).isDone).toBe(false);
    expect(scene.order()?.address).toEqual(OLD);
  });
});
