/** A field that did not come, or came as null. */
import { describe, expect, test } from "bun:test";
import {
  type Change,
  changeAt,
  json,
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
    "green without can_cancel, can_return, which no shop has to send",
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

test("a missing field is suspicious where something came that nobody takes", async () => {
  const rename: Change = (body) => {
    const { can_cancel, ...order } = Object(body);
    return { ...order, xq7: can_cancel };
  };
  const { runtime } = mockShop({ change: changeAt(ORDER, rename), hasSchema: false });
  const report = await runDoctor(runtime);
  expect(report.linesOf("order")).toEqual([
    "amber can_cancel is missing → send it, or map it in a dialect",
  ]);
});
test("an endpoint that a shop of the contract does not have is its own choice", async () => {
  const gone = changeAt(/\/shop\/$/, () => json({ detail: "Not found." }, 404));
  const { runtime } = mockShop({ change: gone });
  const report = await runDoctor(runtime);
  expect(report.linesOf("shop")).toEqual([
    "green /api/shop/ was not found (HTTP 404); needed by get_shop_info → add it, or map it to null in a dialect: paths: { shop: null }",
  ]);
  expect(report.linesOf("get_shop_info")).toEqual([]);
  expect(report.tools.missing).toEqual(["get_shop_info"]);
});
