/** Answers that count. */
import { describe, expect, test } from "bun:test";
import { CANCEL, MOVE, OLD, SWAP, WRITE } from "./example-changes.ts";
import { BOTH, hostOf } from "./json-rpc-host.ts";
import { expectUncounted, LATE, USED } from "./rejected-confirmations.ts";
import { openScene, SHARED } from "./scripted-shop.ts";

describe.each(BOTH)("an answer by %s counts", (by) => {
  test("for ten minutes, and not a second longer", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(), by);
    const { consent } = await host.call("cancel_order", CANCEL);
    scene.pass(601);
    expectUncounted(await host.accept("cancel_order", CANCEL, consent), LATE);
    scene.expectUntouched();
    scene.pass(-1);
    expect((await host.accept("cancel_order", CANCEL, consent)).isDone).toBe(true);
  });

  test("once: a message is not sent again", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(), by);
    const { consent } = await host.call("contact_support", WRITE);
    expect((await host.accept("contact_support", WRITE, consent)).isDone).toBe(true);
    expectUncounted(await host.accept("contact_support", WRITE, consent), USED);
    expect(scene.writes().length).toBe(1);
    expect(scene.world().support_requests?.length).toBe(1);
  });

  test("once when it comes twice at once", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open(), by);
    const { consent } = await host.call("cancel_order", CANCEL);
    const accept = () => host.accept("cancel_order", CANCEL, consent);
    const both = await Promise.all([accept(), accept()]);
    expect(both.some(({ isDone }) => isDone)).toBe(true);
    expect(new Set(scene.keys()).size).toBe(1);
    expect(scene.order()?.payments.length).toBe(2); // one of them the refund
  });

  test("in another process with the same key", async () => {
    using scene = await openScene();
    const { consent } = await hostOf(scene.open(SHARED), by).call("cancel_order", CANCEL);
    const host = hostOf(scene.open(SHARED), by);
    expect((await host.accept("cancel_order", CANCEL, consent)).isDone).toBe(true);
    expect(scene.writes().length).toBe(1);
  });
});

describe("an answer counts", () => {
  test("once: not again when the order is as it was before", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("change_order_address", MOVE);
    expect((await host.accept("change_order_address", MOVE, consent)).isDone).toBe(true);
    const back = { order_id: "1054", ...OLD };
    expect((await host.change("change_order_address", back)).isDone).toBe(true);
    expectUncounted(await host.accept("change_order_address", MOVE, consent), USED);
    expect(scene.writes().length).toBe(2);
    expect(scene.order()?.address).toEqual(OLD);
  });

  test("once, also when others were used since", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("contact_support", WRITE);
    await host.accept("contact_support", WRITE, consent);
    scene.pass(599);
    await host.change("contact_support", WRITE);
    expectUncounted(await host.accept("contact_support", WRITE, consent), USED);
    expect(scene.world().support_requests?.length).toBe(2);
  });

  test.each([
    ["one process", 1],
    ["two processes that share a key", 2],
  ])("for one message when it comes twice at once to %s", async (_, processes) => {
    using scene = await openScene();
    const one = hostOf(scene.open(SHARED));
    const two = processes === 1 ? one : hostOf(scene.open(SHARED));
    const { consent } = await one.call("contact_support", WRITE);
    await Promise.all([one, two].map((host) => host.accept("contact_support", WRITE, consent)));
    expect(new Set(scene.keys()).size).toBe(1);
    expect(scene.world().support_requests?.length).toBe(1);
  });

  test("for the same arguments, however the host writes them", async () => {
    using scene = await openScene();
    const host = hostOf(scene.open());
    const { consent } = await host.call("change_order_items", SWAP);
    const { items, payment_method_id } = SWAP;
    const spelt = { payment_method_id, items: JSON.stringify(items), order_id: " #1054 " };
    expect((await host.accept("change_order_items", spelt, consent)).isDone).toBe(true);
  });
});
