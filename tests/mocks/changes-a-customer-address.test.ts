/** The address of a customer is changed, and their orders keep theirs. @module */
import { describe, expect, test } from "bun:test";
import { readWorld } from "../../mocks/world.ts";
import { little, openShop, line, MOVE } from "./setup.ts";

describe("a write that the rules allow", () => {
  test("to a customer's address leaves the orders theirs", async () => {
    for (const [by, id] of [
      ["ann", "me"],
      ["ann", "ann"],
      ["sam", "ann"],
    ] as const) {
      const { send, world } = openShop();
      const { status, text } = await send(line("changeCustomerAddress", id), { body: MOVE, by });
      expect([status, text]).toEqual([200, (await send(line("customer", id), { by })).text]);
      const [ann, ...others] = little.customers;
      expect(world()).toStrictEqual(
        readWorld({ ...little, customers: [{ ...ann, ...MOVE }, ...others] }),
      );
    }
  });
});
