/** A field that did not come, or came as null. */
import { describe, expect, test } from "bun:test";
import {
  type Change,
  changeAt,
  mockShop,
  ORDER,
  removeField,
  runDoctor,
  SEARCH,
  setField,
  STATUS,
} from "./run-doctor.ts";

const cases: [what: string, path: RegExp, change: Change, endpoint: string, line: string][] = [
  [
    "a name that is gone",
    SEARCH,
    removeField("name"),
    "searchProducts",
    "red results[0].name is missing, so the whole answer is rejected → send it, or map it in a dialect",
  ],
  [
    "a name that is null",
    SEARCH,
    setField("name", null),
    "searchProducts",
    "red results[0].name is null, not a string, so the whole answer is rejected → correct it, or map it in a dialect",
  ],
  [
    "a price that is null",
    SEARCH,
    setField("price", null),
    "searchProducts",
    "amber results[0].price is null in every answer → send it where the shop knows it",
  ],
  [
    "a status that is gone",
    STATUS,
    removeField("status"),
    "orderStatus",
    "red status is missing, so the whole answer is rejected → send it, or map it in a dialect",
  ],
  [
    "can_cancel and can_return that are gone",
    ORDER,
    (body, url, init) =>
      removeField("can_return")(removeField("can_cancel")(body, url, init), url, init),
    "order",
    "amber can_cancel, can_return are missing → send them, or map them in a dialect",
  ],
];

describe("a missing field is reported", () => {
  test.each(cases)("%s", async (_, path, change, endpoint, line) => {
    const { runtime } = mockShop({ change: changeAt(path, change), hasSchema: false });
    const report = await runDoctor(runtime);
    expect(report.linesOf(endpoint)).toContain(line);
    expect(report.code).toBe(line.startsWith("red") ? 1 : 0);
  });
});
