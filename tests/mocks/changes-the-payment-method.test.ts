/** An order with exactly one payment is paid with another method, and the first is refunded. @module */
import { describe, test } from "bun:test";
import {
  paid,
  refunded,
  PAY_BY,
  rule,
  unchangeable,
  MODIFIED,
  tooPoor,
  badMethod,
  NOT_ANNS,
  type RefusedWrite,
  expectRefusal,
  type AllowedWrite,
  expectEffect,
  type NotedWrite,
  expectTimelineEntry,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  const NOT_SINGLE = rule(
    "payment_not_single",
    "The payment method can be changed only while the order has exactly one payment and no refund.",
  );

  test.each<RefusedWrite>([
    ["changeOrderPayment", "cancelled", PAY_BY("gift"), unchangeable("cancelled")],
    ["changeOrderPayment", "modified", PAY_BY("gift"), MODIFIED],
    ["changeOrderPayment", "in-parts", PAY_BY("bens"), NOT_SINGLE],
    ["changeOrderPayment", "only-refunded", PAY_BY("gift"), NOT_SINGLE],
    ["changeOrderPayment", "new", PAY_BY("bens"), NOT_ANNS],
    ["changeOrderPayment", "new", PAY_BY("card"), badMethod("card pays for this order already.")],
    ["changeOrderPayment", "a-cent-more", PAY_BY("gift"), tooPoor("gift", "13.30", "13.31")],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  test.each<AllowedWrite>([
    [
      "changeOrderPayment",
      "new",
      PAY_BY("gift"),
      { payments: [paid("13.30"), paid("13.30", "gift"), refunded("13.30")] },
      { gift: "0.00" },
    ],
    [
      "changeOrderPayment",
      "on-gift-card",
      PAY_BY("paypal"),
      { payments: [paid("13.30", "gift"), paid("13.30", "paypal"), refunded("13.30", "gift")] },
      { gift: "26.60" },
    ],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    ["changeOrderPayment", "pending", PAY_BY("gift"), "pending", "Payment method changed."],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
