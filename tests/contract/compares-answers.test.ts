/** Where an answer of another document differs from the contract's. */
import { describe, expect, test } from "bun:test";
import { compareDocuments } from "../../scripts/contract/compare.ts";
import {
  answering,
  but,
  content,
  decimal,
  document,
  linesOf,
  object,
  order,
  told,
  words,
} from "./small-documents.ts";

describe("in an answer", () => {
  test.each([
    ["the same", but({}), []],
    ["a field is missing", but({ total: undefined }), ["breaking  200 $.total  missing in django"]],
    [
      "a field is renamed",
      but({ total: undefined, grand_total: decimal }),
      ["breaking  200 $.total  missing in django", "note      200 $.grand_total  only in django"],
    ],
    [
      "a field has a usual name",
      but({ id: undefined, pk: { type: "integer" } }),
      ["note      200 $.id  pk in django"],
    ],
    [
      "a field that is taken is missing",
      but({ note: undefined }),
      ["note      200 $.note  missing in django"],
    ],
    [
      "a field is retyped",
      but({ status: { type: "integer" } }),
      ["breaking  200 $.status  string here, integer in django"],
    ],
    [
      "a field that is taken is retyped",
      but({ note: { type: "integer" } }),
      ["note      200 $.note  string here, integer in django"],
    ],
    [
      "anything may be there",
      but({ status: {} }),
      ["breaking  200 $.status  string here, anything in django"],
    ],
    ["a narrower type is promised", but({ id: { type: "integer" }, note: words }), []],
    [
      "money is a number",
      but({ total: { type: "number", format: "double" } }),
      ["note      200 $.total  string here, number in django"],
    ],
    [
      "money is any text",
      but({ total: words }),
      ["breaking  200 $.total  decimal here, none in django"],
    ],
    [
      "a field may be null (3.0)",
      but({ total: { ...decimal, nullable: true } }),
      ["breaking  200 $.total  may be null in django"],
    ],
    [
      "a field may be null (3.1)",
      but({ total: { ...decimal, type: ["string", "null"] } }),
      ["breaking  200 $.total  may be null in django"],
    ],
    ["a field that is taken may be null", but({ note: { type: "string", nullable: true } }), []],
    [
      "a field is optional",
      but({}, ["id", "status", "lines"]),
      ["breaking  200 $.total  optional in django"],
    ],
    [
      "a status is unheard of",
      but({ status: { type: "string", enum: ["open", "lost"] } }),
      ["note      200 $.status  lost besides in django"],
    ],
    [
      "a status is any text",
      but({ status: words }),
      ["note      200 $.status  anything besides in django"],
    ],
    ["a status is dropped", but({ status: { type: "string", enum: ["open"] } }), []],
    [
      "a list's field is renamed",
      but(linesOf({ title: words, note: words })),
      [
        "breaking  200 $.lines[].name  missing in django",
        "note      200 $.lines[].title  only in django",
      ],
    ],
    [
      "a list's field is retyped",
      but(linesOf({ name: { type: "boolean" }, note: words })),
      ["breaking  200 $.lines[].name  string here, boolean in django"],
    ],
    [
      "a list is an object",
      but({ lines: { type: "object" } }),
      ["breaking  200 $.lines  array here, object in django"],
    ],
    [
      "a free value is retyped",
      but({ options: { type: "object", additionalProperties: { type: "array" } } }),
      ["note      200 $.options.*  string here, array in django"],
    ],
    [
      "a field is only for bodies",
      but({ total: { ...decimal, writeOnly: true } }),
      ["breaking  200 $.total  missing in django"],
    ],
  ])("%s", (_, theirs, expected) => {
    expect(told(compareDocuments(answering(order), answering(theirs)))).toEqual(expected);
  });

  test("references, allOf, oneOf and null are read as drf-spectacular writes them", () => {
    const theirs = but({
      status: { allOf: [{ $ref: "#/components/schemas/Open" }], readOnly: true },
      note: {
        nullable: true,
        oneOf: [{ $ref: "#/components/schemas/Blank" }, words, { enum: [null] }],
      },
      lines: { $ref: "#/components/schemas/Lines" },
    });
    const components = {
      Open: { enum: ["open"], type: "string" },
      Blank: { enum: [""] },
      Lines: { type: "array", items: { $ref: "#/components/schemas/Line" } },
      Line: object({ name: { oneOf: [words, { type: "null" }] }, note: words }),
    };
    expect(told(compareDocuments(answering(order), answering(theirs, components)))).toEqual([
      "breaking  200 $.lines[].name  may be null in django",
    ]);
  });

  test("a bare list is a page, and its rows are compared", () => {
    const page = object({ results: { type: "array", items: object({ id: words }) } });
    const list = { type: "array", items: object({ id: { type: "boolean" } }) };
    expect(told(compareDocuments(answering(page), answering(list)))).toEqual([
      "note      200 $  a bare list in django",
      "breaking  200 $[].id  string here, boolean in django",
    ]);
  });

  test("a success of another number is one; other statuses are notes", () => {
    const response = { content: content(order) };
    const theirs = document({ responses: { "201": response, "418": {} } });
    const mine = document({ responses: { "200": response, "404": response, "409": response } });
    expect(told(compareDocuments(mine, theirs))).toEqual([
      "note      200  201 in django",
      "note      404,409  not described in django",
      "note      418  only in django",
    ]);
    expect(told(compareDocuments(mine, document({ responses: {} })))[0]).toBe(
      "breaking  200  not described in django",
    );
  });
});
