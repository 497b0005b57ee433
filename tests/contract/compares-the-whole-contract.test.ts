/** The contract itself, changed in every field that it has. */
import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { compareDocuments } from "../../scripts/contract/compare.ts";
import { openApiDocument } from "../../scripts/contract/document.ts";
import type { Json } from "./small-documents.ts";

const ours = openApiDocument();
const { schemas } = ours.components;

describe("of the contract", () => {
  test("it does not differ from itself", () => {
    expect(compareDocuments(ours, ours)).toEqual([]);
  });

  const changed = (change: (schema: Json, name: string) => void) => {
    const theirs = structuredClone(ours);
    for (const [name, schema] of Object.entries(theirs.components.schemas)) change(schema, name);
    return compareDocuments(ours, theirs);
  };
  const records = Object.entries(schemas);
  const needed = records.flatMap(([record, { required = [] }]) =>
    required.map((name) => [record, name]),
  );
  const every = records.flatMap(([record, { properties = {} }]) =>
    Object.keys(properties).map((name) => [record, name]),
  );

  test.each(every)("%s.%s renamed is named", (record, field) => {
    const found = changed((schema, name) => {
      if (name !== record) return;
      const properties = z.record(z.string(), z.unknown()).parse(schema.properties);
      const renamed = Object.entries(properties).map(([key, value]) => [
        key === field ? "renamed" : key,
        value,
      ]);
      schema.properties = Object.fromEntries(renamed);
    });
    const missing = found.filter(({ kind }) => kind === "missing");
    expect(missing.length).toBeGreaterThan(0);
    const isNeeded = needed.some((one) => Bun.deepEquals(one, [record, field]));
    for (const { pointer, isBreaking } of missing) {
      expect(pointer).toEndWith(`.${field}`);
      expect(isBreaking).toBe(isNeeded);
    }
  });
  test.each(needed)("%s.%s optional or retyped is breaking", (record, field) => {
    const optional = changed((schema, name) => {
      if (name === record) schema.required = [];
    });
    const retyped = changed((schema, name) => {
      if (name === record)
        schema.properties = { ...(schema.properties as Json), [field]: { type: "array" } }; // of a record
    });
    for (const [kind, found] of [
      ["required", optional],
      ["type", retyped],
    ] as const)
      expect(
        found.some(
          (one) => one.isBreaking && one.kind === kind && one.pointer.endsWith(`.${field}`),
        ),
      ).toBe(true);
  });
  test.each(Object.keys(ours.paths))("%s is missed", (path) => {
    const { [path]: gone, ...paths } = ours.paths;
    const found = compareDocuments(ours, { ...ours, paths });
    expect(found.map(({ isBreaking, kind }) => [isBreaking, kind])).toEqual(
      Object.keys(gone ?? {}).map(() => [true, "missing"]),
    );
  });
});
