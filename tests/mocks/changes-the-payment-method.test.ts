/** An order with exactly one payment is paid with another method, and the first is refunded. @module */
import { describe, test } from "bun:test";
import {
  type AllowedWrite,
  balanceTooLow,
  expectEffect,
  expectRefusal,
  expectTimelineEntry,
  MODIFIED,
  NOT_ANNS_METHOD,
  notChangeable,
  type NotedWrite,
  payment,
  paymentBody,
  paymentMethodError,
  refund,
  type RefusedWrite,
  ruleViolation,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  const NOT_SINGLE = ruleViolation(
    "payment_not_single",
    "The payment method can be changed only while the order has exactly one payment and no refund.",
  );

  test.each<RefusedWrite>([
    ["changeOrderPayment", "cancelled", paymentBody("gift"), notChangeable("cancelled")],
    ["changeOrderPayment", "modified", paymentBody("gift"), MODIFIED],
    ["changeOrderPayment", "in-parts", paymentBody("bens"), NOT_SINGLE],
    ["changeOrderPayment", "only-refunded", paymentBody("gift"), NOT_SINGLE],
    ["changeOrderPayment", "new", paymentBody("bens"), NOT_ANNS_METHOD],
    [
      "changeOrderPayment",
      "new",
      paymentBody("card"),
      paymentMethodError("card pays for this order already."),
    ],
    [
      "changeOrderPayment",
      "a-cent-more",
      paymentBody("gift"),
      balanceTooLow("gift", "13.30", "13.31"),
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  test.each<AllowedWrite>([
    [
      "changeOrderPayment",
      "new",
      paymentBody("gift"),
      { payments: [payment("13.30"), payment("13.30", "gift"), refund("13.30")] },
      { gift: "0.00" },
    ],
    [
      "changeOrderPayment",
      "on-gift-card",
      paymentBody("paypal"),
      { payments: [payment("13.30", "gift"), payment("13.30", "paypal"), refund("13.30", "gift")] },
      { gift: "26.60" },
    ],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    ["changeOrderPayment", "pending", paymentBody("gift"), "pending", "Payment method changed."],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
