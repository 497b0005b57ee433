/** A token is needed where data is a customer's own, and a wrong one is refused everywhere. @module */
import { describe, expect, test } from "bun:test";
import { serveSeedWorld } from "./setup.ts";

const { ask } = serveSeedWorld();

const NO_TOKEN = { detail: "Authentication credentials were not provided." };

describe("a token", () => {
  test.each([
    ["Token nobody", "Invalid token."],
    ["Bearer nobody", "Invalid token."],
    ["Token", "Invalid token header. No credentials provided."],
    ["bearer a b", "Invalid token header. Token string should not contain spaces."],
    ["Token \xff", "Invalid token header. Token string should not contain invalid characters."],
  ])("%s is refused even where none is needed", async (header, detail) => {
    const { status, headers, body } = await ask("/api/shop/", header);
    expect([status, body]).toEqual([401, { detail }]);
    expect(headers.get("WWW-Authenticate")).toBe("Token");
  });

  test.each(["Token", "Bearer", "token", "BEARER"])(
    "is accepted after the keyword %s",
    async (keyword) => {
      const { body } = await ask("/api/customers/me/", `${keyword} demo-mia`);
      expect(body).toMatchObject({ customer_id: "mia-lindqvist", currency: "EUR" });
    },
  );

  test.each(["orders/", "orders/1001/", "orders/1001/status/", "customers/", "customers/me/"])(
    "is needed for %s",
    async (path) => {
      for (const header of [undefined, "Basic bWlhOm1pYQ=="]) {
        const { status, headers, body } = await ask(`/api/${path}`, header);
        expect([status, body]).toEqual([401, NO_TOKEN]);
        expect(headers.get("WWW-Authenticate")).toBe("Token");
      }
    },
  );
});
