/** Steps are plain data typed by `server.ts`; expected values are compared as parts of what came. */
import { expect, test } from "bun:test";
import { mismatch } from "../harness/compare.ts";
import { call, outOfBand, save, use } from "../harness/story.ts";
import { CANCEL_ROUTE } from "./example-steps.ts";

test("a step is plain data, and does not compile with a name that server.ts does not have", () => {
  const steps = [
    // @ts-expect-error no such tool
    call("get_ordr", { order_id: "1" }),
    // @ts-expect-error no such argument
    call("get_order", { order: "1" }),
    // @ts-expect-error no such field
    call("get_order", { order_id: "1" }, { returns: { state: "shipped" } }),
    // @ts-expect-error no such status
    call("list_orders", { status: "sent" }),
    // @ts-expect-error no such id in the path
    outOfBand("staff", CANCEL_ROUTE, { order: "1054" }, {}),
  ];
  expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(["call", "outOfBand"]));
  expect(structuredClone(steps)).toEqual(steps);
});

test("mismatch allows further keys and rows", () => {
  const kept = new Map<string, unknown>();
  expect(
    mismatch({ a: [{ b: save("b") }] }, { a: [{ b: 1, c: 2 }, {}], d: 3 }, kept),
  ).toBeUndefined();
  expect(mismatch({ a: use("b") }, { a: 1 }, kept)).toBeUndefined();
  expect(mismatch({ a: use("b") }, { a: 2 }, kept)).toBe("$.a: expected 1, got 2");
  expect(mismatch([1], { 0: 1 }, kept)).toStartWith("$: expected");
});
