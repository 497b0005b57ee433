/** Items of a pending order are replaced once, and the difference in price is charged or refunded. @module */
import { describe, expect, test } from "bun:test";
import { readWorld } from "../../mocks/world.ts";
import {
  mug,
  PEN,
  paid,
  refunded,
  BOUGHT,
  little,
  openShop,
  line,
  to,
  swap,
  unchangeable,
  MODIFIED,
  UNAVAILABLE,
  tooPoor,
  badItem,
  NOT_ANNS,
  toRed,
  type RefusedWrite,
  expectRefusal,
  type AllowedWrite,
  expectEffect,
  type NotedWrite,
  expectTimelineEntry,
  BLUE,
  CHEAP_BLUE,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  test.each<RefusedWrite>([
    ["changeOrderItems", "shipped", toRed, unchangeable("shipped")],
    ["changeOrderItems", "modified", toRed, MODIFIED],
    [
      "changeOrderItems",
      "new",
      swap("card", to("red", "blue")),
      badItem("red is not in this order."),
    ],
    [
      "changeOrderItems",
      "new",
      swap("card", to("blue", "red"), to("blue", "red")),
      badItem("blue was bought once, and is named more often."),
    ],
    [
      "changeOrderItems",
      "three-pens",
      swap("card", ...Array(4).fill(to("pen", "quill"))),
      badItem("pen was bought 3 times, and is named more often."),
    ],
    [
      "changeOrderItems",
      "new",
      swap("card", to("blue", "blue")),
      badItem("blue would be replaced by itself."),
    ],
    [
      "changeOrderItems",
      "new",
      swap("card", to("blue", "quill")),
      badItem("quill is not an item of the same product as blue."),
    ],
    [
      "changeOrderItems",
      "new",
      swap("card", to("blue", "none")),
      badItem("none is not an item of the same product as blue."),
    ],
    ["changeOrderItems", "new", swap("card", to("blue", "gold")), UNAVAILABLE],
    ["changeOrderItems", "new", swap("bens", to("blue", "gold"), to("none", "red")), UNAVAILABLE],
    ["changeOrderItems", "new", swap("bens", to("blue", "red")), NOT_ANNS],
    ["changeOrderItems", "new", swap("empty", to("blue", "red")), tooPoor("empty", "0.00", "2.50")],
    [
      "changeOrderItems",
      "new",
      swap("gift", to("blue", "red"), to("pen", "quill")),
      tooPoor("gift", "13.30", "299.20"),
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  const changed = (...items: object[]) => ({ items, items_modified: true });
  const [RED, GREY, SAME] = [mug("red", "12.50"), mug("grey", "9.99"), mug("same", "10.00")];

  test.each<AllowedWrite>([
    [
      "changeOrderItems",
      "new",
      swap("paypal", to("blue", "red")),
      { ...changed(RED, PEN), payments: [paid("13.30"), paid("2.50", "paypal")] },
    ],
    [
      "changeOrderItems",
      "new",
      swap("empty", to("blue", "grey")),
      { ...changed(GREY, PEN), payments: [paid("13.30"), refunded("0.01", "empty")] },
      { empty: "0.01" },
    ],
    [
      "changeOrderItems",
      "on-gift-card",
      swap("gift", to("blue", "red")),
      { ...changed(RED, PEN), payments: [paid("13.30", "gift"), paid("2.50", "gift")] },
      { gift: "10.80" },
    ],
    ["changeOrderItems", "new", swap("empty", to("blue", "same")), changed(SAME, PEN)],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    ["changeOrderItems", "pending", swap("card", to("blue", "red")), "pending", "Items changed."],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);

  test("to items twice bought changes the first, and both at their own prices", async () => {
    const order = { order_id: "1", ...BOUGHT, items: [PEN, BLUE, PEN, CHEAP_BLUE] };
    const { send, world } = openShop(readWorld({ ...little, orders: [order] }));
    await send(line("changeOrderItems", "1"), {
      body: swap("card", to("blue", "red"), to("blue", "grey")),
    });
    expect(world().orders[0]).toMatchObject({
      items: [PEN, RED, PEN, GREY],
      payments: [paid("13.30"), paid("4.49")],
    });
  });
});
