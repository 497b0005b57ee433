/**
 * django-salesman for the shop's own people: a token of a user with `is_staff`. It is `salesman.ts`, and
 *
 * - lists everybody's orders; `customer_id` is a user's id, or `guest`
 * - cancels an order (`PUT …/status/`). Salesman keeps no reason for it and gives no money back: refund a paid order
 *   in the shop's admin. An order in another status than CREATED, HOLD or FAILED cannot be cancelled.
 *
 * @module
 */
import { defineShop } from "../shop/mapping/define-shop.ts";
import { tables } from "./salesman.ts";

const CANCELLABLE = ["CREATED", "HOLD", "FAILED"]; // as OrderStatus.get_transitions() has it

export default defineShop({
  ...tables,
  paths: {
    ...tables.paths,
    orders: (_, { customer }) => (customer === "me" ? "/api/orders/" : "/api/orders/all/"),
    cancelOrder: "PUT /api/orders/{order_id}/status/",
  },
  query: { ...tables.query, customer: () => ({}) },
  fields: {
    order: {
      ...tables.fields.order,
      customer_id: ({ user }) => user ?? "guest",
      can_cancel: ({ status }) => CANCELLABLE.includes(status),
    },
  },
  bodies: { cancelOrder: () => ({ status: "CANCELLED" }) },
});
