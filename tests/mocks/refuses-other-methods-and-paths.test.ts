/** A method that an endpoint does not have is 405 with the allowed ones; an unknown path is 404. @module */
import { describe, expect, test } from "bun:test";
import { MIA, serveSeedWorld } from "./setup.ts";

const { ask } = serveSeedWorld();

describe("a refusal", () => {
  test("of a method follows the check of the token, and lists the allowed methods", async () => {
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
  ])("of the unknown path %s is Django's 404", async (path) => {
    const { status, headers, body } = await ask(path, "Token nobody");
    expect([status, body]).toEqual([404, { detail: "Not found." }]);
    expect(headers.get("Allow")).toBeNull();
  });
});
