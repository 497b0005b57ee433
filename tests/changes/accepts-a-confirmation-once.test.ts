/**
 * A confirmation counts for ten minutes, for the call it was given for, in every server that shares the key. However
 * often it comes, the shop makes one change of it, and the receipt is the same.
 */
import { describe, expect, test } from "bun:test";
import {
  CANCEL,
  CHANGE_ADDRESS,
  CHANGE_ITEMS,
  CHANGE_NAMES,
  CONTACT,
  examples,
  OLD_ADDRESS,
} from "./example-changes.ts";
import { CONFIRM_VIA, hostFor } from "./json-rpc-host.ts";
import { expectAskedAgain, EXPIRED } from "./rejected-confirmations.ts";
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

  test.each(CHANGE_NAMES)("of %s gives the same receipt again", async (name) => {
    using shop = await openScriptedShop();
    const one = hostFor(shop.openServer(SHARED_KEY), via);
    const { args } = examples[name];
    const { confirmation } = await one.call(name, args);
    const first = await one.accept(name, args, confirmation);
    const world = shop.world();
    expect(first.isDone).toBe(true);
    expect(await one.accept(name, args, confirmation)).toEqual(first);
    const restarted = hostFor(shop.openServer(SHARED_KEY), via);
    expect(await restarted.accept(name, args, confirmation)).toEqual(first);
    expect(shop.world()).toEqual(world);
    expect(new Set(shop.keys()).size).toBe(1);
  });

  test.each(CHANGE_NAMES)("of %s that arrives twice at once is sent once", async (name) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    const { args } = examples[name];
    const { confirmation } = await host.call(name, args);
    const accept = () => host.accept(name, args, confirmation);
    const [first, second] = await Promise.all([accept(), accept()]);
    expect(first?.isDone).toBe(true);
    expect(second).toEqual(first);
    expect(shop.writes().length).toBe(1);
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
  test("counts in another server of the account where neither was given a key", async () => {
    using shop = await openScriptedShop();
    const { confirmation } = await hostFor(shop.openServer()).call("cancel_order", CANCEL);
    const other = hostFor(shop.openServer());
    expect((await other.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true);
  });

  test("of change_order_address does not change it again once it was changed back", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("change_order_address", CHANGE_ADDRESS);
    const accept = () => host.accept("change_order_address", CHANGE_ADDRESS, confirmation);
    const first = await accept();
    expect(first.isDone).toBe(true);
    const back = { order_id: "1054", ...OLD_ADDRESS };
    expect((await host.callAndAccept("change_order_address", back)).isDone).toBe(true);
    expect(await accept()).toEqual(first); // what the shop said of it then
    expect(shop.order1054()?.address).toEqual(OLD_ADDRESS);
  });

  test("of contact_support sends no second message after a later one was sent", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("contact_support", CONTACT);
    const first = await host.accept("contact_support", CONTACT, confirmation);
    shop.advance(599);
    await host.callAndAccept("contact_support", CONTACT);
    expect(await host.accept("contact_support", CONTACT, confirmation)).toEqual(first);
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
      const [first, second] = await Promise.all(
        [one, two].map((host) => host.accept("contact_support", CONTACT, confirmation)),
      );
      expect(first?.isDone).toBe(true);
      expect(second).toEqual(first);
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

test("an equal call after it was done is not told that nothing is done", async () => {
  using shop = await openScriptedShop();
  const host = hostFor(shop.openServer());
  await host.callAndAccept("contact_support", CONTACT);
  const { text, isAsking } = await host.call("contact_support", CONTACT);
  expect(isAsking).toBe(true);
  expect(text).toStartWith("This call has changed nothing. Ask the user this, word for word;");
  expect(text).toContain("The same was asked for and sent within the last ten minutes.");
  expect(text).not.toContain("Nothing is done yet");
});
