/** Every write needs an Idempotency-Key. @module */
import { describe, expect, test } from "bun:test";
import { CANCEL_BODY, createTestShop, KEY_REQUIRED } from "./setup.ts";

describe("a write is checked", () => {
  const path = "/api/orders/new/cancel/";

  test.each(["x", "~!".repeat(127), "x".repeat(255)])("for a key such as %s", async (key) => {
    expect((await createTestShop().send(`POST ${path}`, { key, body: CANCEL_BODY })).status).toBe(
      200,
    );
  });
  test.each(["", "a b", "x".repeat(256), "é", "a\tb"])("for an invalid key: %j", async (key) => {
    expect((await createTestShop().send(`POST ${path}`, { key, body: CANCEL_BODY })).body).toEqual(
      KEY_REQUIRED,
    );
  });
});
