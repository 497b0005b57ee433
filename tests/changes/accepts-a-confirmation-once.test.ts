/** A confirmation counts once, for ten minutes, for the call it was given for, in every server that shares the key. */
import { describe, expect, test } from "bun:test";
import { CANCEL, CHANGE_ADDRESS, CHANGE_ITEMS, CONTACT, OLD_ADDRESS } from "./example-changes.ts";
import { CONFIRM_VIA, hostFor } from "./json-rpc-host.ts";
import { ALREADY_USED, expectAskedAgain, EXPIRED } from "./rejected-confirmations.ts";
import { openScriptedShop, SHARED_KEY } from "./scripted-shop.ts";

describe.each(CONFIRM_VIA)("a confirmation by %s", (via) => {
  test("counts for ten minutes, and not a second longer", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    const { confirmation } = await host.call("cancel_order", CANCEL);
    shop.advance(601);
    expectAskedAgain(await host.accept("cancel_order", CANCEL, confirmation), EXPIRED);
    shop.expectUntouched();
    shop.advance(-1);
    expect((await host.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true);
  });

  test("of contact_support sends one message", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    const { confirmation } = await host.call("contact_support", CONTACT);
    const accept = () => host.accept("contact_support", CONTACT, confirmation);
    expect((await accept()).isDone).toBe(true);
    expectAskedAgain(await accept(), ALREADY_USED);
    expect(shop.writes().length).toBe(1);
    expect(shop.world().support_requests?.length).toBe(1);
  });

  test("of cancel_order that arrives twice at once cancels once", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const accept = () => host.accept("cancel_order", CANCEL, confirmation);
    const both = await Promise.all([accept(), accept()]);
    expect(both.some(({ isDone }) => isDone)).toBe(true);
    expect(new Set(shop.keys()).size).toBe(1);
    expect(shop.order1054()?.payments.length).toBe(2); // one of them the refund
  });

  test("counts in another server with the same key", async () => {
    using shop = await openScriptedShop();
    const one = hostFor(shop.openServer(SHARED_KEY), via);
    const two = hostFor(shop.openServer(SHARED_KEY), via);
    const { confirmation } = await one.call("cancel_order", CANCEL);
    expect((await two.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true);
    expect(shop.writes().length).toBe(1);
  });
});

describe("a confirmation", () => {
  test("of change_order_address does not count again once the address was changed back", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("change_order_address", CHANGE_ADDRESS);
    const accept = () => host.accept("change_order_address", CHANGE_ADDRESS, confirmation);
    expect((await accept()).isDone).toBe(true);
    const back = { order_id: "1054", ...OLD_ADDRESS };
    expect((await host.callAndAccept("change_order_address", back)).isDone).toBe(true);
    expectAskedAgain(await accept(), ALREADY_USED);
    expect(shop.writes().length).toBe(2);
    expect(shop.order1054()?.address).toEqual(OLD_ADDRESS);
  });

  test("of contact_support does not count again after a later one was used", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("contact_support", CONTACT);
    await host.accept("contact_support", CONTACT, confirmation);
    shop.advance(599);
    await host.callAndAccept("contact_support", CONTACT);
    expectAskedAgain(await host.accept("contact_support", CONTACT, confirmation), ALREADY_USED);
    expect(shop.world().support_requests?.length).toBe(2);
  });

  test.each([
    ["one server", 1],
    ["two servers that share a key", 2],
  ])(
    "of contact_support sends one message when it arrives twice at once at %s",
    async (_, servers) => {
      using shop = await openScriptedShop();
      const one = hostFor(shop.openServer(SHARED_KEY));
      const two = servers === 1 ? one : hostFor(shop.openServer(SHARED_KEY));
      const { confirmation } = await one.call("contact_support", CONTACT);
      await Promise.all(
        [one, two].map((host) => host.accept("contact_support", CONTACT, confirmation)),
      );
      expect(new Set(shop.keys()).size).toBe(1);
      expect(shop.world().support_requests?.length).toBe(1);
    },
  );

  test("of change_order_items counts for the same arguments, however the host writes them", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("change_order_items", CHANGE_ITEMS);
    const { items, payment_method_id } = CHANGE_ITEMS;
    const rewritten = { payment_method_id, items: JSON.stringify(items), order_id: " #1054 " };
    expect((await host.accept("change_order_items", rewritten, confirmation)).isDone).toBe(true);
  });
});
