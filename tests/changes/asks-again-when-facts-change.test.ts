/** A yes counts for what the user was shown: when the shop has changed meanwhile, they are asked again or refused. */
import { describe, expect, test } from "bun:test";
import { MEMORY_LANES, textOf } from "../harness/lanes.ts";
import { respondWith } from "../harness/story.ts";
import { connectClient } from "./client-hosts.ts";
import {
  CHANGE_ADDRESS,
  CHANGE_PAYMENT,
  type ChangeName,
  examples,
  miaWith,
  OLD_ADDRESS,
  penWith,
} from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, type ScriptedShop } from "./scripted-shop.ts";

const moved = { address: { ...OLD_ADDRESS, line1: "Kraanlei 33" } };

describe.each(MEMORY_LANES)("%s", (lane) => {
  test("change_order_address asks again when the address changes while the user decides", async () => {
    using shop = await openScriptedShop();
    const questions: string[] = [];
    const host = await connectClient(lane, shop.openServer(), async (question) => {
      questions.push(question);
      shop.asStaff((mock, clerk) => mock.changeOrderAddress(clerk, "1054", moved));
      return questions.length < 2 ? "accept" : "decline";
    });
    const result = await host.callTool({ name: "change_order_address", arguments: CHANGE_ADDRESS });
    await host.close();
    expect(questions).toEqual([
      expect.stringMatching(/^Send order 1054 .*Until now: Linnégatan 14,/),
      expect.stringMatching(
        /^Asked anew, since something has changed meanwhile\. Send order 1054 .*Until now: Kraanlei 33,/,
      ),
    ]);
    expect(textOf(result)).toContain("the user declined.");
    expect(shop.writes()).toEqual([]);
  });
});

describe("an acceptance by elicitation", () => {
  const giftCard = { payment_method_id: "mia-gift" };
  type Change = (shop: ScriptedShop) => void;
  /** What changes at the shop between question and answer, and the sentence that follows. */
  const changes: [what: string, ChangeName, given: object, Change, expected: RegExp][] = [
    [
      "the address of the order",
      "change_order_address",
      {},
      ({ asStaff }) => asStaff((mock, clerk) => mock.changeOrderAddress(clerk, "1054", moved)),
      /something has changed meanwhile\..*Until now: Kraanlei 33,/,
    ],
    [
      "the address of the customer",
      "change_customer_address",
      {},
      ({ asStaff }) =>
        asStaff((mock, clerk) => mock.changeCustomerAddress(clerk, "mia-lindqvist", moved)),
      /something has changed meanwhile\..*Until now: Kraanlei 33,/,
    ],
    [
      "the status of the order",
      "cancel_order",
      {},
      ({ asStaff }) =>
        asStaff((mock, clerk) => mock.cancelOrder(clerk, "1054", { reason: "ordered_by_mistake" })),
      /^Nothing was sent: the shop does not allow this now\. Only a pending order can be cancelled;/,
    ],
    [
      "the payment of the order",
      "cancel_order",
      {},
      ({ asStaff }) =>
        asStaff((mock, clerk) => mock.changeOrderPayment(clerk, "1054", CHANGE_PAYMENT)),
      /something has changed meanwhile\..*Goes back: 56\.90 EUR to PayPal/,
    ],
    [
      "the price of the new item",
      "change_order_items",
      {},
      ({ schedule }) =>
        schedule("GET /api/products/:id/", [respondWith(penWith({ price: "54.01" }))]),
      /something has changed meanwhile\..* 12\.01 EUR will be charged to Visa/,
    ],
    [
      "the availability of the new item",
      "change_order_items",
      {},
      ({ schedule }) =>
        schedule("GET /api/products/:id/", [respondWith(penWith({ available: false }))]),
      /^Nothing was sent to the shop: items: sparrow-tortoiseshell-stub is not available now;/,
    ],
    [
      "the balance of the gift card",
      "change_order_payment",
      giftCard,
      ({ schedule }) =>
        schedule("GET /api/customers/:id/", [respondWith(miaWith({ balance: "1.00" }))]),
      /something has changed meanwhile\..* 1\.00 EUR/,
    ],
    [
      "the owner of the gift card",
      "return_items",
      giftCard,
      ({ schedule }) =>
        schedule("GET /api/customers/:id/", [respondWith(miaWith({ payment_method_id: "hers" }))]),
      /^Nothing was sent to the shop: payment_method_id: mia-gift is not one of this customer's/,
    ],
  ];
  test.each(changes)(
    "does not count once %s has changed: %s",
    async (_, name, given, change, expected) => {
      using shop = await openScriptedShop();
      const host = hostFor(shop.openServer(), "elicitation");
      const args = { ...examples[name].args, ...given };
      const { confirmation } = await host.call(name, args);
      change(shop);
      const reply = await host.accept(name, args, confirmation);
      expect(reply.text).toMatch(expected);
      expect(reply.isDone).toBe(false);
      expect(shop.writes()).toEqual([]);
      expect(shop.unmet()).toEqual([]);
    },
  );
});
