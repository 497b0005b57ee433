/** The question and the receipt of a change state the money that moves, exactly as the shop books it. */
import { describe, expect, test } from "bun:test";
import type { World } from "../../mocks/world.ts";
import { respondWith } from "../harness/story.ts";
import { CANCEL, type ChangeName, EUR, examples, FINE_TO_STUB } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import {
  finePen,
  openScriptedShop,
  payment,
  repeat,
  stubPen,
  UNTOUCHED,
  WORLD,
} from "./scripted-shop.ts";

describe("a receipt", () => {
  const cheaper = {
    order_id: "stub-pen",
    items: [{ item_id: stubPen.item_id, new_item_id: finePen.item_id }],
  };
  const medium = { items: [{ ...FINE_TO_STUB, new_item_id: "sparrow-black-medium" }] };
  const twoMethods = { order_id: "two-methods" };
  const oneRefunded = { order_id: "one-refunded" };
  test.each<[string, ChangeName, object, string | undefined, question: RegExp]>([
    ["a more expensive item", "change_order_items", {}, "12.00", / 12\.00 EUR .*charged to Visa/],
    ["a cheaper item", "change_order_items", cheaper, "-12.00", / 12\.00 EUR .*back to Visa/],
    ["the same price", "change_order_items", medium, undefined, /price stays the same/],
    [
      "two payment methods",
      "cancel_order",
      twoMethods,
      "-56.90",
      /40\.00 EUR to gift.* 16\.90 EUR to Visa/,
    ],
    [
      "what was not refunded before",
      "cancel_order",
      oneRefunded,
      "-56.90",
      /back: 56\.90 EUR to PayPal/,
    ],
    [
      "another payment method",
      "change_order_payment",
      {},
      "0.00",
      /56\.90 EUR .*back: 56\.90 EUR to Visa/,
    ],
    [
      "a return, which is only a request",
      "return_items",
      {},
      undefined,
      / 13\.90 EUR .*back to gift card/,
    ],
    [
      "an exchange, which is only a request",
      "exchange_items",
      {},
      undefined,
      / 1\.00 EUR .*charged to Visa/,
    ],
  ])(
    "states the amount of the question and of the shop's books: %s",
    async (_, name, given, amount, question) => {
      using shop = await openScriptedShop();
      const args = { ...examples[name].args, ...given };
      const host = hostFor(shop.openServer(), "elicitation");
      const { text, confirmation } = await host.call(name, args);
      expect(text).toMatch(question);
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
    ["0.10 and 0.20 back", "cancel_order", {}, "-0.30", "Goes back: 0.30 EUR to Visa"],
    ["0.50 for 0.10", "change_order_items", {}, "0.40", " 0.40 EUR will be charged to Visa"],
    [
      "0.60 for 0.30",
      "change_order_items",
      { items: twoItems },
      "0.30",
      " 0.30 EUR will be charged to Visa",
    ],
  ])("adds up exactly: %s", async (_, name, given, amount, question) => {
    using shop = await openScriptedShop({ world: tenthsWorld });
    const host = hostFor(shop.openServer());
    const args = { ...examples[name].args, ...given };
    const asked = await host.call(name, args);
    expect(asked.text).toContain(question);
    expect((await host.accept(name, args, asked.confirmation)).receipt?.amount).toBe(amount);
  });

  test("rounds amounts that the shop sends as floats to the cent", async () => {
    using shop = await openScriptedShop();
    const payments = [0.1, 0.2].map((amount) => ({ ...payment(""), amount }));
    const order = { order_id: 1054, status: "pending", currency: "EUR", payments };
    const back = { ...payment(""), kind: "refund", amount: 0.1 + 0.2 };
    const after = { ...order, status: "cancelled", payments: [...payments, back] };
    shop.schedule("GET /api/orders/:id/", repeat(2, respondWith(order)));
    shop.schedule("POST /api/orders/:id/cancel/", [respondWith(after)]);
    const host = hostFor(shop.openServer());
    const { text, confirmation } = await host.call("cancel_order", CANCEL);
    expect(text).toContain("Goes back: 0.30 EUR to Visa");
    const { receipt } = await host.accept("cancel_order", CANCEL, confirmation);
    const summary = expect.stringContaining("Refunded: 0.30 EUR to Visa");
    expect(receipt).toEqual({
      ...examples.cancel_order.receipt,
      outcome: "done",
      summary,
      ...EUR("-0.30"),
    });
  });

  test("states no amount when the shop lists its payments in another order than before", async () => {
    using shop = await openScriptedShop();
    const order = {
      order_id: 1054,
      status: "pending",
      currency: "EUR",
      payments: [payment("5.00")],
    };
    const payments = [{ ...payment("5.00"), kind: "refund" }, payment("5.00")];
    shop.schedule("GET /api/orders/:id/", repeat(2, respondWith(order)));
    shop.schedule("POST /api/orders/:id/cancel/", [
      respondWith({ ...order, status: "cancelled", payments }),
    ]);
    const { receipt } = await hostFor(shop.openServer()).callAndAccept("cancel_order", CANCEL);
    expect(receipt).toMatchObject({ outcome: "done", status: "cancelled" });
    expect(receipt?.amount).toBeUndefined();
    expect(receipt?.summary).not.toMatch(/charged/i);
  });

  test("adds up the smallest and the largest amounts to the cent", async () => {
    using shop = await openScriptedShop();
    const payments = [payment("99999999999999.99"), payment("0.01")];
    const order = { order_id: 1054, status: "pending", currency: "EUR", payments };
    shop.schedule("GET /api/orders/:id/", [respondWith(order)]);
    const { text } = await hostFor(shop.openServer()).call("cancel_order", CANCEL);
    expect(text).toContain("Goes back: 100000000000000.00 EUR to Visa");
  });
});
