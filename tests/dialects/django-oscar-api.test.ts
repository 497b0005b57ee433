/** The whole dialect of a shop on django-oscar-api, as an example of how much its tables hold. */
import { expect, test } from "bun:test";
import { endpoints } from "../../shop/contract.ts";
import { defineShop } from "../../shop/mapping/define-shop.ts";
import { openMappedShop, SHOP } from "./mapped-answers.ts";

test("a dialect of django-oscar-api reads prices, availability, lines and countries behind hyperlinks", async () => {
  const gross = { amount: "incl_tax", currency: "currency" } as const;
  const product = { from: "product", load: true } as const;
  const oscar = defineShop({
    idempotency: false,
    only: true,
    paths: {
      searchProducts: "/api/products/",
      product: "/api/products/{product_id}/",
      orders: "/api/orders/",
      order: "/api/orders/{order_id}/",
      orderStatus: "/api/orders/{order_id}/",
    },
    query: { q: "search", limit: (n) => ({ page_size: `${Math.min(+n, 20)}` }) },
    statuses: { new: "pending", "Being processed": "processing", Complete: "delivered" },
    fields: {
      product: {
        name: "title",
        url: null,
        category: "categories.0",
        images: { from: "images", each: "original" },
        price: { from: (row) => `/api/products/${row.id}/price/`, load: "rows", each: gross },
        available: { from: "availability", load: true, each: "is_available_to_buy" },
        items: {
          from: (row) => (row.children?.length ? row.children : [row]),
          each: {
            item_id: "id",
            options: (item) =>
              Object.fromEntries(
                item.attributes.map((one: { name: string; value: string }) => [
                  one.name,
                  one.value,
                ]),
              ),
            price: { from: "price", load: true, each: gross },
            available: { from: "availability", load: true, each: "is_available_to_buy" },
          },
        },
      },
      order: {
        order_id: (order) => /(\d+)\/$/.exec(order.url)?.[1],
        placed_at: "date_placed",
        total: "total_incl_tax",
        address: {
          from: "shipping_address",
          each: { city: "line4", country: { from: "country", load: true, each: "printable_name" } },
        },
        lines: {
          from: "lines",
          load: true,
          repeat: "quantity",
          each: {
            item_id: { ...product, each: "id" },
            product_id: { ...product, each: "id" },
            name: { ...product, each: "title" },
            price: (line) => line.price_incl_tax / line.quantity,
            currency: "price_currency",
          },
        },
      },
    },
  });
  const api = `${SHOP}/api`;
  const [mug, red] = [`${api}/products/1`, `${api}/products/2`];
  const child = {
    url: `${red}/`,
    id: 2,
    upc: "M-R",
    title: "Mug, red",
    attributes: [{ name: "Colour", value: "red", code: "colour" }],
    price: `${red}/price/`,
    availability: `${red}/availability/`,
  };
  const documents = {
    "/api/products/?search=mug&page_size=20": [{ url: `${mug}/`, id: 1, upc: "M", title: "Mug" }],
    "/api/products/1/": {
      ...child,
      url: `${mug}/`,
      id: 1,
      title: "Mug",
      description: "<p>Holds tea.</p>",
      categories: ["Kitchen > Mugs"],
      images: [{ original: `${SHOP}/media/mug.jpg` }],
      price: `${mug}/price/`,
      availability: `${mug}/availability/`,
      children: [child],
    },
    "/api/products/1/price/": { currency: "EUR", excl_tax: "8.00", incl_tax: "9.68" },
    "/api/products/1/availability/": { is_available_to_buy: false, message: "" },
    "/api/products/2/": child,
    "/api/products/2/price/": { currency: "EUR", excl_tax: "8.00", incl_tax: "9.68" },
    "/api/products/2/availability/": { is_available_to_buy: true, num_available: 3, message: "" },
    "/api/orders/12/": {
      number: "100012",
      url: `${api}/orders/12/`,
      lines: `${api}/orders/12/lines/`,
      currency: "EUR",
      total_incl_tax: "19.36",
      shipping_address: {
        line1: "Korenmarkt 1",
        line4: "Gent",
        postcode: "9000",
        country: `${api}/countries/BE/`,
      },
      status: "Being processed",
      date_placed: "2026-11-20T10:00:00Z",
    },
    "/api/orders/12/lines/": [
      { product: `${red}/`, quantity: 2, price_currency: "EUR", price_incl_tax: "19.36" },
    ],
    "/api/countries/BE/": { printable_name: "Belgium" },
  };
  const shop = openMappedShop(oscar, documents);
  const [price, EUR] = [{ amount: "9.68", currency: "EUR" }, "EUR"];
  const query = { q: "mug", limit: 50 };
  expect(await shop.request(endpoints.searchProducts, { query })).toMatchObject({
    results: [{ product_id: "1", name: "Mug", price }],
  });
  expect(await shop.request(endpoints.product, { ids: { product_id: "1" } })).toMatchObject({
    name: "Mug",
    description: "Holds tea.",
    category: "Kitchen > Mugs",
    available: false,
    price,
    images: [`${SHOP}/media/mug.jpg`],
    items: [{ item_id: "2", options: { Colour: "red" }, price, available: true }],
  });
  const line = { item_id: "2", product_id: "2", name: "Mug, red", price };
  expect(await shop.request(endpoints.order, { ids: { order_id: "12" } })).toMatchObject({
    order_id: "12",
    status: "processing",
    total: { amount: "19.36", currency: EUR },
    address: { line1: "Korenmarkt 1", city: "Gent", postcode: "9000", country: "Belgium" },
    lines: [line, line],
  });
  expect(shop.asked.slice(-4).toSorted()).toEqual(
    ["12/", "12/lines/"]
      .map((at) => `GET /api/orders/${at}`)
      .concat("GET /api/countries/BE/", "GET /api/products/2/")
      .toSorted(),
  );
  expect([...shop.offered.keys()]).toEqual([
    "search_products",
    "get_product",
    "get_order_status",
    "get_order",
    "list_orders",
  ]);
});
