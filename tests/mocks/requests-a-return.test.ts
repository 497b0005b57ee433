/** A return of a delivered order is requested, and moves no money. @module */
import { describe, test } from "bun:test";
import {
  back,
  rule,
  badItem,
  badMethod,
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
  const NOT_REFUNDABLE = badMethod(
    "A return is refunded to the original payment method or to a gift card of the customer.",
  );

  test.each<RefusedWrite>([
    ["returnItems", "new", back("card", "blue"), unreturnable("pending", "not_delivered")],
    [
      "returnItems",
      "return_requested",
      back("card", "blue"),
      unreturnable("return requested", "already_returned"),
    ],
    [
      "returnItems",
      "exchange_requested",
      back("card", "blue"),
      unreturnable("exchange requested", "already_exchanged"),
    ],
    ["returnItems", "delivered", back("card", "red"), badItem("red is not in this order.")],
    [
      "returnItems",
      "two-blue",
      back("card", "blue", "blue", "pen", "blue"),
      badItem("blue was bought twice, and is named more often."),
    ],
    ["returnItems", "delivered", back("paypal", "blue"), NOT_REFUNDABLE],
    ["returnItems", "delivered", back("bens", "blue"), NOT_REFUNDABLE],
    ["returnItems", "later-paypal", back("card", "blue"), NOT_REFUNDABLE],
    ["returnItems", "unpaid", back("card", "blue"), NOT_REFUNDABLE],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  const returned = (payment_method_id: string, ...item_ids: string[]) => {
    return { status: "return_requested", return: { item_ids, payment_method_id } };
  };

  test.each<AllowedWrite>([
    [
      "returnItems",
      "two-blue",
      back("card", "pen", "blue", "blue"),
      returned("card", "pen", "blue", "blue"),
    ],
    ["returnItems", "two-blue", back("empty", "blue"), returned("empty", "blue")],
    ["returnItems", "on-a-lost-card", back("lost", "blue"), returned("lost", "blue")],
    ["returnItems", "later-paypal", back("paypal", "blue"), returned("paypal", "blue")],
    ["returnItems", "unpaid", back("gift", "blue"), returned("gift", "blue")],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    ["returnItems", "delivered", back("card", "blue"), "return_requested", "Return requested."],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
