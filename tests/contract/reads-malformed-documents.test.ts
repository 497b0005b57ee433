/** Documents that are none, or are broken. */
import { expect, test } from "bun:test";
import { compareDocuments } from "../../scripts/contract/compare.ts";
import { openApiDocument } from "../../scripts/contract/document.ts";
import { endpoints } from "../../shop/contract.ts";
import { documentAnswering, order } from "./small-documents.ts";

const ours = openApiDocument();

const itself = { allOf: [{ $ref: "#/components/schemas/A" }, { $ref: "#/components/schemas/A" }] };
test.each(
  Object.entries({
    nothing: undefined,
    null: null,
    "a page": "<html>",
    "a list": [],
    "paths that are a number": { paths: 1 },
    "a path that is null": { paths: { "/api/shop/": null } },
    "another operation": documentAnswering({ $ref: "#/components/schemas/A" }, { A: itself }),
    "an answer elsewhere": {
      paths: { "/api/shop/": { get: { responses: { 200: { $ref: "elsewhere.json#/x" } } } } },
    },
    "an operation of the wrong types": {
      paths: { "/api/shop/": { get: { parameters: {}, responses: [] } } },
    },
  }),
)("%s has nothing that the contract needs", (_, theirs) => {
  const found = compareDocuments(ours, theirs).filter(({ isBreaking }) => isBreaking);
  expect(new Set(found.map(({ operation }) => operation)).size).toBe(Object.keys(endpoints).length);
});
test("a document with circular references is read to its end", () => {
  const circle = {
    A: {
      ...itself,
      oneOf: [itself, itself],
      properties: { id: { $ref: "#/components/schemas/A" } },
    },
  };
  const theirs = documentAnswering({ $ref: "#/components/schemas/A" }, circle);
  expect(compareDocuments(documentAnswering(order), theirs).length).toBeGreaterThan(0);
});
