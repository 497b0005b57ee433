/** The `can_…` of an order agree with what the writes to it do. @module */
import { describe, expect, test } from "bun:test";
import type { endpoints } from "../../shop/contract.ts";
import {
  ADDRESS_BODY,
  blueToRed,
  CANCEL_BODY,
  createTestShop,
  paymentBody,
  requestLine,
  returnBody,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  test.each(["new", "modified", "shipped", "return_requested", "delivered"])(
    "is forbidden exactly where the order %s says so",
    async (id) => {
      const { send } = createTestShop();
      const { body: order } = await send(requestLine("order", id));
      const writes: [ruling: string, write: keyof typeof endpoints, body: object][] = [
        ["can_cancel", "cancelOrder", CANCEL_BODY],
        ["can_change", "changeOrderItems", blueToRed],
        ["can_change", "changeOrderPayment", paymentBody("paypal")],
        ["can_change_address", "changeOrderAddress", ADDRESS_BODY],
        ["can_return", "returnItems", returnBody("card", "blue")],
        ["can_return", "exchangeItems", blueToRed],
      ];
      for (const [ruling, write, body] of writes) {
        const { status, body: answer } = await createTestShop().send(requestLine(write, id), {
          body,
        });
        expect([write, status]).toEqual([write, order[ruling].allowed ? 200 : 409]);
        if (status === 409) expect(answer.detail).toBe(order[ruling].reason);
        else expect(order[ruling].reason).toMatch(/ can be /);
      }
    },
  );
});
