/** Other methods are 405 with what is allowed, other paths 404. @module */
import { describe, expect, test } from "bun:test";
import { MIA, serveSeed } from "./setup.ts";

const { ask } = serveSeed();

describe("a refusal", () => {
  test("of a method comes after the token's, and says what is allowed", async () => {
    const { status, headers, body } = await ask("/api/shop/", undefined, "POST");
    expect([status, body]).toEqual([405, { detail: 'Method "POST" not allowed.' }]);
    expect(headers.get("Allow")).toBe("GET, HEAD, OPTIONS");
    expect((await ask("/api/orders/", undefined, "POST")).status).toBe(401);
    expect((await ask("/api/customers/", MIA, "DELETE")).status).toBe(403);
  });

  test.each([
    "/",
    "/api/shop",
    "/api/shop/x/",
    "/x/api/shop/",
    "/API/shop/",
    "/api/products/a%2Fb/",
  ])("of the path %s is Django's, of no endpoint", async (path) => {
    const { status, headers, body } = await ask(path, "Token nobody");
    expect([status, body]).toEqual([404, { detail: "Not found." }]);
    expect(headers.get("Allow")).toBeNull();
  });
});
