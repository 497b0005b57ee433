/** Where another document takes something else than what the contract sends. */
import { describe, expect, test } from "bun:test";
import {
  differencesBetween,
  documentTaking,
  type Json,
  objectOf,
  query,
  status,
  text,
} from "./small-documents.ts";

const reason = { type: "string", enum: ["late", "wrong"] };
const body = objectOf({ reason, item: text, note: text }, ["reason", "item"]);
describe("in a request", () => {
  const as = (fields: Json, required = ["reason", "item"]) =>
    objectOf({ ...body.properties, ...fields }, required);
  test.each([
    ["the same", as({}), []],
    [
      "a value is dropped",
      as({ reason: { enum: ["late"] } }),
      ["breaking  body $.reason  wrong not accepted in django"],
    ],
    ["a value is added", as({ reason: { enum: ["late", "wrong", "other"] } }), []],
    [
      "text has to be a choice",
      as({ item: status }),
      ["breaking  body $.item  other values not accepted in django"],
    ],
    [
      "another property is required",
      as({ why: text }, ["reason", "item", "why"]),
      ["breaking  body $.why  required in django, not sent"],
    ],
    ["another property is possible", as({ why: text }), ["note      body $.why  only in django"]],
    [
      "what is sent at times is required",
      as({}, ["reason", "item", "note"]),
      ["breaking  body $.note  required in django, not always sent"],
    ],
    ["what is sent may be left out", as({}, []), []],
    [
      "a property is renamed",
      objectOf({ reason, sku: text, note: text }, ["reason"]),
      ["breaking  body $.item  missing in django", "note      body $.sku  only in django"],
    ],
    [
      "a property is retyped",
      as({ item: { type: "integer" } }),
      ["breaking  body $.item  string here, integer in django"],
    ],
    [
      "a property has a form",
      as({ item: { type: "string", format: "uuid" } }),
      ["note      body $.item  none here, uuid in django"],
    ],
    [
      "what is required is only for answers",
      as({ id: { ...text, readOnly: true } }, ["reason", "item", "id"]),
      [],
    ],
  ])("%s", (_, theirs, expected) => {
    expect(differencesBetween(documentTaking(body), documentTaking(theirs))).toEqual(expected);
  });

  const limit = query("limit", { type: "integer" });
  test.each([
    ["the same", [limit], []],
    ["it is missing", [], ["breaking  query limit  missing in django"]],
    ["it is wider", [query("limit", { type: "number" })], []],
    ["it is a text", [query("limit", text)], []],
    ["it is a list", [query("limit", { type: "array", items: text })], []],
    [
      "it is narrower",
      [query("limit", { type: "boolean" })],
      ["breaking  query limit  integer here, boolean in django"],
    ],
    ["it is required, and sent", [query("limit", { type: "integer" }, true)], []],
    [
      "another is required",
      [limit, query("shop", text, true)],
      ["breaking  query shop  required in django, not sent"],
    ],
    ["another is possible", [limit, query("shop", text)], ["note      query shop  only in django"]],
    [
      "a path's id is a number",
      [limit, { name: "id", in: "path", required: true, schema: { type: "integer" } }],
      [],
    ],
  ])("of a parameter: %s", (_, theirs, expected) => {
    expect(differencesBetween(documentTaking({}, [limit]), documentTaking({}, theirs))).toEqual(
      expected,
    );
  });
});
