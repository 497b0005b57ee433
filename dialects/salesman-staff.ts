/**
 * django-salesman for staff: it needs the token of a user with `is_staff`. It is `salesman.ts`, and
 *
 * - lists everybody's orders; `customer_id` is a user's id, or `guest`
 * - cancels an order (`PUT …/status/`). Salesman stores no reason and refunds nothing: refund a paid order in the
 *   shop's admin. Only an order in the status CREATED, HOLD or FAILED can be cancelled.
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
