/** The address of a pending order is changed. @module */
import { describe, test } from "bun:test";
import {
  MOVE,
  rule,
  type RefusedWrite,
  expectRefusal,
  type AllowedWrite,
  expectEffect,
  type NotedWrite,
  expectTimelineEntry,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  test.each<RefusedWrite>([
    [
      "changeOrderAddress",
      "shipped",
      MOVE,
      rule(
        "not_pending",
        "Only the address of a pending order can be changed; this one is shipped.",
      ),
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  test.each<AllowedWrite>([
    ["changeOrderAddress", "new", MOVE, MOVE],
    ["changeOrderAddress", "modified", MOVE, MOVE],
  ])("%s of %s with %j", expectEffect);

  test.each<NotedWrite>([["changeOrderAddress", "pending", MOVE, "pending", "Address changed."]])(
    "%s is noted in the timeline of an order that has one",
    expectTimelineEntry,
  );
});
