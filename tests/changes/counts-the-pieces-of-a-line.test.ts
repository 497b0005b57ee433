/** A line of three pieces is three pieces: as many can be named, and what stays is told. */
import { describe, expect, test } from "bun:test";
import type { World } from "../../mocks/world.ts";
import { respondWith } from "../harness/story.ts";
import { FINE_TO_STUB } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, WORLD } from "./scripted-shop.ts";

/** Mia's pending order 1054, of whose pens she has bought three; and the same, delivered. */
function worldOfPieces(): World {
  const pending = WORLD.orders.filter(({ order_id }) => order_id === "1054");
  const pieces = pending.map((order) => ({
    ...order,
    items: order.items.map((line, nth) => (nth ? line : { ...line, quantity: 3 })),
  }));
  const delivered = pieces.map((order) => ({
    ...order,
    order_id: "delivered",
    order_number: "K-7",
    status: "delivered" as const,
  }));
  return { ...WORLD, orders: [...pieces, ...delivered] };
}
const pen = FINE_TO_STUB.item_id;
const pens = (count: number) => Array<string>(count).fill(pen);
const RETURN = { order_id: "delivered", payment_method_id: "mia-visa" };

describe("a line of three pens", () => {
  test("is named with its count when the order is cancelled", async () => {
    using shop = await openScriptedShop({ world: worldOfPieces() });
    const host = hostFor(shop.openServer());
    const { text } = await host.call("cancel_order", {
      order_id: "1054",
      reason: "no_longer_needed",
    });
    expect(text).toContain('Items: "3 × Sparrow Fountain Pen (body: black, nib: fine)", "Oak-Gall');
  });

  test("has three to be returned, and not four", async () => {
    using shop = await openScriptedShop({ world: worldOfPieces() });
    const host = hostFor(shop.openServer());
    const { text } = await host.call("return_items", { ...RETURN, item_ids: pens(4) });
    expect(text).toContain(`item_ids: ${pen} was bought 3 times and is named more often`);
    const args = { ...RETURN, item_ids: pens(3) };
    const asked = await host.call("return_items", args);
    const back = 'To be returned: "Sparrow Fountain Pen (body: black, nib: fine)"\n';
    expect(asked.text).toContain(
      `${back.repeat(3)}Refund to come: 126.00 EUR to "Visa ending in 4417 (mia-visa)"`,
    );
    const done = await host.accept("return_items", args, asked.confirmation);
    expect(done.receipt).toMatchObject({ outcome: "done", status: "return_requested" });
    expect(shop.world().orders[1]?.return?.item_ids).toEqual(pens(3));
  });

  test("keeps two when one is changed for another", async () => {
    using shop = await openScriptedShop({ world: worldOfPieces() });
    const host = hostFor(shop.openServer());
    const args = { order_id: "1054", items: [FINE_TO_STUB], payment_method_id: "mia-visa" };
    const asked = await host.call("change_order_items", args);
    expect(asked.text).toContain(
      'Taken out: "Sparrow Fountain Pen (body: black, nib: fine)", 42.00 EUR\nPut in: "Sparrow',
    );
    const { receipt } = await host.accept("change_order_items", args, asked.confirmation);
    expect(receipt?.outcome).toBe("done");
    expect(shop.order1054()?.lines.map(({ item_id, quantity }) => [item_id, quantity])).toEqual([
      [pen, 2],
      ["ink-blue-black", 1],
      [FINE_TO_STUB.new_item_id, 1],
    ]);
  });
});

/** A line whose quantity is that of a weight, or none. */
test.each<[number, expected: string]>([
  [0.5, 'To be returned: "Tea"'],
  [0, "tea is not in this order, which has no known items"],
])("a line of %d can be returned once, or not at all", async (quantity, expected) => {
  using shop = await openScriptedShop();
  const lines = [{ item_id: "tea", name: "Tea", quantity }];
  const order = { order_id: "1004", status: "delivered", lines };
  shop.schedule("GET /api/orders/:id/", [respondWith(order)]);
  const args = { order_id: "1004", item_ids: ["tea"] };
  const { text } = await hostFor(shop.openServer()).call("return_items", args);
  expect(text).toContain(expected);
});
