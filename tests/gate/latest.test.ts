import { expect, test } from "bun:test";
import { Latest } from "../../shop/latest.ts";

test("Latest holds so many entries, those that were used last", () => {
  const latest = new Latest<string, number>(2);
  expect(latest.add("a", 1)).toBe(1);
  latest.add("b", 2);
  expect(latest.get("a")).toBe(1); // used after b
  latest.add("c", 3);
  expect([latest.get("a"), latest.get("b"), latest.get("c")]).toEqual([1, undefined, 3]);
  latest.add("a", 4); // in its own place
  expect([latest.get("a"), latest.get("c")]).toEqual([4, 3]);
});
