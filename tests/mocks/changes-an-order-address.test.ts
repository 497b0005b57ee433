/** The address of a pending order is changed. @module */
import { describe, test } from "bun:test";
import {
  ADDRESS_BODY,
  type AllowedWrite,
  expectEffect,
  expectRefusal,
  expectTimelineEntry,
  type NotedWrite,
  type RefusedWrite,
  ruleViolation,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  test.each<RefusedWrite>([
    [
      "changeOrderAddress",
      "shipped",
      ADDRESS_BODY,
      ruleViolation(
        "not_pending",
        "Only the address of a pending order can be changed; this one is shipped.",
      ),
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  test.each<AllowedWrite>([
    ["changeOrderAddress", "new", ADDRESS_BODY, ADDRESS_BODY],
    ["changeOrderAddress", "modified", ADDRESS_BODY, ADDRESS_BODY],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([
    ["changeOrderAddress", "pending", ADDRESS_BODY, "pending", "Address changed."],
  ])("%s is noted in the timeline of an order that has one", expectTimelineEntry);
});
