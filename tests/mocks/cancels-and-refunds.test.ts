/** A pending order is cancelled, and what was paid goes back to the method it came from. @module */
import { describe, test } from "bun:test";
import {
  type AllowedWrite,
  CANCEL_BODY,
  expectEffect,
  expectRefusal,
  expectTimelineEntry,
  type NotedWrite,
  PAID_IN_PARTS,
  payment,
  refund,
  type RefusedWrite,
  ruleViolation,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  const notCancellable = (status: string) =>
    ruleViolation("not_pending", `Only a pending order can be cancelled; this one is ${status}.`);

  test.each<RefusedWrite>([
    ["cancelOrder", "processing", CANCEL_BODY, notCancellable("processing")],
    ["cancelOrder", "return_requested", CANCEL_BODY, notCancellable("return requested")],
    [
      "cancelOrder",
      "modified",
      CANCEL_BODY,
      ruleViolation(
        "items_modified",
        "Its items were changed, and an order whose items were changed cannot be cancelled.",
      ),
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  const CANCELLED = { status: "cancelled", cancel_reason: "ordered_by_mistake" };

  test.each<AllowedWrite>([
    [
      "cancelOrder",
      "new",
      CANCEL_BODY,
      { ...CANCELLED, payments: [payment("13.30"), refund("13.30")] },
    ],
    [
      "cancelOrder",
      "in-parts",
      { reason: "no_longer_needed" },
      {
        status: "cancelled",
        cancel_reason: "no_longer_needed",
        payments: [...PAID_IN_PARTS, refund("0.30", "gift"), refund("7.50", "lost")],
      },
      { gift: "13.60" },
    ],
    ["cancelOrder", "only-refunded", CANCEL_BODY, CANCELLED],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    ["cancelOrder", "pending", CANCEL_BODY, "cancelled", "Cancelled: ordered by mistake."],
    [
      "cancelOrder",
      "pending",
      { reason: "no_longer_needed" },
      "cancelled",
      "Cancelled: no longer needed.",
    ],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
