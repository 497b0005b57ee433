/** Steps and values. */
import { expect, test } from "bun:test";
import { mismatch } from "../harness/play.ts";
import { call, elsewhere, save, use } from "../harness/story.ts";
import { cancelling } from "./steps-and-failures.ts";

test("steps are plain data, and what server.ts does not have does not compile", () => {
  const steps = [
    // @ts-expect-error a tool that there is not
    call("get_ordr", { order_id: "1" }),
    // @ts-expect-error an argument that there is not
    call("get_order", { order: "1" }),
    // @ts-expect-error a field that there is not
    call("get_order", { order_id: "1" }, { returns: { state: "shipped" } }),
    // @ts-expect-error a status that there is not
    call("list_orders", { status: "sent" }),
    // @ts-expect-error a name that is not in the path
    elsewhere("staff", cancelling, { order: "1054" }, {}),
  ];
  expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(["call", "elsewhere"]));
  expect(structuredClone(steps)).toEqual(steps);
});

test("values compare as parts: other keys and more rows may be there", () => {
  const kept = new Map<string, unknown>();
  expect(
    mismatch({ a: [{ b: save("b") }] }, { a: [{ b: 1, c: 2 }, {}], d: 3 }, kept),
  ).toBeUndefined();
  expect(mismatch({ a: use("b") }, { a: 1 }, kept)).toBeUndefined();
  expect(mismatch({ a: use("b") }, { a: 2 }, kept)).toBe("$.a: expected 1, got 2");
  expect(mismatch([1], { 0: 1 }, kept)).toStartWith("$: expected");
});
