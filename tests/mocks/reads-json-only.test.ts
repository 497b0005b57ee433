/** The body of a write is JSON, by its content type and by its text. @module */
import { describe, expect, test } from "bun:test";
import { CANCEL_BODY, createTestShop } from "./setup.ts";

describe("a write is checked", () => {
  const path = "/api/orders/new/cancel/";

  test.each(["application/json", "Application/JSON ; charset=utf-8", "application/*", "*/*"])(
    "as JSON with the content type %s",
    async (type) => {
      const sent = { headers: { "Content-Type": type }, body: CANCEL_BODY };
      expect((await createTestShop().send(`POST ${path}`, sent)).status).toBe(200);
    },
  );
  test.each([
    "",
    "application/jsonx",
    "text/json",
    "application",
    "application/x-www-form-urlencoded",
  ])("as something other than JSON with the content type %j", async (type) => {
    const sent = { headers: { "Content-Type": type }, body: CANCEL_BODY };
    expect((await createTestShop().send(`POST ${path}`, sent)).status).toBe(415);
  });
  test.each(["NaN", '{"reason": Infinity}', "\ufeff{}", "{'a': 1}", " ", "01"])(
    "as JSON, which %j is not",
    async (body) => {
      expect((await createTestShop().send(`POST ${path}`, { body })).body.detail).toMatch(
        /^JSON parse error - /,
      );
    },
  );
});
