/** The address of a customer is changed; their orders keep the old one. @module */
import { describe, expect, test } from "bun:test";
import { readWorld } from "../../mocks/world.ts";
import { ADDRESS_BODY, createTestShop, requestLine, smallWorld } from "./setup.ts";

describe("a write that the rules allow", () => {
  test("to a customer's address leaves the addresses of their orders", async () => {
    for (const [by, id] of [
      ["ann", "me"],
      ["ann", "ann"],
      ["sam", "ann"],
    ] as const) {
      const { send, world } = createTestShop();
      const { status, text } = await send(requestLine("changeCustomerAddress", id), {
        body: ADDRESS_BODY,
        by,
      });
      expect([status, text]).toEqual([200, (await send(requestLine("customer", id), { by })).text]);
      const [ann, ...others] = smallWorld.customers;
      expect(world()).toStrictEqual(
        readWorld({ ...smallWorld, customers: [{ ...ann, ...ADDRESS_BODY }, ...others] }),
      );
    }
  });
});
