/**
 * The shop that every contender asks: the two endpoints with constant answers, so that the shop costs the same for
 * all, and a page of orders. A search gives ten products in about 3 KB, whose names have the words that were searched for.
 *
 * ```sh
 * bun scripts/bench/fake-django.ts 8000
 * ```
 *
 * @module
 */
const MARK = "\u0000";
const products = Array.from({ length: 10 }, (_, n) => ({
  product_id: `linen-apron-${n + 1}`,
  name: `${MARK} Linen Apron No. ${n + 1}, stonewashed, with two pockets`,
  category: "Kitchen linen",
  price: { amount: `${19 + n}.50`, currency: "EUR" },
  available: n % 3 !== 0,
  url: `https://shop.example/products/linen-apron-${n + 1}/`,
  image: `https://cdn.shop.example/media/products/linen-apron-${n + 1}.jpg`,
}));
const page = { count: 10, next: null, previous: null, results: products };
const parts = JSON.stringify(page).split(JSON.stringify(MARK).slice(1, -1));
const headers = { "Content-Type": "application/json", Vary: "Accept", Allow: "GET, HEAD, OPTIONS" };

const order = (id: string) =>
  `{"order_id":"${id}","status":"shipped","placed_at":"2026-11-18T09:12:00Z","updated_at":"2026-11-20T16:40:00Z","estimated_delivery":"2026-11-23","tracking_ids":["CD284208793BE"]}`;

let requests = 0;
/** A page of orders of a shop that has so many: ORDERS=10000. */
const orders = Number(process.env["ORDERS"] ?? 60);
const ordersPage = (base: string) =>
  JSON.stringify({
    count: orders,
    next: `${base}/api/orders/?cursor=cD0xMA%3D%3D&limit=10`,
    previous: null,
    results: Array.from({ length: 10 }, (_, n) => ({
      order_id: `${orders - n}`,
      status: "shipped",
      placed_at: `2026-11-${20 - n}T09:12:00Z`,
      total: { amount: `${60 + n}.00`, currency: "EUR" },
      item_count: 1 + n,
    })),
  });

export const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2] ?? 0),
  development: false,
  fetch({ url }) {
    if (url.endsWith("/requests")) return new Response(String(requests));
    requests++;
    const words = /[?&]q=([^&]*)/.exec(url)?.[1];
    if (words !== undefined) return new Response(parts.join(words), { headers });
    if (url.includes("/api/orders/?")) return new Response(orderList, { headers });
    const id = /\/api\/orders\/([^/]+)\/status\/$/.exec(url)?.[1];
    return id ? new Response(order(id), { headers }) : new Response("{}", { status: 404, headers });
  },
});
const orderList = ordersPage(server.url.origin);
console.log(`${server.url}`);
