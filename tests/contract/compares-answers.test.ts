/** Where an answer of another document differs from the contract's. */
import { describe, expect, test } from "bun:test";
import {
  decimal,
  differencesBetween,
  document,
  documentAnswering,
  jsonContent,
  linesOf,
  objectOf,
  order,
  orderWith,
  text,
} from "./small-documents.ts";

describe("in an answer", () => {
  test.each([
    ["the same", orderWith({}), []],
    [
      "a field is missing",
      orderWith({ total: undefined }),
      ["breaking  200 $.total  missing in django"],
    ],
    [
      "a field is renamed",
      orderWith({ total: undefined, grand_total: decimal }),
      ["breaking  200 $.total  missing in django", "note      200 $.grand_total  only in django"],
    ],
    [
      "a field has a usual name",
      orderWith({ id: undefined, pk: { type: "integer" } }),
      ["note      200 $.id  pk in django"],
    ],
    [
      "a field that is taken is missing",
      orderWith({ note: undefined }),
      ["note      200 $.note  missing in django"],
    ],
    [
      "a field is retyped",
      orderWith({ status: { type: "integer" } }),
      ["breaking  200 $.status  string here, integer in django"],
    ],
    [
      "a field that is taken is retyped",
      orderWith({ note: { type: "integer" } }),
      ["note      200 $.note  string here, integer in django"],
    ],
    [
      "anything may be there",
      orderWith({ status: {} }),
      ["breaking  200 $.status  string here, anything in django"],
    ],
    ["a narrower type is promised", orderWith({ id: { type: "integer" }, note: text }), []],
    [
      "money is a number",
      orderWith({ total: { type: "number", format: "double" } }),
      ["note      200 $.total  string here, number in django"],
    ],
    [
      "money is any text",
      orderWith({ total: text }),
      ["breaking  200 $.total  decimal here, none in django"],
    ],
    [
      "a field may be null (3.0)",
      orderWith({ total: { ...decimal, nullable: true } }),
      ["breaking  200 $.total  may be null in django"],
    ],
    [
      "a field may be null (3.1)",
      orderWith({ total: { ...decimal, type: ["string", "null"] } }),
      ["breaking  200 $.total  may be null in django"],
    ],
    [
      "a field that is taken may be null",
      orderWith({ note: { type: "string", nullable: true } }),
      [],
    ],
    [
      "a field is optional",
      orderWith({}, ["id", "status", "lines"]),
      ["breaking  200 $.total  optional in django"],
    ],
    [
      "a status is unheard of",
      orderWith({ status: { type: "string", enum: ["open", "lost"] } }),
      ["note      200 $.status  lost also possible in django"],
    ],
    [
      "a status is any text",
      orderWith({ status: text }),
      ["note      200 $.status  anything also possible in django"],
    ],
    ["a status is dropped", orderWith({ status: { type: "string", enum: ["open"] } }), []],
    [
      "a list's field is renamed",
      orderWith(linesOf({ title: text, note: text })),
      [
        "breaking  200 $.lines[].name  missing in django",
        "note      200 $.lines[].title  only in django",
      ],
    ],
    [
      "a list's field is retyped",
      orderWith(linesOf({ name: { type: "boolean" }, note: text })),
      ["breaking  200 $.lines[].name  string here, boolean in django"],
    ],
    [
      "a list is an object",
      orderWith({ lines: { type: "object" } }),
      ["breaking  200 $.lines  array here, object in django"],
    ],
    [
      "a free value is retyped",
      orderWith({ options: { type: "object", additionalProperties: { type: "array" } } }),
      ["note      200 $.options.*  string here, array in django"],
    ],
    [
      "a field is only for bodies",
      orderWith({ total: { ...decimal, writeOnly: true } }),
      ["breaking  200 $.total  missing in django"],
    ],
  ])("%s", (_, theirs, expected) => {
    expect(differencesBetween(documentAnswering(order), documentAnswering(theirs))).toEqual(
      expected,
    );
  });

  test("references, allOf, oneOf and null are read as drf-spectacular writes them", () => {
    const theirs = orderWith({
      status: { allOf: [{ $ref: "#/components/schemas/Open" }], readOnly: true },
      note: {
        nullable: true,
        oneOf: [{ $ref: "#/components/schemas/Blank" }, text, { enum: [null] }],
      },
      lines: { $ref: "#/components/schemas/Lines" },
    });
    const components = {
      Open: { enum: ["open"], type: "string" },
      Blank: { enum: [""] },
      Lines: { type: "array", items: { $ref: "#/components/schemas/Line" } },
      Line: objectOf({ name: { oneOf: [text, { type: "null" }] }, note: text }),
    };
    expect(
      differencesBetween(documentAnswering(order), documentAnswering(theirs, components)),
    ).toEqual(["breaking  200 $.lines[].name  may be null in django"]);
  });

  test("a bare list is a page, and its rows are compared", () => {
    const page = objectOf({ results: { type: "array", items: objectOf({ id: text }) } });
    const list = { type: "array", items: objectOf({ id: { type: "boolean" } }) };
    expect(differencesBetween(documentAnswering(page), documentAnswering(list))).toEqual([
      "note      200 $  a bare list in django",
      "breaking  200 $[].id  string here, boolean in django",
    ]);
  });

  test("a success of another number is one; other statuses are notes", () => {
    const response = { content: jsonContent(order) };
    const theirs = document({ responses: { "201": response, "418": {} } });
    const mine = document({ responses: { "200": response, "404": response, "409": response } });
    expect(differencesBetween(mine, theirs)).toEqual([
      "note      200  201 in django",
      "note      404,409  not described in django",
      "note      418  only in django",
    ]);
    expect(differencesBetween(mine, document({ responses: {} }))[0]).toBe(
      "breaking  200  not described in django",
    );
  });
});
