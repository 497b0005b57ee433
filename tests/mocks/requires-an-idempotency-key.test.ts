/** Every write needs an Idempotency-Key. @module */
import { describe, expect, test } from "bun:test";
import { openShop, CANCEL } from "./setup.ts";

describe("a write is checked", () => {
  const path = "/api/orders/new/cancel/";
  const KEY = {
    detail: "Send an Idempotency-Key header of 1 to 255 visible ASCII characters.",
    code: "idempotency_key_required",
  };

  test.each(["x", "~!".repeat(127), "x".repeat(255)])("for a key such as %s", async (key) => {
    expect((await openShop().send(`POST ${path}`, { key, body: CANCEL })).status).toBe(200);
  });
  test.each(["", "a b", "x".repeat(256), "é", "a\tb"])(
    "for a key that is none: %j",
    async (key) => {
      expect((await openShop().send(`POST ${path}`, { key, body: CANCEL })).body).toEqual(KEY);
    },
  );
});
