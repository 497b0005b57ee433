/** A return of a delivered order is requested, and moves no money. @module */
import { describe, test } from "bun:test";
import {
  type AllowedWrite,
  expectEffect,
  expectRefusal,
  expectTimelineEntry,
  itemError,
  type NotedWrite,
  notReturnable,
  paymentMethodError,
  type RefusedWrite,
  returnBody,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  const NOT_REFUNDABLE = paymentMethodError(
    "A return is refunded to the original payment method or to a gift card of the customer.",
  );

  test.each<RefusedWrite>([
    ["returnItems", "new", returnBody("card", "blue"), notReturnable("pending", "not_delivered")],
    [
      "returnItems",
      "return_requested",
      returnBody("card", "blue"),
      notReturnable("return requested", "already_returned"),
    ],
    [
      "returnItems",
      "exchange_requested",
      returnBody("card", "blue"),
      notReturnable("exchange requested", "already_exchanged"),
    ],
    ["returnItems", "delivered", returnBody("card", "red"), itemError("red is not in this order.")],
    [
      "returnItems",
      "two-blue",
      returnBody("card", "blue", "blue", "pen", "blue"),
      itemError("blue was bought twice, and is named more often."),
    ],
    ["returnItems", "delivered", returnBody("paypal", "blue"), NOT_REFUNDABLE],
    ["returnItems", "delivered", returnBody("bens", "blue"), NOT_REFUNDABLE],
    ["returnItems", "later-paypal", returnBody("card", "blue"), NOT_REFUNDABLE],
    ["returnItems", "unpaid", returnBody("card", "blue"), NOT_REFUNDABLE],
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
      returnBody("card", "pen", "blue", "blue"),
      returned("card", "pen", "blue", "blue"),
    ],
    ["returnItems", "two-blue", returnBody("empty", "blue"), returned("empty", "blue")],
    ["returnItems", "on-a-lost-card", returnBody("lost", "blue"), returned("lost", "blue")],
    ["returnItems", "later-paypal", returnBody("paypal", "blue"), returned("paypal", "blue")],
    ["returnItems", "unpaid", returnBody("gift", "blue"), returned("gift", "blue")],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    [
      "returnItems",
      "delivered",
      returnBody("card", "blue"),
      "return_requested",
      "Return requested.",
    ],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
