/** What an order says is allowed is what the writes do. @module */
import { describe, expect, test } from "bun:test";
import type { endpoints } from "../../server.ts";
import { openShop, line, CANCEL, MOVE, PAY_BY, back, toRed } from "./setup.ts";

describe("a write that a rule forbids", () => {
  test.each(["new", "modified", "shipped", "return_requested", "delivered"])(
    "is forbidden by what the order %s says of itself",
    async (id) => {
      const { send } = openShop();
      const { body: order } = await send(line("order", id));
      const writes: [ruling: string, write: keyof typeof endpoints, body: object][] = [
        ["can_cancel", "cancelOrder", CANCEL],
        ["can_change", "changeOrderItems", toRed],
        ["can_change", "changeOrderPayment", PAY_BY("paypal")],
        ["can_change_address", "changeOrderAddress", MOVE],
        ["can_return", "returnItems", back("card", "blue")],
        ["can_return", "exchangeItems", toRed],
      ];
      for (const [ruling, write, body] of writes) {
        const { status, body: answer } = await openShop().send(line(write, id), { body });
        expect([write, status]).toEqual([write, order[ruling].allowed ? 200 : 409]);
        if (status === 409) expect(answer.detail).toBe(order[ruling].reason);
        else expect(order[ruling].reason).toMatch(/ can be /);
      }
    },
  );
});
