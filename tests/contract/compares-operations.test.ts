/** Operations that another document has elsewhere, or not at all. */
import { describe, expect, test } from "bun:test";
import { compareDocuments, formatDifference } from "../../scripts/contract/compare.ts";

describe("of operations", () => {
  const operation = { responses: { "200": {} } };
  const at = (path: string, method = "get") => ({ paths: { [path]: { [method]: operation } } });
  const missing = "breaking  GET /api/orders/{order_id}/  missing in django";
  test.each([
    ["an id's name is Django's own", at("/api/orders/{pk}/"), []],
    [
      "another place",
      at("/api/order/{pk}/"),
      [missing, "note      GET /api/order/{pk}/  only in django"],
    ],
    [
      "another method",
      at("/api/orders/{pk}/", "put"),
      [missing, "note      PUT /api/orders/{pk}/  only in django"],
    ],
    [
      "no slash at the end",
      at("/api/orders/{pk}"),
      [
        `${missing}, which has it without the trailing slash`,
        "note      GET /api/orders/{pk}  only in django",
      ],
    ],
  ])("%s", (_, theirs, expected) => {
    expect(compareDocuments(at("/api/orders/{order_id}/"), theirs).map(formatDifference)).toEqual(
      expected,
    );
  });
});
