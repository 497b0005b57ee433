/** Arguments that contradict the order, the customer or the shop's rules are refused, and nothing is changed. */
import { describe, expect, test } from "bun:test";
import {
  CHANGE_NAMES,
  type ChangeName,
  examples,
  FINE_TO_STUB,
  rowsOf,
} from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, shareScriptedShop, UNTOUCHED } from "./scripted-shop.ts";

describe("arguments", () => {
  const shop = shareScriptedShop();
  const call = (name: ChangeName, args: object) => hostFor(shop().openServer()).call(name, args);

  const towel = { item_id: "towels-undyed", new_item_id: "towels-blue" };
  const slate = { item_id: "notebook-dotted-moss", new_item_id: "notebook-dotted-slate" };
  const notInOrder = (id: string) => `${id} is not in this order, which has `;
  const tooOften = (id: string, times: string) =>
    `${id} was bought ${times} and is named more often`;
  const notAReplacement = (id: string, why: string) =>
    `items: ${id} is ${why}; in its place there are `;
  const notTheirs = (id: string) =>
    `payment_method_id: ${id} is not one of this customer's, which are mia-visa, mia-paypal, mia-gift`;
  const swapFor = (new_item_id: string) => ({ items: [{ ...FINE_TO_STUB, new_item_id }] });
  const contradicting = rowsOf({
    change_order_items: [
      ["an item not in the order", { items: [towel] }, `items: ${notInOrder("towels-undyed")}`],
      [
        "a second item not in the order",
        { items: [FINE_TO_STUB, towel] },
        `items: ${notInOrder("towels-undyed")}`,
      ],
      [
        "an item of another product",
        swapFor("ink-violet"),
        notAReplacement("ink-violet", "no item of that product"),
      ],
      [
        "the same item",
        swapFor(FINE_TO_STUB.item_id),
        notAReplacement(FINE_TO_STUB.item_id, "there already"),
      ],
      [
        "an item more often than bought",
        { items: [FINE_TO_STUB, FINE_TO_STUB] },
        `items: ${tooOften(FINE_TO_STUB.item_id, "once")}`,
      ],
      [
        "fifty of one item",
        { items: Array(50).fill(FINE_TO_STUB) },
        `items: ${tooOften(FINE_TO_STUB.item_id, "once")}`,
      ],
      [
        "the gift card of another customer",
        { payment_method_id: "nell-gift" },
        notTheirs("nell-gift"),
      ],
    ],
    change_order_payment: [
      ["the card of another customer", { payment_method_id: "nell-visa" }, notTheirs("nell-visa")],
      [
        "the method that pays already",
        { payment_method_id: "mia-visa" },
        "payment_method_id: mia-visa pays",
      ],
    ],
    return_items: [
      [
        "three items of two bought",
        { item_ids: Array(3).fill(slate.item_id) },
        `item_ids: ${tooOften(slate.item_id, "2 times")}`,
      ],
      ["a number for an item", { item_ids: [5] }, `item_ids: ${notInOrder("5")}`],
      [
        "an item named constructor",
        { item_ids: ["constructor"] },
        `item_ids: ${notInOrder("constructor")}`,
      ],
      [
        "the gift card of another customer",
        { payment_method_id: "nell-gift" },
        notTheirs("nell-gift"),
      ],
    ],
    exchange_items: [
      [
        "an item that is sold out",
        { items: [slate] },
        notAReplacement(slate.new_item_id, "not available now"),
      ],
    ],
  });
  test.each(contradicting)(
    "$name refuses after reading the order: $what",
    async ({ name, args, expected }) => {
      const reply = await call(name, args);
      expect(reply.text).toStartWith(`Nothing was sent to the shop: ${expected}`);
      expect(reply.text).toEndWith("Correct this and call again.");
      expect(reply.isError).toBe(true);
    },
  );

  const whilePending = "cancel it, change its items or payment, change its address";
  const notAllowed = rowsOf({
    cancel_order: [
      ["the order was shipped", { order_id: "shipped" }, "nothing of the kind"],
      ["its items were changed", { order_id: "modified" }, "change its address"],
    ],
    change_order_address: [
      ["the order was shipped", { order_id: "shipped" }, "nothing of the kind"],
    ],
    change_order_items: [
      ["its items were changed already", { order_id: "modified" }, "change its address"],
    ],
    change_order_payment: [
      ["the order has arrived", { order_id: "1004" }, "return or exchange items"],
    ],
    return_items: [["the order has not arrived", { order_id: "1054" }, whilePending]],
    exchange_items: [["the order has not arrived", { order_id: "1054" }, whilePending]],
  });
  test.each(notAllowed)(
    "$name says what is possible when $what",
    async ({ name, args, expected }) => {
      const reply = await call(name, args);
      expect(reply.text).toStartWith("Nothing was sent: the shop does not allow this now. ");
      expect(reply.text).toEndWith(`Possible now: ${expected}.`);
      expect(reply.isError).toBe(true);
    },
  );

  const foreign = CHANGE_NAMES.map((name): [ChangeName, string, string, string] =>
    name === "change_customer_address"
      ? [name, "customer_id", "nell-okafor", "nobody"]
      : [name, "order_id", "nells", "nobodys"],
  );
  test.each(foreign)(
    "%s answers the %s of another customer like one that does not exist",
    async (name, key, theirs, absent) => {
      const [answer = "", ...others] = await Promise.all(
        [theirs, absent].map(async (id) => {
          const reply = await call(name, { ...examples[name].args, [key]: id });
          expect(reply.isError).toBe(true);
          return reply.text.replace(id, "ID");
        }),
      );
      expect(answer).toContain("the id does not exist, or it does not belong to this account.");
      expect(others).toEqual([answer]);
    },
  );

  const tooLittle = "Gift card mia-gift has 60.00 EUR, and 68.90 EUR are needed";
  const notOriginal =
    "payment_method_id: A return is refunded to the original payment method or to a gift card of the customer";
  const refusedByShop = rowsOf({
    change_order_payment: [
      [
        "a gift card that does not cover the order",
        { order_id: "stub-pen", payment_method_id: "mia-gift" },
        tooLittle,
      ],
    ],
    return_items: [
      ["a refund to a method that did not pay", { payment_method_id: "mia-paypal" }, notOriginal],
    ],
  });
  test.each(refusedByShop)(
    "$name changes nothing when the shop refuses $what",
    async ({ name, args, expected }) => {
      using shop = await openScriptedShop();
      const reply = await hostFor(shop.openServer()).callAndAccept(name, args);
      expect(reply.text).toMatch(/^The shop refused the /);
      expect(reply.text).toContain(expected);
      expect(reply.isError).toBe(true);
      expect(shop.world()).toEqual(UNTOUCHED);
    },
  );
});
