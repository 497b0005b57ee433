/** A customer sees their own orders and profile only; staff see all. @module */
import { describe, expect, test } from "bun:test";
import { MIA, serveSeedWorld, STAFF } from "./setup.ts";

const { ask } = serveSeedWorld();

const NO_PERMISSION = { detail: "You do not have permission to perform this action." };

describe("a token", () => {
  test("of a customer gives no access to other customers' data", async () => {
    expect(await ask("/api/customers/?limit=x", MIA)).toMatchObject({
      status: 403,
      body: NO_PERMISSION,
    });
    const foreign = await ask("/api/orders/?customer=bram-de-wilde", MIA);
    expect(foreign).toMatchObject({ status: 403, body: NO_PERMISSION });
    for (const path of ["orders/1001/", "orders/nothing/", "orders/1001/status/"]) {
      const body = { detail: "No Order matches the given query." };
      expect(await ask(`/api/${path}`, MIA)).toMatchObject({ status: 404, body });
    }
    const body = { detail: "No Customer matches the given query." };
    expect(await ask("/api/customers/bram-de-wilde/", MIA)).toMatchObject({ status: 404, body });
    expect((await ask("/api/customers/bram-de-wilde/", STAFF)).status).toBe(200);
  });
});
