/** Items of a pending order are replaced once, and the difference in price is charged or refunded. @module */
import { describe, expect, test } from "bun:test";
import { readWorld } from "../../mocks/world.ts";
import {
  type AllowedWrite,
  balanceTooLow,
  BLUE_MUG,
  blueToRed,
  BOUGHT,
  CHEAP_BLUE_MUG,
  createTestShop,
  expectEffect,
  expectRefusal,
  expectTimelineEntry,
  itemError,
  itemSwap,
  itemSwapsBody,
  MODIFIED,
  mugLine,
  NOT_ANNS_METHOD,
  notChangeable,
  type NotedWrite,
  payment,
  PEN,
  refund,
  type RefusedWrite,
  requestLine,
  smallWorld,
  UNAVAILABLE,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  test.each<RefusedWrite>([
    ["changeOrderItems", "shipped", blueToRed, notChangeable("shipped")],
    ["changeOrderItems", "modified", blueToRed, MODIFIED],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("card", itemSwap("red", "blue")),
      itemError("red is not in this order."),
    ],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("card", itemSwap("blue", "red"), itemSwap("blue", "red")),
      itemError("blue was bought once, and is named more often."),
    ],
    [
      "changeOrderItems",
      "three-pens",
      itemSwapsBody("card", ...Array(4).fill(itemSwap("pen", "quill"))),
      itemError("pen was bought 3 times, and is named more often."),
    ],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("card", itemSwap("blue", "blue")),
      itemError("blue would be replaced by itself."),
    ],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("card", itemSwap("blue", "quill")),
      itemError("quill is not an item of the same product as blue."),
    ],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("card", itemSwap("blue", "none")),
      itemError("none is not an item of the same product as blue."),
    ],
    ["changeOrderItems", "new", itemSwapsBody("card", itemSwap("blue", "gold")), UNAVAILABLE],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("bens", itemSwap("blue", "gold"), itemSwap("none", "red")),
      UNAVAILABLE,
    ],
    ["changeOrderItems", "new", itemSwapsBody("bens", itemSwap("blue", "red")), NOT_ANNS_METHOD],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("empty", itemSwap("blue", "red")),
      balanceTooLow("empty", "0.00", "2.50"),
    ],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("gift", itemSwap("blue", "red"), itemSwap("pen", "quill")),
      balanceTooLow("gift", "13.30", "299.20"),
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  const changed = (...items: object[]) => ({ items, items_modified: true });
  const [RED_MUG, GREY_MUG, SAME_PRICE_MUG] = [
    mugLine("red", "12.50"),
    mugLine("grey", "9.99"),
    mugLine("same", "10.00"),
  ];

  test.each<AllowedWrite>([
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("paypal", itemSwap("blue", "red")),
      { ...changed(RED_MUG, PEN), payments: [payment("13.30"), payment("2.50", "paypal")] },
    ],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("empty", itemSwap("blue", "grey")),
      { ...changed(GREY_MUG, PEN), payments: [payment("13.30"), refund("0.01", "empty")] },
      { empty: "0.01" },
    ],
    [
      "changeOrderItems",
      "on-gift-card",
      itemSwapsBody("gift", itemSwap("blue", "red")),
      { ...changed(RED_MUG, PEN), payments: [payment("13.30", "gift"), payment("2.50", "gift")] },
      { gift: "10.80" },
    ],
    [
      "changeOrderItems",
      "new",
      itemSwapsBody("empty", itemSwap("blue", "same")),
      changed(SAME_PRICE_MUG, PEN),
    ],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    [
      "changeOrderItems",
      "pending",
      itemSwapsBody("card", itemSwap("blue", "red")),
      "pending",
      "Items changed.",
    ],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);

  test("to an item bought twice changes its lines in order, each at its own price", async () => {
    const order = { order_id: "1", ...BOUGHT, items: [PEN, BLUE_MUG, PEN, CHEAP_BLUE_MUG] };
    const { send, world } = createTestShop(readWorld({ ...smallWorld, orders: [order] }));
    await send(requestLine("changeOrderItems", "1"), {
      body: itemSwapsBody("card", itemSwap("blue", "red"), itemSwap("blue", "grey")),
    });
    expect(world().orders[0]).toMatchObject({
      items: [PEN, RED_MUG, PEN, GREY_MUG],
      payments: [payment("13.30"), payment("4.49")],
    });
  });
});
