/** Arguments that are refused after a look. */
import { describe, expect, test } from "bun:test";
import { type Name, NAMES, rowsOf, STUB, wishes } from "./example-changes.ts";
import { hostOf } from "./json-rpc-host.ts";
import { openScene, shareScene, UNTOUCHED } from "./scripted-shop.ts";

describe("arguments", () => {
  const scene = shareScene();
  const call = (name: Name, args: object) => hostOf(scene().open()).call(name, args);

  const towel = { item_id: "towels-undyed", new_item_id: "towels-blue" };
  const slate = { item_id: "notebook-dotted-moss", new_item_id: "notebook-dotted-slate" };
  const foreign = (id: string) => `${id} is not in this order, which has `;
  const scarce = (id: string, times: string) => `${id} was bought ${times} and is named more often`;
  const unfit = (id: string, why: string) => `items: ${id} is ${why}; in its place there are `;
  const hers = (id: string) =>
    `payment_method_id: ${id} is not one of this customer's, which are mia-visa, mia-paypal, mia-gift`;
  const becomes = (new_item_id: string) => ({ items: [{ ...STUB, new_item_id }] });
  const looked = rowsOf({
    change_order_items: [
      ["an item not in the order", { items: [towel] }, `items: ${foreign("towels-undyed")}`],
      [
        "a second item not in the order",
        { items: [STUB, towel] },
        `items: ${foreign("towels-undyed")}`,
      ],
      [
        "an item of another product",
        becomes("ink-violet"),
        unfit("ink-violet", "no item of that product"),
      ],
      ["the same item", becomes(STUB.item_id), unfit(STUB.item_id, "there already")],
      [
        "an item more often than bought",
        { items: [STUB, STUB] },
        `items: ${scarce(STUB.item_id, "once")}`,
      ],
      ["fifty of one", { items: Array(50).fill(STUB) }, `items: ${scarce(STUB.item_id, "once")}`],
      ["another's gift card", { payment_method_id: "nell-gift" }, hers("nell-gift")],
    ],
    change_order_payment: [
      ["another's card", { payment_method_id: "nell-visa" }, hers("nell-visa")],
      [
        "the method that pays",
        { payment_method_id: "mia-visa" },
        "payment_method_id: mia-visa pays",
      ],
    ],
    return_items: [
      [
        "three of two",
        { item_ids: Array(3).fill(slate.item_id) },
        `item_ids: ${scarce(slate.item_id, "2 times")}`,
      ],
      ["a number for an item", { item_ids: [5] }, `item_ids: ${foreign("5")}`],
      [
        "an item named as a method",
        { item_ids: ["constructor"] },
        `item_ids: ${foreign("constructor")}`,
      ],
      ["another's gift card", { payment_method_id: "nell-gift" }, hers("nell-gift")],
    ],
    exchange_items: [
      [
        "an item that is sold out",
        { items: [slate] },
        unfit(slate.new_item_id, "not available now"),
      ],
    ],
  });
  test.each(looked)("of $name refused after a look: $what", async ({ name, args, words }) => {
    const said = await call(name, args);
    expect(said.words).toStartWith(`Nothing was sent to the shop: ${words}`);
    expect(said.words).toEndWith("Correct this and call again.");
    expect(said.isError).toBe(true);
  });

  const whilePending = "cancel it, change its items or payment, change its address";
  const late = rowsOf({
    cancel_order: [
      ["it was sent", { order_id: "sent" }, "nothing of the kind"],
      ["its items were changed", { order_id: "modified" }, "change its address"],
    ],
    change_order_address: [["it was sent", { order_id: "sent" }, "nothing of the kind"]],
    change_order_items: [["they were changed", { order_id: "modified" }, "change its address"]],
    change_order_payment: [["it has arrived", { order_id: "1004" }, "return or exchange items"]],
    return_items: [["it has not arrived", { order_id: "1054" }, whilePending]],
    exchange_items: [["it has not arrived", { order_id: "1054" }, whilePending]],
  });
  test.each(late)("of $name refused when $what, with what is possible", async (row) => {
    const said = await call(row.name, row.args);
    expect(said.words).toStartWith("Nothing was sent: the shop does not allow this now. ");
    expect(said.words).toEndWith(`Possible now: ${row.words}.`);
    expect(said.isError).toBe(true);
  });

  const strangers = NAMES.map((name): [Name, string, string, string] =>
    name === "change_customer_address"
      ? [name, "customer_id", "nell-okafor", "nobody"]
      : [name, "order_id", "nells", "nobodys"],
  );
  test.each(strangers)(
    "of %s: a stranger's %s is one that is not there",
    async (name, key, theirs, nobodys) => {
      const [words = "", ...others] = await Promise.all(
        [theirs, nobodys].map(async (id) => {
          const said = await call(name, { ...wishes[name].args, [key]: id });
          expect(said.isError).toBe(true);
          return said.words.replace(id, "ID");
        }),
      );
      expect(words).toContain("there is no such id, or it does not belong to this account.");
      expect(others).toEqual([words]);
    },
  );

  const tooLittle = "Gift card mia-gift has 60.00 EUR, and 68.90 EUR are needed";
  const notOriginal =
    "payment_method_id: A return is refunded to the original payment method or to a gift card of the customer";
  const judged = rowsOf({
    change_order_payment: [
      ["too small a gift card", { order_id: "dear", payment_method_id: "mia-gift" }, tooLittle],
    ],
    return_items: [
      ["a refund to what did not pay", { payment_method_id: "mia-paypal" }, notOriginal],
    ],
  });
  test.each(judged)(
    "of $name that the shop refuses leave nothing half done: $what",
    async (row) => {
      using scene = await openScene();
      const said = await hostOf(scene.open()).change(row.name, row.args);
      expect(said.words).toMatch(/^The shop refused the /);
      expect(said.words).toContain(row.words);
      expect(said.isError).toBe(true);
      expect(scene.world()).toEqual(UNTOUCHED);
    },
  );
});
