/** The body of a write is JSON, by its content type and by its text. @module */
import { describe, expect, test } from "bun:test";
import { openShop, CANCEL } from "./setup.ts";

describe("a write is checked", () => {
  const path = "/api/orders/new/cancel/";

  test.each(["application/json", "Application/JSON ; charset=utf-8", "application/*", "*/*"])(
    "as JSON when it says %s",
    async (type) => {
      const sent = { headers: { "Content-Type": type }, body: CANCEL };
      expect((await openShop().send(`POST ${path}`, sent)).status).toBe(200);
    },
  );
  test.each([
    "",
    "application/jsonx",
    "text/json",
    "application",
    "application/x-www-form-urlencoded",
  ])("as no JSON when it says %j", async (type) => {
    const sent = { headers: { "Content-Type": type }, body: CANCEL };
    expect((await openShop().send(`POST ${path}`, sent)).status).toBe(415);
  });
  test.each(["NaN", '{"reason": Infinity}', "\ufeff{}", "{'a': 1}", " ", "01"])(
    "as JSON, which %j is not",
    async (body) => {
      expect((await openShop().send(`POST ${path}`, { body })).body.detail).toMatch(
        /^JSON parse error - /,
      );
    },
  );
});
