/**
 * After an unclear end the same confirmation is sent again under the same key, which settles it. The same change
 * asked for anew says first what is known of it, and has an end of its own.
 */
import { afterAll, describe, expect, spyOn, test } from "bun:test";
import {
  type Fault,
  passThrough,
  reset,
  resetUnread,
  respondWith,
  status,
} from "../harness/story.ts";
import { CANCEL, CHANGE_ADDRESS, CONTACT, OLD_ADDRESS } from "./example-changes.ts";
import { conflict, OUTCOME_UNKNOWN, REFUSED, tooManyFor60s } from "./interrupted-cancellations.ts";
import { CONFIRM_VIA, hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, repeat, SHARED_KEY, withoutJitter } from "./scripted-shop.ts";

withoutJitter();
const log = spyOn(console, "error").mockImplementation(() => {}); // has the cause of each unclear end
afterAll(() => log.mockRestore());

const SENT_BEFORE = "The same was asked for and sent within the last ten minutes.";
const UNCLEAR_BEFORE = `${SENT_BEFORE} It is not known whether the shop made it.`;
const UNCLEAR = /^It is not known whether the shop made the /;

describe.each(CONFIRM_VIA)("the same confirmation by %s", (via) => {
  test.each([
    ["the same server", 1],
    ["another server with the same key", 2],
  ])("of contact_support settles an unclear end at %s, by one message", async (_, servers) => {
    using shop = await openScriptedShop();
    const one = hostFor(shop.openServer(SHARED_KEY), via);
    const two = servers === 1 ? one : hostFor(shop.openServer(SHARED_KEY), via);
    const { confirmation } = await one.call("contact_support", CONTACT);
    shop.schedule("POST /api/support/requests/", repeat(3, reset()));
    const reply = await one.accept("contact_support", CONTACT, confirmation);
    expect(reply.text).toMatch(UNCLEAR);
    const again = await two.accept("contact_support", CONTACT, confirmation);
    expect(again.receipt?.summary).toEndWith("Its number is request-1.");
    expect(new Set(shop.keys()).size).toBe(1);
    expect(shop.world().support_requests?.length).toBe(1);
  });

  test("of cancel_order makes it, where no attempt had reached the shop", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    const { confirmation } = await host.call("cancel_order", CANCEL);
    shop.schedule("POST /api/orders/:id/cancel/", repeat(3, resetUnread()));
    const unclear = await host.accept("cancel_order", CANCEL, confirmation);
    expect(unclear.text).toMatch(UNCLEAR);
    expect((await host.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true);
  });

  test.each<[string, Fault]>([
    ["409", conflict],
    ["400", status(400, {}, { reason: ["No."] })],
    ["404", status(404)],
    ["401", status(401)],
    ["403", status(403)],
    ["429", tooManyFor60s],
  ])("stays unclear when the shop then answers %s", async (_, refusal) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    const { confirmation } = await host.call("cancel_order", CANCEL);
    shop.schedule("POST /api/orders/:id/cancel/", [...repeat(3, reset()), refusal]);
    await host.accept("cancel_order", CANCEL, confirmation);
    const again = await host.accept("cancel_order", CANCEL, confirmation);
    expect(again.text).toMatch(UNCLEAR);
    expect(again.text).toContain("Check first, with get_order");
    expect(again.text).not.toMatch(/nothing was/i);
    expect((await host.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true);
  });

  test("stays unclear when the shop, which was sent no version, then answers 412", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    shop.schedule("GET /api/orders/:id/", [respondWith({ order_id: "1054", status: "pending" })]);
    shop.schedule("POST /api/orders/:id/cancel/", [...repeat(3, reset()), status(412)]);
    const { confirmation } = await host.call("cancel_order", CANCEL);
    await host.accept("cancel_order", CANCEL, confirmation);
    const again = await host.accept("cancel_order", CANCEL, confirmation);
    expect(again.text).toMatch(UNCLEAR);
  });

  test("is asked anew when the shop then answers 412, with what is known of the first", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    const { confirmation } = await host.call("change_order_address", CHANGE_ADDRESS);
    const faults = [...repeat(3, reset()), status(412)];
    shop.schedule("PATCH /api/orders/:id/address/", faults);
    await host.accept("change_order_address", CHANGE_ADDRESS, confirmation);
    const again = await host.accept("change_order_address", CHANGE_ADDRESS, confirmation);
    expect(again.text).toStartWith("Asked anew, since it has changed meanwhile.");
    expect(again.text).toContain(`\n${UNCLEAR_BEFORE}\nSend order 1054`);
    expect(again.isAsking).toBe(true);
  });

  test("of contact_support that was made has its receipt before a repetition without one", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    const { confirmation } = await host.call("contact_support", CONTACT);
    const accept = () => host.accept("contact_support", CONTACT, confirmation);
    const first = await accept();
    shop.schedule("POST /api/support/requests/", [...repeat(3, reset()), conflict]);
    const made = `${SENT_BEFORE} The shop's answer was: ${first.receipt?.summary} This time: `;
    expect((await accept()).text).toStartWith(`${made}It is not known whether the shop made`);
    expect((await accept()).text).toStartWith(`${made}The shop refused the support request:`);
    expect(await accept()).toEqual(first);
  });

  test("of change_order_address does not redo what was undone meanwhile", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(SHARED_KEY), via);
    const { confirmation } = await host.call("change_order_address", CHANGE_ADDRESS);
    shop.schedule("PATCH /api/orders/:id/address/", repeat(3, reset()));
    const first = await host.accept("change_order_address", CHANGE_ADDRESS, confirmation);
    expect(first.text).toMatch(UNCLEAR);
    shop.advance(60);
    const back = { order_id: "1054", ...OLD_ADDRESS };
    expect((await host.callAndAccept("change_order_address", back)).isDone).toBe(true);
    shop.advance(60);
    const second = await host.accept("change_order_address", CHANGE_ADDRESS, confirmation);
    expect(second.receipt?.summary).toBe("Order 1054: redirected to the new address.");
    expect(shop.order1054()?.address).toEqual(OLD_ADDRESS); // what the shop recorded of it
  });
});

describe("asked for anew within ten minutes", () => {
  test("cancel_order has an end of its own, after what is known of the one before", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(SHARED_KEY));
    const faults = [...repeat(3, resetUnread()), conflict, tooManyFor60s, passThrough()];
    shop.schedule("POST /api/orders/:id/cancel/", faults);
    for (const expected of [
      OUTCOME_UNKNOWN,
      `${UNCLEAR_BEFORE} This time: ${REFUSED}`,
      `${UNCLEAR_BEFORE} This time: The shop has received too many requests.`,
    ])
      expect((await host.callAndAccept("cancel_order", CANCEL)).text).toStartWith(expected);
    expect((await host.callAndAccept("cancel_order", CANCEL)).isDone).toBe(true);
  });

  test.each(CONFIRM_VIA)("an unclear contact_support says so first: by %s", async (via) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), via);
    shop.schedule("POST /api/support/requests/", repeat(3, reset()));
    await host.callAndAccept("contact_support", CONTACT);
    const question = `${UNCLEAR_BEFORE}\nWrite to the shop's support about order 1054?\n`;
    expect((await host.call("contact_support", CONTACT)).text).toContain(question);
    shop.advance(601);
    expect((await host.call("contact_support", CONTACT)).text).not.toContain(SENT_BEFORE);
  });

  test("a made contact_support says so first, whoever can ask, and not for another message", async () => {
    using shop = await openScriptedShop();
    const server = shop.openServer();
    await hostFor(server, "code").callAndAccept("contact_support", CONTACT);
    const host = hostFor(server, "elicitation");
    const { text } = await host.call("contact_support", CONTACT);
    expect(text).toStartWith(
      `${SENT_BEFORE} The shop's answer was: Support request: sent to the shop's support. Its number is request-1.\nWrite to`,
    );
    const other = { ...CONTACT, message: "Could you wrap it!" };
    expect((await host.call("contact_support", other)).text).toStartWith("Write to");
  });

  test("a made cancel_order, which the shop allows no more, says so first", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    await host.callAndAccept("cancel_order", CANCEL);
    const reply = await host.call("cancel_order", CANCEL);
    expect(reply.text).toStartWith(
      `${SENT_BEFORE} The shop's answer was: Order 1054: cancelled. Refunded: 56.90 EUR to "mia-visa". This time: Nothing was sent: the shop does not allow this now.`,
    );
    expect(reply.isError).toBe(true);
  });

  test("a made change_order_address that is declined the second time says so first", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), "elicitation");
    await host.callAndAccept("change_order_address", CHANGE_ADDRESS);
    const { confirmation } = await host.call("change_order_address", CHANGE_ADDRESS);
    const no = { inputResponses: { confirm: { action: "decline" } }, requestState: confirmation };
    const reply = await host.call("change_order_address", CHANGE_ADDRESS, no);
    expect(reply.text).toStartWith(
      `${SENT_BEFORE} The shop's answer was: Order 1054: redirected to the new address. This time: Not redirected to the new address: the user declined,`,
    );
    expect(shop.writes().length).toBe(1);
  });

  test("a refused cancel_order says nothing of it", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    shop.schedule("POST /api/orders/:id/cancel/", [conflict]);
    await host.callAndAccept("cancel_order", CANCEL);
    expect((await host.call("cancel_order", CANCEL)).text).not.toContain(SENT_BEFORE);
  });
});
