/**
 * The shop of a DRF tutorial: bare lists, numbers for statuses, floats for money, `?search=`, no slash at the
 * end, lines behind hyperlinks, no Idempotency-Key. Its Django is `django/tutorial/`:
 *
 * ```sh
 * SHOP_URLCONF=project.tutorial_urls .venv/bin/python django/manage.py runserver
 * DJANGO_API_BASE=http://127.0.0.1:8000 DJANGO_API_TOKEN=… bun run server --shop dialects/tutorial.ts
 * ```
 *
 * @module
 */
import { defineShop } from "../shop/mapping/define-shop.ts";

export default defineShop({
  currency: "EUR",
  idempotency: false,
  paths: {
    searchProducts: "/products",
    product: "/products/{product_id}",
    orderStatus: "/orders/{order_id}", // of which the status is read
    order: "/orders/{order_id}",
    orders: "/orders",
    cancelOrder: "POST /orders/{order_id}/cancel",
    changeOrderAddress: "PATCH /orders/{order_id}",
  },
  only: true, // no profiles, no returns, no support
  query: {
    // all others are sent as they are called, which no view here minds
    q: "search",
    customer: (id) => (id === "me" ? { mine: "1" } : { customer: id }),
  },
  statuses: {
    1: "pending",
    2: "processing",
    3: "shipped",
    4: "delivered",
    5: "cancelled",
    6: "return_requested",
    7: "exchange_requested",
  },
  fields: {
    product: {
      name: "title",
      url: null, // which is the API's own, and no page for people
      available: "in_stock",
      items: { from: "variants", each: { item_id: "sku", available: (item) => item.stock > 0 } },
    },
    order: {
      placed_at: "created",
      updated_at: "modified",
      address: {
        from: "ship_to",
        each: { line1: "street", line2: "extra", city: "town", state: "region", postcode: "zip" },
      },
      lines: {
        from: "lines",
        load: true,
        each: {
          item_id: "sku",
          product_id: (line) => line.product.split("/").pop(),
          name: "title",
          options: "details",
          price: "unit_price",
        },
      },
    },
  },
  bodies: {
    cancelOrder: ({ reason }) => ({ why: reason }),
    changeOrderAddress({ address: { line1, line2, city, state, postcode, country } }) {
      const ship_to = { street: line1, extra: line2, town: city, region: state };
      return { ship_to: { ...ship_to, zip: postcode, country } };
    },
  },
});
