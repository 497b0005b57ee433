/** A field that did not come, or came as null. */
import { describe, expect, test } from "bun:test";
import {
  BASE,
  type Change,
  drop,
  examined,
  mock,
  ORDER,
  put,
  SEARCH,
  STATUS,
} from "./run-doctor.ts";

const cases: [what: string, at: RegExp, change: Change, check: string, line: string][] = [
  [
    "a name that is gone",
    SEARCH,
    drop("name"),
    "searchProducts",
    "red results[0].name is missing: all is refused → send or map it",
  ],
  [
    "a name that is null",
    SEARCH,
    put("name", null),
    "searchProducts",
    "red results[0].name is null, not a text: all is refused → send that, or map it",
  ],
  [
    "a price that is null",
    SEARCH,
    put("price", null),
    "searchProducts",
    "amber results[0].price is null in every answer → send it where the shop knows it",
  ],
  [
    "a status that is gone",
    STATUS,
    drop("status"),
    "orderStatus",
    "red status is missing: all is refused → send or map it",
  ],
  [
    "rulings that are gone",
    ORDER,
    (body) => drop("can_return")(drop("can_cancel")(body, new URL(BASE), {}), new URL(BASE), {}),
    "order",
    "amber can_cancel, can_return are missing → send or map",
  ],
];

describe("a field that does not fit is named", () => {
  test.each(cases)("%s", async (_, at, change, check, line) => {
    const { outside } = mock(
      (body, url, init) => (at.test(url.pathname) ? change(body, url, init) : body),
      false,
    );
    const report = await examined(outside);
    expect(report.of(check)).toContain(line);
    expect(report.code).toBe(line.startsWith("red") ? 1 : 0);
  });
});
