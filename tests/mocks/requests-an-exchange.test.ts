/** An exchange of a delivered order is requested, and moves no money. @module */
import { describe, test } from "bun:test";
import {
  type AllowedWrite,
  balanceTooLow,
  blueToRed,
  expectEffect,
  expectRefusal,
  expectTimelineEntry,
  itemError,
  itemSwap,
  itemSwapsBody,
  NOT_ANNS_METHOD,
  type NotedWrite,
  notReturnable,
  type RefusedWrite,
  UNAVAILABLE,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  test.each<RefusedWrite>([
    ["exchangeItems", "shipped", blueToRed, notReturnable("shipped", "not_delivered")],
    [
      "exchangeItems",
      "return_requested",
      blueToRed,
      notReturnable("return requested", "already_returned"),
    ],
    [
      "exchangeItems",
      "exchange_requested",
      blueToRed,
      notReturnable("exchange requested", "already_exchanged"),
    ],
    [
      "exchangeItems",
      "two-blue",
      itemSwapsBody("card", ...Array(3).fill(itemSwap("blue", "red"))),
      itemError("blue was bought twice, and is named more often."),
    ],
    ["exchangeItems", "delivered", itemSwapsBody("card", itemSwap("blue", "gold")), UNAVAILABLE],
    ["exchangeItems", "delivered", itemSwapsBody("bens", itemSwap("blue", "red")), NOT_ANNS_METHOD],
    [
      "exchangeItems",
      "delivered",
      itemSwapsBody("empty", itemSwap("blue", "red")),
      balanceTooLow("empty", "0.00", "2.50"),
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  const exchanged = (payment_method_id: string, price_difference: string, ...pairs: string[][]) => {
    const [item_ids, new_item_ids] = [pairs.map(([old]) => old), pairs.map(([, next]) => next)];
    const exchange = { item_ids, new_item_ids, payment_method_id, price_difference };
    return { status: "exchange_requested", exchange };
  };

  test.each<AllowedWrite>([
    [
      "exchangeItems",
      "two-blue",
      itemSwapsBody("gift", itemSwap("blue", "red"), itemSwap("blue", "grey")),
      exchanged("gift", "4.49", ["blue", "red"], ["blue", "grey"]),
    ],
    [
      "exchangeItems",
      "two-blue",
      itemSwapsBody("card", itemSwap("blue", "same")),
      exchanged("card", "0.00", ["blue", "same"]),
    ],
    [
      "exchangeItems",
      "two-blue",
      itemSwapsBody("empty", itemSwap("blue", "grey")),
      exchanged("empty", "-0.01", ["blue", "grey"]),
    ],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    [
      "exchangeItems",
      "delivered",
      itemSwapsBody("card", itemSwap("blue", "red")),
      "exchange_requested",
      "Exchange requested.",
    ],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
