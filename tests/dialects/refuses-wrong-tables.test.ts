/** A wrong table is refused by the compiler, and at run time with the place and what may stand there. */
import { expect, test } from "bun:test";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import type { Tables } from "../../shop/mapping/tables.ts";

// Tables from JSON or JavaScript, which no compiler has checked.
const wrong: [unknown, message: string][] = [
  [undefined, "defineShop is not a table"],
  [Promise.resolve({}), "defineShop is not a table"],
  [{ feilds: {} }, "defineShop.feilds is no entry: there are currency, idempotency, paths"],
  [{ currency: "euro" }, "currency is not a code such as EUR"],
  [{ idempotency: "no" }, "idempotency is not true or false"],
  [{ page: 1 }, "page is not a name of the shop's, or a function"],
  [
    { paths: { cancelOrders: null } },
    "paths.cancelOrders is no endpoint of the contract: there are searchProducts",
  ],
  [{ paths: { shop: 5 } }, 'paths.shop is not "/path", "METHOD /path", a function or null'],
  [{ paths: { shop: "about" } }, 'paths.shop is not "/path"'],
  [{ paths: { shop: "//elsewhere/about" } }, 'paths.shop is not "/path"'],
  [{ paths: { shop: "POST /about" } }, "paths.shop is not read by GET"],
  [
    { paths: { cancelOrder: "GET /orders/{order_id}" } },
    "paths.cancelOrder is not changed by POST",
  ],
  [{ paths: { order: "/orders/{id}" } }, "paths.order has {id}: there is {order_id}"],
  [{ paths: { order: "/orders" } }, "paths.order has no {order_id}"],
  [{ query: { search: "q" } }, "query.search is no parameter of the contract: there are q, limit"],
  [{ query: { q: 5 } }, "query.q is not a name, a function or null"],
  [{ statuses: { 1: "sent" } }, "statuses.1 is not one of pending, processing"],
  [{ statuses: ["pending"] }, "statuses is not a table"],
  [
    { fields: { products: {} } },
    "fields.products is no thing of the contract: there are product, order",
  ],
  [
    { fields: { product: { titel: "t" } } },
    "fields.product.titel is no field of the contract: there are product_id, name",
  ],
  [
    { fields: { product: { name: 5 } } },
    "fields.product.name is not a name of the shop's, a function, null or",
  ],
  [{ fields: { product: { name: "" } } }, "fields.product.name is not a name of the shop's"],
  [
    { fields: { product: { name: { each: "x" } } } },
    "fields.product.name is not a name of the shop's",
  ],
  [
    { fields: { product: { items: { from: "x", load: 1 } } } },
    'fields.product.items.load is not true, false or "rows"',
  ],
  [
    { fields: { product: { items: { from: "x", to: 1 } } } },
    "fields.product.items.to is no part: there are from, load, repeat, each",
  ],
  [
    { fields: { product: { items: { from: "x", each: { sku: "y" } } } } },
    "fields.product.items.each.sku is no field of the contract: there are item_id, options, price, available, currency",
  ],
  [
    { fields: { product: { name: { from: "x", each: { en: "y" } } } } },
    "fields.product.name.each.en is no field",
  ],
  [
    { fields: { order: { address: { from: "a", each: { zip: "z" } } } } },
    "fields.order.address.each.zip is no field",
  ],
  [
    { fields: { product: { items: { from: "x", repeat: 2 } } } },
    "fields.product.items.repeat is not a name of the shop's",
  ],
  [
    { bodies: { order: () => 1 } },
    "bodies.order is no change of the contract: there are cancelOrder",
  ],
  [
    { statuses: { new: "pending", paid: "pending" } },
    "query.status has to be a function, such as (_, { own }) => ({ status__in: own.join() }), or null: new, paid are all pending",
  ],
  [
    { statuses: { new: "pending", paid: "pending" }, query: { status: "state" } },
    "query.status has to be a function",
  ],
  [
    { fields: { order: { order_id: "number", customer_id: "number" } } },
    'fields.order.customer_id is "number", which is the order_id',
  ],
  [
    { fields: { order: { customer_id: "id" } } },
    'fields.order.customer_id is "id", which is the order_id',
  ],
  [{ fields: { order: { total: "id" } } }, 'fields.order.total is "id", which is an id'],
  [{ fields: { product: { price: "price_id" } } }, 'fields.product.price is "price_id", which'],
  [
    { fields: { product: { product_id: "ref", price: { from: "ref" } } } },
    'fields.product.price is "ref", which is an id',
  ],
  [
    { fields: { order: { payments: { from: "/orders/{order_id}/payments/" } } } },
    "fields.order.payments.from is not a name: a path needs load: true",
  ],
  [
    { fields: { order: { order_number: "order_date" } } },
    'fields.order.order_number is "order_date", which is no id',
  ],
  [
    { fields: { order: { lines: { from: "l", each: { product_id: "product_name" } } } } },
    'fields.order.lines.each.product_id is "product_name", which is no id',
  ],
  [{ lookup: { number: "n" } }, "lookup.number is no look-up: there are order_number"],
  [{ lookup: { order_number: 5 } }, "lookup.order_number is not a parameter's name, a function"],
  [
    { lookup: { order_number: true }, paths: { orders: null } },
    "lookup.order_number is not possible without a list of orders",
  ],
  [
    { lookup: { order_number: true }, only: true, paths: { order: "/o/{order_id}" } },
    "lookup.order_number is not possible without a list of orders",
  ],
  [{ bodies: { cancelOrder: {} } }, "bodies.cancelOrder is not a function"],
];
test.each(wrong.map(([tables, message]) => [message, tables]))(
  "defineShop reports: %s",
  (message, tables) => {
    expect(() => defineShop(tables as Tables)).toThrow(String(message)); // not Tables: that is what is tested
  },
);

test("a call of defineShop with a name that does not exist does not compile", () => {
  const uncompiled = () => [
    // @ts-expect-error no such endpoint
    defineShop({ paths: { cancelOrders: null } }),
    // @ts-expect-error no such field
    defineShop({ fields: { product: { titel: "title" } } }),
    // @ts-expect-error no such field of an item
    defineShop({ fields: { product: { items: { from: "a", each: { sku: "b" } } } } }),
    // @ts-expect-error no such status
    defineShop({ statuses: { 1: "sent" } }),
    // @ts-expect-error no such part of a body
    defineShop({ bodies: { cancelOrder: (body) => body.why } }),
  ];
  expect(uncompiled).toBeFunction();
});
