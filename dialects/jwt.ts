/**
 * The commonest DRF shop: ViewSets on a DefaultRouter, PageNumberPagination, SearchFilter, OrderingFilter and
 * django-filter, and tokens of djangorestframework-simplejwt. Copy it and change the names that differ in your shop. Its
 * Django is `tests/shops/jwt/`:
 *
 * ```sh
 * DJANGO_API_BASE=https://shop.example DJANGO_PASSWORD=… \
 *   bun run server --shop dialects/jwt.ts --django-login /api/token/ --django-user mia
 * ```
 *
 * What this shop cannot do:
 * - **The size of a page** is fixed: PageNumberPagination takes `page_size` only if `page_size_query_param` is set.
 * - **Shop information**: no endpoint. The names of categories are those of the products.
 * - **One customer's orders**: customers see their own orders, staff everybody's. A filter by user does not know `me`.
 * - **Whether an order can be cancelled** is not in the order: the shop is asked, and refuses with a reason.
 * - **Changes** of an order other than its cancellation, returns, support requests: no endpoints.
 * - **Shipments**: an order has one tracking number.
 * - `refunded` is not a status of the contract: it is told as the shop's own word.
 *
 * @module
 */
import { defineShop } from "../shop/mapping/define-shop.ts";
import type { AskedFor } from "../shop/mapping/tables.ts";

/** A refunded payment was paid first; one that is pending or has failed moved nothing. */
const KINDS: Record<string, string[]> = { succeeded: ["payment"], refunded: ["payment", "refund"] };
type Payment = { method: string; status: string; amount: string };
const paymentsOf = ({ method, status, amount }: Payment) =>
  (KINDS[status] ?? []).map((kind) => ({ kind, amount, payment_method_id: method }));
/** SearchFilter looks for every word, in all fields of a person. */
const personSearch = (_: string, { query: { email, first_name, last_name } }: AskedFor) => ({
  search: [email, first_name, last_name].filter(Boolean).join(" "),
});
const oneIn = (number: string) => (number ? [number] : undefined);

export default defineShop({
  currency: "EUR",
  idempotency: false,
  only: true,
  paths: {
    searchProducts: "/api/products/",
    product: "/api/products/{product_id}/",
    orders: "/api/orders/",
    order: "/api/orders/{order_id}/",
    cancelOrder: "/api/orders/{order_id}/cancel/",
    customers: "/api/users/",
    customer: "/api/users/{customer_id}/", // `me` is an action
  },
  lookup: { order_number: (number) => ({ search: number }) },
  query: {
    q: "search",
    limit: null,
    status: (_, { own }) => ({ status__in: own.join() }),
    customer: null,
    email: personSearch,
    first_name: personSearch,
    last_name: personSearch,
    postcode: null,
  },
  statuses: {
    pending: "pending",
    awaiting_payment: "pending",
    paid: "processing",
    packed: "processing",
    shipped: "shipped",
    delivered: "delivered",
    cancelled: "cancelled",
  },
  fields: {
    product: {
      category: "category.name",
      available: ({ variants }) => variants.some(({ stock }: { stock: number }) => stock > 0),
      items: {
        from: "variants",
        each: {
          item_id: "sku",
          options: ({ size, color }) => ({ size, color }),
          available: ({ stock }) => stock > 0,
        },
      },
    },
    order: {
      order_number: "number",
      customer_id: "user",
      placed_at: "created_at",
      address: {
        from: "shipping_address",
        each: { line1: "street", postcode: "postal_code" },
      },
      lines: {
        from: "items",
        each: {
          item_id: "variant.sku",
          product_id: "product",
          name: "product_name",
          options: ({ variant: { size, color } }) => ({ size, color }),
          price: "unit_price",
        },
      },
      item_count: ({ items }) => items.reduce((sum: number, { quantity = 1 }) => sum + quantity, 0),
      payments: ({ payments }) => payments.flatMap(paymentsOf),
      tracking_ids: ({ tracking_number }) => oneIn(tracking_number),
      shipments: ({ tracking_number }) =>
        oneIn(tracking_number)?.map((id) => ({ tracking_ids: [id] })),
    },
    customer: { customer_id: "id" },
  },
});
