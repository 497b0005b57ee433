/** A cursor that the shop cannot have given out is refused. @module */
import { describe, expect, test } from "bun:test";
import { serveSeed } from "./setup.ts";

const { ask } = serveSeed();

describe("a refusal", () => {
  test.each([
    "!",
    "YQ",
    btoa("o=1001"),
    btoa("o=NaN"),
    btoa("r=0"),
    btoa("p=tea"),
    btoa("p=1&r=1"),
  ])("of a cursor that was not given out: %s", async (cursor) => {
    const path = `/api/products/search/?cursor=${encodeURIComponent(cursor)}`;
    expect(await ask(path)).toMatchObject({ status: 404, body: { detail: "Invalid cursor" } });
  });
});
