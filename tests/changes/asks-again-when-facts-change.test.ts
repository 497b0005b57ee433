/**
 * A yes counts for the order that the user was shown: the shop refuses it for another one, and they are asked again.
 * What the order's version does not tell is the shop's to refuse, or is told afterwards.
 */
import { describe, expect, test } from "bun:test";
import { MEMORY_LANES, textOf } from "../harness/lanes.ts";
import { status } from "../harness/story.ts";
import { connectClient } from "./client-hosts.ts";
import {
  CHANGE_ADDRESS,
  CHANGE_ITEMS,
  CHANGE_PAYMENT,
  type ChangeName,
  examples,
  EXCHANGE,
  OLD_ADDRESS,
} from "./example-changes.ts";
import { CONFIRM_VIA, hostFor } from "./json-rpc-host.ts";
import { CHANGED_MEANWHILE, expectAskedAgain } from "./rejected-confirmations.ts";
import { alteringPreviews, openScriptedShop, repeat, type ScriptedShop } from "./scripted-shop.ts";

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
      expect.stringMatching(/^Send order 1054 [^]*\nUntil now: "Linnégatan 14,/),
      expect.stringMatching(
        /^Asked anew, since it has changed meanwhile\.\nSend order 1054 [^]*\nUntil now: "Kraanlei 33,/,
      ),
    ]);
    expect(textOf(result)).toContain("the user declined,");
    expect(shop.writes().map(({ outcome }) => outcome)).toEqual(["412"]);
  });
});

type Change = (shop: ScriptedShop) => void;
/** What others do at the shop between question and answer; what is asked then, or why nothing can be. */
const changes: [what: string, ChangeName, Change, expected: RegExp][] = [
  [
    "the address of the order",
    "change_order_address",
    ({ asStaff }) => asStaff((mock, clerk) => mock.changeOrderAddress(clerk, "1054", moved)),
    /\nUntil now: "Kraanlei 33,/,
  ],
  [
    "the address of an order to be cancelled",
    "cancel_order",
    ({ asStaff }) => asStaff((mock, clerk) => mock.changeOrderAddress(clerk, "1054", moved)),
    /\nWill be refunded: 56\.90 EUR/,
  ],
  [
    "the address of the customer",
    "change_customer_address",
    ({ asStaff }) =>
      asStaff((mock, clerk) => mock.changeCustomerAddress(clerk, "mia-lindqvist", moved)),
    /\nUntil now: "Kraanlei 33,/,
  ],
  [
    "the payment of the order",
    "cancel_order",
    ({ asStaff }) =>
      asStaff((mock, clerk) => mock.changeOrderPayment(clerk, "1054", CHANGE_PAYMENT)),
    /\nWill be refunded: 56\.90 EUR to "PayPal/,
  ],
  [
    "the items of the order",
    "change_order_address",
    ({ asStaff }) => asStaff((mock, clerk) => mock.changeOrderItems(clerk, "1054", CHANGE_ITEMS)),
    /\nUntil now: "Linnégatan 14,/,
  ],
  [
    "the status of the order",
    "cancel_order",
    ({ asStaff }) =>
      asStaff((mock, clerk) => mock.cancelOrder(clerk, "1054", { reason: "ordered_by_mistake" })),
    /Only a pending order can be cancelled; this one is cancelled\./,
  ],
  [
    "the items of an order to be cancelled",
    "cancel_order",
    ({ asStaff }) => asStaff((mock, clerk) => mock.changeOrderItems(clerk, "1054", CHANGE_ITEMS)),
    /an order whose items were changed cannot be cancelled\./,
  ],
  [
    "the exchange of the order",
    "return_items",
    ({ asStaff }) => asStaff((mock, clerk) => mock.exchangeItems(clerk, "1004", EXCHANGE)),
    /Only a delivered order can be returned or exchanged; this one is exchange requested\./,
  ],
];
const REFUSED_BEFORE =
  "The shop refused it as no longer current (HTTP 412). This time: Nothing was sent: the shop does not allow this now.";

describe.each(CONFIRM_VIA)("an acceptance by %s", (via) => {
  test.each(changes)(
    "does not count once %s has changed: %s",
    async (_, name, change, expected) => {
      using shop = await openScriptedShop();
      const host = hostFor(shop.openServer(), via);
      const { args } = examples[name];
      const { confirmation } = await host.call(name, args);
      change(shop);
      const world = shop.world();
      const reply = await host.accept(name, args, confirmation);
      expect(reply.text).toMatch(expected);
      if (/delivered|pending|cannot/.test(expected.source))
        expect(reply.text).toStartWith(REFUSED_BEFORE);
      else expectAskedAgain(reply, CHANGED_MEANWHILE);
      expect(reply.isDone).toBe(false);
      expect(shop.writes().map(({ outcome }) => outcome)).toEqual(["412"]);
      expect(shop.world()).toEqual(world);
      if (!reply.isAsking) return;
      expect((await host.accept(name, args, reply.confirmation)).isDone).toBe(true); // to the new question
    },
  );
});

test("a shop that refuses the version it shows is not asked without end", async () => {
  using shop = await openScriptedShop();
  const weak = repeat(9, status(412)); // as behind a proxy that makes every ETag weak
  shop.schedule("PATCH /api/orders/:id/address/", weak);
  let asked = 0;
  const host = await connectClient("memory-legacy", shop.openServer(), async () => {
    asked++;
    return "accept";
  });
  const result = await host.callTool({ name: "change_order_address", arguments: CHANGE_ADDRESS });
  await host.close();
  expect(asked).toBe(1);
  expect(textOf(result)).toBe(
    "The shop refused it as no longer current (HTTP 412). This time: The shop refused the change of address (HTTP 412), though it still shows the same version. The same call would be refused again: tell the user, and do without it.",
  );
});

describe("what an order's version does not tell", () => {
  const detail = "Item sparrow-tortoiseshell-stub is not available.";
  const field = { payment_method_id: ["mia-gift is not a payment method of this customer."] };
  test.each<[string, ChangeName, ReturnType<typeof status>, expected: string]>([
    [
      "the availability of the new item",
      "change_order_items",
      status(409, {}, { detail, code: "item_unavailable" }),
      `The shop refused the change of items: ${detail} Nothing was changed.`,
    ],
    [
      "the owner of the gift card",
      "return_items",
      status(400, {}, field),
      "The shop refused the return (HTTP 400): payment_method_id: mia-gift is not a payment method of this customer.",
    ],
  ])("is refused by the shop: %s", async (_, name, refusal, expected) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { args, line } = examples[name];
    const { confirmation } = await host.call(name, args);
    shop.schedule(line, [refusal]);
    const reply = await host.accept(name, args, confirmation);
    expect(reply.text).toStartWith(expected);
    expect(reply.isError).toBe(true);
  });

  const lines = [{ item_id: "sparrow-tortoiseshell-stub", name: "Pen", price: "50.00" }];
  const [payment] = [{ kind: "payment", amount: "8.00", payment_method_id: "mia-visa" }];
  type Preview = Record<string, unknown>;
  test.each<[string, (preview: Preview) => Preview, shown: string, differs: string]>([
    [
      "the price of the new item",
      (preview) => ({ ...preview, lines, change: { kind: "items", payments: [payment] } }),
      'Will be charged: 8.00 EUR to "Visa ending in 4417 (mia-visa)"',
      "items",
    ],
    [
      "the payments",
      (preview) => ({ ...preview, payments: [payment] }),
      "Will be charged: 12.00 EUR",
      "payments",
    ],
    [
      "the status",
      (preview) => ({ ...preview, status: "processing" }),
      'Status: "pending" becomes "processing"',
      "status",
    ],
    [
      "a status of the shop's own",
      (preview) => ({ ...preview, status: "repacking" }),
      'Status: "pending" becomes "repacking"',
      "status",
    ],
    [
      "the address",
      (preview) => ({ ...preview, ...moved }),
      'New address: "Kraanlei 33,',
      "address",
    ],
    [
      "a return",
      (preview) => ({ ...preview, return: { item_ids: ["ink-blue-black"], amount: "9.00" } }),
      "Refund to come: 9.00 EUR",
      "return or exchange",
    ],
    [
      "all of it",
      () => ({ order_id: "1054", status: "shipped", lines, payments: [payment], ...moved }),
      'Status: "pending" becomes "shipped"',
      "status, items, address, payments",
    ],
  ])("is told afterwards where a preview was wrong: %s", async (_, alter, shown, differs) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer({}, alteringPreviews(alter)));
    const { text, confirmation } = await host.call("change_order_items", CHANGE_ITEMS);
    expect(text).toContain(`\n${shown}`);
    const { receipt } = await host.accept("change_order_items", CHANGE_ITEMS, confirmation);
    expect(receipt).toMatchObject({ outcome: "done", amount: "12.00" });
    expect(receipt?.summary).toBe(
      `Order 1054: changed. Charged: 12.00 EUR to "mia-visa". This is not what was shown before: the order differs in its ${differs}. Tell the user, and read the order.`,
    );
  });
});
