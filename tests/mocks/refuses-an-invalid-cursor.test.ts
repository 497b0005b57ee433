/** A cursor that the shop cannot have issued is 404. @module */
import { describe, expect, test } from "bun:test";
import { serveSeedWorld } from "./setup.ts";

const { ask } = serveSeedWorld();

describe("a refusal", () => {
  test.each([
    "!",
    "YQ",
    btoa("o=1000001"),
    btoa("o=NaN"),
    btoa("r=0"),
    btoa("p=tea"),
    btoa("p=1&r=1"),
  ])("of a cursor that was never issued: %s", async (cursor) => {
    const path = `/api/products/search/?cursor=${encodeURIComponent(cursor)}`;
    expect(await ask(path)).toMatchObject({ status: 404, body: { detail: "Invalid cursor" } });
  });
});
