/**
 * django-salesman 1.3 (Django 5), as its installation guide mounts it: `path("api/", include("salesman.urls"))`.
 * It is for shoppers; `salesman-staff.ts` is for staff. The id of an order is its `ref`, which is also the number on the
 * mail. Lists come whole, or in pages if REST_FRAMEWORK says so: both are read.
 *
 * What this shop cannot do:
 * - **Products**: salesman sells a project's own models and has no catalogue. If yours has a ViewSet with a
 *   SearchFilter, name it: `searchProducts: "/api/products/"`, `product: "/api/products/{product_id}/"`,
 *   `query: { q: "search" }`, and `fields.product`. Until then the catalogue's tools are not offered.
 * - **Changes** by shoppers, customers, shop information, shipments: there are no endpoints for them.
 * - **A cart**: no tool uses `basket/` and `checkout/`.
 * - **Guests**: an order without a user is read by `?token=…` alone, which this server does not send.
 * - **Addresses** are one text. It is told in `line1`.
 * - **Rows** that modifiers add, such as shipping, are in an order's total and nowhere else. A line's price is what
 *   one piece cost with the rows of the line (tax, discount), or absent where it does not divide to the cent.
 * - FAILED and REFUNDED are not statuses of the contract: they are told as the shop's own words.
 *
 * Prices are read where SALESMAN_PRICE_FORMATTER writes a plain decimal, as the default does: others are left out, and
 * that is noted. With a SALESMAN_ORDER_STATUS of your own, add its names below.
 *
 * @module
 */
import { defineShop } from "../shop/mapping/define-shop.ts";
import type { Tables } from "../shop/mapping/tables.ts";

type Item = { quantity: number; subtotal: string; total: string; unit_price: string };
function priceOfOne({ quantity, subtotal, total, unit_price }: Item): string | undefined {
  const cents = Math.round(Number(total) * 100) / quantity;
  if (total === subtotal || Number.isNaN(cents)) return unit_price; // what cannot be read is noted
  return Number.isInteger(cents) ? (cents / 100).toFixed(2) : undefined;
}
/** Of salesman's own statuses those that are none of the contract's: with a status asked for, they are not meant. */
const OTHERS = ["FAILED", "REFUNDED"];
const oneLine = (text: string) => text.split(/\s*\n\s*/).join(", ");

export const tables = {
  currency: "EUR", // no price has one
  idempotency: false,
  only: true,
  paths: { orders: "/api/orders/", order: "/api/orders/{order_id}/" },
  // the list has no parameters: its rows are filtered here
  query: { status: () => ({}), customer: null, limit: null },
  statuses: {
    NEW: "pending",
    CREATED: "pending",
    HOLD: "pending",
    PROCESSING: "processing",
    SHIPPED: "shipped",
    COMPLETED: "delivered",
    CANCELLED: "cancelled",
  },
  page(answer, _, { query: { status } }) {
    const rows: { status: string }[] = answer.results ?? answer;
    return status ? rows.filter((row) => !OTHERS.includes(row.status)) : rows;
  },
  fields: {
    order: {
      order_id: "ref",
      customer_id: "user",
      placed_at: "date_created",
      updated_at: "date_updated",
      item_count: (order) => order.items?.reduce((sum: number, one: Item) => sum + one.quantity, 0),
      address: { from: "shipping_address", each: { line1: oneLine } },
      lines: {
        from: "items",
        each: {
          item_id: "product.code",
          product_id: null, // products of several models have the same ids
          name: "product.name",
          price: priceOfOne,
        },
      },
      payments: {
        from: "payments",
        each: { kind: () => "payment", payment_method_id: "payment_method" },
      },
    },
  },
} satisfies Tables;

export default defineShop(tables);
