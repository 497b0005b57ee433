/** The question and the receipt of a change state the money that moves, exactly as the shop books it. */
import { describe, expect, test } from "bun:test";
import type { World } from "../../mocks/world.ts";
import { respondWith } from "../harness/story.ts";
import { CANCEL, type ChangeName, EUR, examples, FINE_TO_STUB } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { finePen, openScriptedShop, payment, stubPen, UNTOUCHED, WORLD } from "./scripted-shop.ts";

describe("a receipt", () => {
  const cheaper = {
    order_id: "stub-pen",
    items: [{ item_id: stubPen.item_id, new_item_id: finePen.item_id }],
  };
  const medium = { items: [{ ...FINE_TO_STUB, new_item_id: "sparrow-black-medium" }] };
  const twoMethods = { order_id: "two-methods" };
  const oneRefunded = { order_id: "one-refunded" };
  test.each<[string, ChangeName, object, string | undefined, money: string[]]>([
    [
      "a more expensive item",
      "change_order_items",
      {},
      "12.00",
      ['Will be charged: 12.00 EUR to "Visa ending in 4417 (mia-visa)"'],
    ],
    [
      "a cheaper item",
      "change_order_items",
      cheaper,
      "-12.00",
      ['Will be refunded: 12.00 EUR to "Visa ending in 4417 (mia-visa)"'],
    ],
    ["the same price", "change_order_items", medium, undefined, []],
    [
      "two payment methods",
      "cancel_order",
      twoMethods,
      "-56.90",
      [
        'Will be refunded: 40.00 EUR to "gift card (mia-gift)"',
        'Will be refunded: 16.90 EUR to "Visa ending in 4417 (mia-visa)"',
      ],
    ],
    [
      "what was not refunded before",
      "cancel_order",
      oneRefunded,
      "-56.90",
      ['Will be refunded: 56.90 EUR to "PayPal (mia-paypal)"'],
    ],
    [
      "another payment method",
      "change_order_payment",
      {},
      "0.00",
      [
        'Will be charged: 56.90 EUR to "PayPal (mia-paypal)"',
        'Will be refunded: 56.90 EUR to "Visa ending in 4417 (mia-visa)"',
      ],
    ],
    [
      "a return, which is only a request",
      "return_items",
      {},
      undefined,
      ['Refund to come: 13.90 EUR to "gift card (mia-gift)"'],
    ],
    [
      "an exchange, which is only a request",
      "exchange_items",
      {},
      undefined,
      ['Charge to come: 1.00 EUR to "Visa ending in 4417 (mia-visa)"'],
    ],
  ])(
    "states the amount of the question and of the shop's books: %s",
    async (_, name, given, amount, money) => {
      using shop = await openScriptedShop();
      const args = { ...examples[name].args, ...given };
      const host = hostFor(shop.openServer(), "elicitation");
      const { text, confirmation } = await host.call(name, args);
      expect(text.split("\n").filter((line) => /^(Will|Refund|Charge|Price)/.test(line))).toEqual(
        money,
      );
      const { receipt } = await host.accept(name, args, confirmation);
      expect(receipt?.amount).toBe(amount);
      expect(receipt?.currency).toBe(amount && "EUR");
      const booked = shop
        .world()
        .orders.flatMap(({ payments }, nth) =>
          payments.slice(UNTOUCHED.orders[nth]?.payments.length),
        )
        .map(({ kind, amount }) => (kind === "refund" ? -1 : 1) * Number(amount));
      const net = booked.reduce((sum, amount) => sum + amount, 0);
      expect(net).toBe(Number(amount ?? 0));
    },
  );

  /** A shop whose prices are tenths, which floats do not hold exactly. */
  const inTenths = <T extends object>(item: T, nth: number) => ({
    ...item,
    price: `0.${nth + 1}0`,
  });
  const tenthsWorld: World = {
    ...WORLD,
    products: WORLD.products.map((product) => ({ ...product, items: product.items.map(inTenths) })),
    orders: WORLD.orders.map((order) => {
      const items = order.items.map(inTenths);
      return { ...order, items, payments: items.map(({ price }) => payment(price)) };
    }),
  };
  const twoItems = [
    { item_id: finePen.item_id, new_item_id: "sparrow-tortoiseshell-fine" },
    { item_id: "ink-blue-black", new_item_id: "ink-forest" },
  ];
  test.each<[string, ChangeName, object, string, string]>([
    ["0.10 and 0.20 back", "cancel_order", {}, "-0.30", "Will be refunded: 0.30 EUR to"],
    ["0.50 for 0.10", "change_order_items", {}, "0.40", "Will be charged: 0.40 EUR to"],
    [
      "0.60 for 0.30",
      "change_order_items",
      { items: twoItems },
      "0.30",
      "Will be charged: 0.30 EUR to",
    ],
  ])("adds up exactly: %s", async (_, name, given, amount, question) => {
    using shop = await openScriptedShop({ world: tenthsWorld });
    const host = hostFor(shop.openServer());
    const args = { ...examples[name].args, ...given };
    const asked = await host.call(name, args);
    expect(asked.text).toContain(question);
    expect((await host.accept(name, args, asked.confirmation)).receipt?.amount).toBe(amount);
  });

  /** An order as a shop sends it that tells its changes, and what its preview and its answer add to it. */
  const paid = { order_id: "1054", status: "pending", currency: "EUR", can_preview: true };
  function cancelledWith(...moved: object[]) {
    const payments = [payment("56.90"), ...moved];
    return { ...paid, status: "cancelled", payments, change: { kind: "cancel", payments: moved } };
  }
  async function cancelAt(before: object, after: object) {
    using shop = await openScriptedShop();
    shop.schedule("GET /api/orders/:id/", [
      respondWith({ payments: [payment("56.90")], ...before }),
    ]);
    shop.schedule("POST /api/orders/:id/previews/", [respondWith(after)]);
    shop.schedule("POST /api/orders/:id/cancel/", [respondWith(after)]);
    const host = hostFor(shop.openServer(), "elicitation");
    const { text, confirmation } = await host.call("cancel_order", CANCEL);
    const { receipt } = await host.accept("cancel_order", CANCEL, confirmation);
    return { text, receipt };
  }
  const refund = (amount: unknown) => ({ ...payment(""), kind: "refund", amount });

  test("rounds amounts that the shop sends as floats to the cent", async () => {
    const { text, receipt } = await cancelAt(paid, cancelledWith(refund(0.1 + 0.2)));
    expect(text).toEndWith('\nWill be refunded: 0.30 EUR to "Visa ending in 4417 (mia-visa)"');
    expect(receipt).toEqual({
      ...examples.cancel_order.receipt,
      outcome: "done",
      summary: 'Order 1054: cancelled. Refunded: 0.30 EUR to "mia-visa".',
      ...EUR("-0.30"),
    });
  });

  test.each<[string, object[], told: string[], amount: string | undefined]>([
    ["a refund with a minus", [refund("-20.00")], ["refunded: 20.00 EUR"], "-20.00"],
    ["a refund without one", [refund("20.00")], ["refunded: 20.00 EUR"], "-20.00"],
    ["a payment below zero", [payment("-20.00")], ["refunded: 20.00 EUR"], "-20.00"],
    [
      "a refund and a fee",
      [refund("56.90"), payment("5.00")],
      ["refunded: 56.90 EUR", "charged: 5.00 EUR"],
      "-51.90",
    ],
    [
      "a kind of the shop's own",
      [{ ...payment("3.00"), kind: "store_credit" }],
      ['The shop\'s "store_credit": 3.00 EUR'],
      undefined,
    ],
    [
      "two currencies",
      [refund("20.00"), { ...refund("5.00"), amount: { amount: "5.00", currency: "USD" } }],
      ["refunded: 20.00 EUR", "refunded: 5.00 USD"],
      undefined,
    ],
    [
      "large and small amounts",
      [refund("99999999999999.99"), refund("0.01")],
      ["refunded: 99999999999999.99 EUR", "refunded: 0.01 EUR"],
      "-100000000000000.00",
    ],
    ["no money", [], [], undefined],
  ])("says which way the money goes: %s", async (_, moved, told, amount) => {
    const { text, receipt } = await cancelAt(paid, cancelledWith(...moved));
    const inWords = (line: string, of: string, to: string) =>
      line.startsWith("The shop") ? `${line} to ${to}` : `${of} ${line} to ${to}`.trim();
    const lines = told.map((line) => inWords(line, "Will be", '"Visa ending in 4417 (mia-visa)"'));
    expect(text.split("\n").slice(2)).toEqual(lines);
    const moves = told.map((line) => ` ${inWords(line, "", '"mia-visa"')}.`);
    const summary = moves.map((move) => move.replace(/ [rc]/, (it) => it.toUpperCase())).join("");
    expect(receipt).toEqual({
      outcome: "done",
      order_id: "1054",
      status: "cancelled",
      summary: `Order 1054: cancelled.${summary}`,
      ...(amount && EUR(amount)),
    });
  });

  test("states no amount where the answer does not say what the change added", async () => {
    const { change: _, ...after } = cancelledWith(refund("5.00"));
    const { receipt } = await cancelAt(paid, after);
    expect(receipt).toMatchObject({ outcome: "done", status: "cancelled" });
    expect(receipt?.amount).toBeUndefined();
    expect(receipt?.summary).not.toMatch(/charged|refunded/i);
  });

  test.each([
    ["does not say which", undefined],
    ["says that there are none", { kind: "cancel", payments: [] }],
  ])("asks with the payments that a preview adds at the end, where it %s", async (_, change) => {
    const { text } = await cancelAt(paid, { ...cancelledWith(refund("5.00")), change });
    expect(text).toEndWith('\nWill be refunded: 5.00 EUR to "Visa ending in 4417 (mia-visa)"');
  });

  test("asks for no money where a preview lists the payments in another order than before", async () => {
    const payments = [refund("5.00"), payment("56.90")];
    const { text, receipt } = await cancelAt(paid, { ...paid, status: "cancelled", payments });
    expect(text).not.toMatch(/Will be/);
    expect(receipt?.amount).toBeUndefined();
  });
});

describe("a receipt of", () => {
  const refund = { kind: "refund", amount: "5.00" };
  test.each<[string, object[], summary: string, amount: string | undefined]>([
    ["a refund", [refund], "Refunded: 5.00 EUR.", "-5.00"],
    ["a refund of nothing", [{ ...refund, amount: "0.00" }], "Refunded: 0.00 EUR.", "0.00"],
    ["a refund below zero", [{ ...refund, amount: "-5.00" }], "Refunded: 5.00 EUR.", "-5.00"],
    ["a payment below zero", [{ kind: "payment", amount: "-5" }], "Refunded: 5.00 EUR.", "-5.00"],
    [
      "very many refunds",
      Array(500).fill(refund),
      `${"Refunded: 5.00 EUR. ".repeat(20)}and 480 more`,
      "-2500.00",
    ],
    ["one that cannot be read", [refund, { kind: "refund" }], "Refunded: 5.00 EUR.", undefined],
  ])("%s says what moved, and its sum where it is known", async (_, payments, money, amount) => {
    using shop = await openScriptedShop();
    const change = { kind: "cancel", payments };
    const answer = { order_id: "1054", status: "cancelled", currency: "EUR", change };
    shop.schedule(examples.cancel_order.line, [respondWith(answer)]);
    const { receipt } = await hostFor(shop.openServer()).callAndAccept("cancel_order", CANCEL);
    expect(receipt?.summary).toBe(`Order 1054: cancelled. ${money}`);
    expect(receipt?.amount).toBe(amount);
  });
});
