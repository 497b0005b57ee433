/** An exchange of a delivered order is requested, and moves no money. @module */
import { describe, test } from "bun:test";
import {
  to,
  swap,
  rule,
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
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  const unreturnable = (status: string, code: string) =>
    rule(code, `Only a delivered order can be returned or exchanged; this one is ${status}.`);

  test.each<RefusedWrite>([
    ["exchangeItems", "shipped", toRed, unreturnable("shipped", "not_delivered")],
    [
      "exchangeItems",
      "return_requested",
      toRed,
      unreturnable("return requested", "already_returned"),
    ],
    [
      "exchangeItems",
      "exchange_requested",
      toRed,
      unreturnable("exchange requested", "already_exchanged"),
    ],
    [
      "exchangeItems",
      "two-blue",
      swap("card", ...Array(3).fill(to("blue", "red"))),
      badItem("blue was bought twice, and is named more often."),
    ],
    ["exchangeItems", "delivered", swap("card", to("blue", "gold")), UNAVAILABLE],
    ["exchangeItems", "delivered", swap("bens", to("blue", "red")), NOT_ANNS],
    [
      "exchangeItems",
      "delivered",
      swap("empty", to("blue", "red")),
      tooPoor("empty", "0.00", "2.50"),
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
      swap("gift", to("blue", "red"), to("blue", "grey")),
      exchanged("gift", "4.49", ["blue", "red"], ["blue", "grey"]),
    ],
    [
      "exchangeItems",
      "two-blue",
      swap("card", to("blue", "same")),
      exchanged("card", "0.00", ["blue", "same"]),
    ],
    [
      "exchangeItems",
      "two-blue",
      swap("empty", to("blue", "grey")),
      exchanged("empty", "-0.01", ["blue", "grey"]),
    ],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    [
      "exchangeItems",
      "delivered",
      swap("card", to("blue", "red")),
      "exchange_requested",
      "Exchange requested.",
    ],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
