/** An unclear end uses up its confirmation: the same change again needs another yes, and has an end of its own. */
import { describe, expect, test } from "bun:test";
import { reset, resetUnread } from "../harness/story.ts";
import { CANCEL, CHANGE_ADDRESS, CONTACT, OLD_ADDRESS } from "./example-changes.ts";
import { conflict, OUTCOME_UNKNOWN, REFUSED, tooManyFor60s } from "./interrupted-cancellations.ts";
import { hostFor } from "./json-rpc-host.ts";
import { ALREADY_USED, expectAskedAgain } from "./rejected-confirmations.ts";
import { openScriptedShop, repeat, SHARED_KEY, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

describe("after an unclear end", () => {
  test("the next cancel_order is reported by its own end", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(SHARED_KEY));
    const faults = [...repeat(3, resetUnread()), conflict, tooManyFor60s];
    shop.schedule("POST /api/orders/:id/cancel/", faults);
    for (const expected of [OUTCOME_UNKNOWN, REFUSED, "The shop has received too many requests."])
      expect((await host.callAndAccept("cancel_order", CANCEL)).text).toStartWith(expected);
    expect((await host.callAndAccept("cancel_order", CANCEL)).isDone).toBe(true);
  });

  test("contact_support asks again, since its confirmation was used", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("contact_support", CONTACT);
    shop.schedule("POST /api/support/requests/", repeat(3, reset()));
    const reply = await host.accept("contact_support", CONTACT, confirmation);
    expect(reply.text).toStartWith("It is not known whether the shop made the support request");
    expectAskedAgain(await host.accept("contact_support", CONTACT, confirmation), ALREADY_USED);
    expect(shop.writes().length).toBe(3);
    expect(shop.world().support_requests?.length).toBe(1);
  });

  test.each([
    ["the same server", 1],
    ["another server with the same key", 2],
  ])(
    "change_order_address, undone meanwhile, is not done by its first confirmation at %s",
    async (_, servers) => {
      using shop = await openScriptedShop();
      const one = hostFor(shop.openServer(SHARED_KEY));
      const two = servers === 1 ? one : hostFor(shop.openServer(SHARED_KEY));
      const { confirmation } = await one.call("change_order_address", CHANGE_ADDRESS);
      shop.schedule("PATCH /api/orders/:id/address/", repeat(3, reset()));
      const first = await one.accept("change_order_address", CHANGE_ADDRESS, confirmation);
      expect(first.text).toStartWith("It is not known whether the shop made the change of address");
      shop.advance(60);
      const back = { order_id: "1054", ...OLD_ADDRESS };
      expect((await one.callAndAccept("change_order_address", back)).isDone).toBe(true);
      shop.advance(60);
      const second = await two.accept("change_order_address", CHANGE_ADDRESS, confirmation);
      expect(second.isDone).toBe(false);
      expect(shop.order1054()?.address).toEqual(OLD_ADDRESS);
    },
  );
});
