/** Receipts. */
import { describe, expect, test } from "bun:test";
import type { World } from "../../mocks/world.ts";
import { sends } from "../harness/story.ts";
import { CANCEL, EUR, type Name, STUB, wishes } from "./example-changes.ts";
import { hostOf } from "./json-rpc-host.ts";
import { fine, openScene, paid, stub, times, UNTOUCHED, WORLD } from "./scripted-shop.ts";

describe("a receipt", () => {
  const cheaper = {
    order_id: "dear",
    items: [{ item_id: stub.item_id, new_item_id: fine.item_id }],
  };
  const medium = { items: [{ ...STUB, new_item_id: "sparrow-black-medium" }] };
  const [twofold, repaid] = [{ order_id: "twofold" }, { order_id: "repaid" }];
  test.each<[string, Name, object, string | undefined, question: RegExp]>([
    ["a dearer item", "change_order_items", {}, "12.00", / 12\.00 EUR .*charged to Visa/],
    ["a cheaper item", "change_order_items", cheaper, "-12.00", / 12\.00 EUR .*back to Visa/],
    ["the same price", "change_order_items", medium, undefined, /price stays the same/],
    ["two methods", "cancel_order", twofold, "-56.90", /40\.00 EUR to gift.* 16\.90 EUR to Visa/],
    ["what was not repaid before", "cancel_order", repaid, "-56.90", /back: 56\.90 EUR to PayPal/],
    ["another method", "change_order_payment", {}, "0.00", /56\.90 EUR .*back: 56\.90 EUR to Visa/],
    ["a return, a request", "return_items", {}, undefined, / 13\.90 EUR .*back to gift card/],
    ["an exchange, another", "exchange_items", {}, undefined, / 1\.00 EUR .*charged to Visa/],
  ])("tells the money as question and books do: %s", async (_, name, given, amount, question) => {
    using scene = await openScene();
    const args = { ...wishes[name].args, ...given };
    const host = hostOf(scene.open(), "elicitation");
    const { words, consent } = await host.call(name, args);
    expect(words).toMatch(question);
    const { told } = await host.accept(name, args, consent);
    expect(told?.amount).toBe(amount);
    expect(told?.currency).toBe(amount && "EUR");
    const booked = scene
      .world()
      .orders.flatMap(({ payments }, nth) => payments.slice(UNTOUCHED.orders[nth]?.payments.length))
      .map((payment) => (payment.kind === "refund" ? -1 : 1) * Number(payment.amount));
    const net = booked.reduce((sum, one) => sum + one, 0);
    expect(net).toBe(Number(amount ?? 0));
  });

  /** A shop where all costs tenths, which no float holds. */
  const tenth = <T extends object>(thing: T, nth: number) => ({ ...thing, price: `0.${nth + 1}0` });
  const tenths: World = {
    ...WORLD,
    products: WORLD.products.map((product) => ({ ...product, items: product.items.map(tenth) })),
    orders: WORLD.orders.map((order) => {
      const items = order.items.map(tenth);
      return { ...order, items, payments: items.map(({ price }) => paid(price)) };
    }),
  };
  const both = [
    { item_id: fine.item_id, new_item_id: "sparrow-tortoiseshell-fine" },
    { item_id: "ink-blue-black", new_item_id: "ink-forest" },
  ];
  test.each<[string, Name, object, string, string]>([
    ["0.10 and 0.20 back", "cancel_order", {}, "-0.30", "Goes back: 0.30 EUR to Visa"],
    ["0.50 for 0.10", "change_order_items", {}, "0.40", " 0.40 EUR will be charged to Visa"],
    [
      "0.60 for 0.30",
      "change_order_items",
      { items: both },
      "0.30",
      " 0.30 EUR will be charged to Visa",
    ],
  ])("adds up without floats: %s", async (_, name, given, amount, question) => {
    using scene = await openScene({ world: tenths });
    const host = hostOf(scene.open());
    const args = { ...wishes[name].args, ...given };
    const asked = await host.call(name, args);
    expect(asked.words).toContain(question);
    expect((await host.accept(name, args, asked.consent)).told?.amount).toBe(amount);
  });

  test("adds up what a shop sends as floats", async () => {
    using scene = await openScene();
    const payments = [0.1, 0.2].map((amount) => ({ ...paid(""), amount }));
    const order = { order_id: 1054, status: "pending", currency: "EUR", payments };
    const back = { ...paid(""), kind: "refund", amount: 0.1 + 0.2 };
    const after = { ...order, status: "cancelled", payments: [...payments, back] };
    scene.schedule("GET /api/orders/:id/", times(2, sends(order)));
    scene.schedule("POST /api/orders/:id/cancel/", [sends(after)]);
    const host = hostOf(scene.open());
    const { words, consent } = await host.call("cancel_order", CANCEL);
    expect(words).toContain("Goes back: 0.30 EUR to Visa");
    const { told } = await host.accept("cancel_order", CANCEL, consent);
    const summary = expect.stringContaining("Refunded: 0.30 EUR to Visa");
    expect(told).toEqual({
      ...wishes.cancel_order.told,
      outcome: "done",
      summary,
      ...EUR("-0.30"),
    });
  });

  test("tells no money when the shop lists payments in another order than before", async () => {
    using scene = await openScene();
    const order = { order_id: 1054, status: "pending", currency: "EUR", payments: [paid("5.00")] };
    const payments = [{ ...paid("5.00"), kind: "refund" }, paid("5.00")];
    scene.schedule("GET /api/orders/:id/", times(2, sends(order)));
    scene.schedule("POST /api/orders/:id/cancel/", [
      sends({ ...order, status: "cancelled", payments }),
    ]);
    const { told } = await hostOf(scene.open()).change("cancel_order", CANCEL);
    expect(told).toMatchObject({ outcome: "done", status: "cancelled" });
    expect(told?.amount).toBeUndefined();
    expect(told?.summary).not.toMatch(/charged/i);
  });

  test("adds up the smallest and the largest amounts to the cent", async () => {
    using scene = await openScene();
    const payments = [paid("99999999999999.99"), paid("0.01")];
    const order = { order_id: 1054, status: "pending", currency: "EUR", payments };
    scene.schedule("GET /api/orders/:id/", [sends(order)]);
    const { words } = await hostOf(scene.open()).call("cancel_order", CANCEL);
    expect(words).toContain("Goes back: 100000000000000.00 EUR to Visa");
  });
});
