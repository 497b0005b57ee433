/** A pending order is cancelled, and what was paid goes back to the method it came from. @module */
import { describe, test } from "bun:test";
import {
  paid,
  refunded,
  IN_PARTS,
  CANCEL,
  rule,
  type RefusedWrite,
  expectRefusal,
  type AllowedWrite,
  expectEffect,
  type NotedWrite,
  expectTimelineEntry,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  const uncancellable = (status: string) =>
    rule("not_pending", `Only a pending order can be cancelled; this one is ${status}.`);

  test.each<RefusedWrite>([
    ["cancelOrder", "processing", CANCEL, uncancellable("processing")],
    ["cancelOrder", "return_requested", CANCEL, uncancellable("return requested")],
    [
      "cancelOrder",
      "modified",
      CANCEL,
      rule(
        "items_modified",
        "Its items were changed, and an order whose items were changed cannot be cancelled.",
      ),
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  const CANCELLED = { status: "cancelled", cancel_reason: "ordered_by_mistake" };

  test.each<AllowedWrite>([
    ["cancelOrder", "new", CANCEL, { ...CANCELLED, payments: [paid("13.30"), refunded("13.30")] }],
    [
      "cancelOrder",
      "in-parts",
      { reason: "no_longer_needed" },
      {
        status: "cancelled",
        cancel_reason: "no_longer_needed",
        payments: [...IN_PARTS, refunded("0.30", "gift"), refunded("7.50", "lost")],
      },
      { gift: "13.60" },
    ],
    ["cancelOrder", "only-refunded", CANCEL, CANCELLED],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    ["cancelOrder", "pending", CANCEL, "cancelled", "Cancelled: ordered by mistake."],
    [
      "cancelOrder",
      "pending",
      { reason: "no_longer_needed" },
      "cancelled",
      "Cancelled: no longer needed.",
    ],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
