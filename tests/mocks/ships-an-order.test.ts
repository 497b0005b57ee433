/** `POST /__world/…` does what the shop's staff do, by the rules that Django's `manage.py ship_order` has. @module */
import { afterAll, expect, test } from "bun:test";
import { readWorld } from "../../mocks/world.ts";
import { serveShop } from "../../scripts/shop.ts";
import { BLUE_MUG, BOUGHT, NOW, PEN, smallWorld } from "./setup.ts";

const stops: (() => unknown)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));
function serve(...orders: object[]) {
  const world = orders.length ? readWorld({ ...smallWorld, orders }) : smallWorld;
  const { url, shop, stop } = serveShop({ world, now: () => new Date(NOW) });
  stops.push(stop);
  async function post(path: string, body = "") {
    const response = await fetch(`${url}/__world/${path}/`, { method: "POST", body });
    return { status: response.status, body: (await response.json()) as object };
  }
  return { post, shop };
}

test("all pieces of an order are shipped, and its timeline says so", async () => {
  const timeline = [{ at: BOUGHT.placed_at, status: "pending" }];
  const items = [{ ...BLUE_MUG, quantity: 2 }, PEN];
  const { post, shop } = serve({ order_id: "1", ...BOUGHT, items, timeline });
  const answer = await post("orders/1/ship");
  const shipments = [{ tracking_ids: ["SHIP-1"], item_ids: ["blue", "blue", "pen"] }];
  expect(answer).toMatchObject({ status: 200, body: { status: "shipped", shipments } });
  const shipped = { at: NOW, status: "shipped", note: "Handed to the carrier." };
  expect(shop.world().orders).toMatchObject([
    { status: "shipped", updated_at: NOW, shipments, timeline: [...timeline, shipped] },
  ]);
});
test("what is shipped already is not shipped again", async () => {
  const before = { tracking_ids: ["A"], item_ids: ["pen", "gone"] };
  const order = { order_id: "1", ...BOUGHT, status: "processing", items: [PEN, BLUE_MUG, PEN] };
  const { post, shop } = serve({ ...order, shipments: [before] });
  await post("orders/1/ship", '{"tracking_ids": ["B", "C"]}');
  const now = { tracking_ids: ["B", "C"], item_ids: ["blue", "pen"] };
  expect(shop.world().orders[0]?.shipments).toEqual([before, now]);
});
test.each(["shipped", "delivered", "cancelled", "return_requested", "exchange_requested"])(
  "an order that is %s is not shipped",
  async (status) => {
    const { post, shop } = serve({ order_id: "1", ...BOUGHT, status });
    const before = shop.world();
    const detail = `Only a pending or processing order can be shipped; this one is ${status.replace("_", " ")}.`;
    expect(await post("orders/1/ship")).toEqual({
      status: 409,
      body: { detail, code: "not_open" },
    });
    expect(shop.world()).toEqual(before);
  },
);
test("a product is sold out, and back in stock", async () => {
  const { post, shop } = serve();
  for (const available of [false, true]) {
    const answer = await post("products/mug/stock", JSON.stringify({ available }));
    expect(answer).toMatchObject({ status: 200, body: { product_id: "mug", available } });
    expect(shop.product("mug")?.items.map((item) => item.available)).toEqual(
      Array(5).fill(available),
    );
  }
});
test.each([
  ["orders/9/ship", "", 404],
  ["products/9/stock", '{"available": true}', 404],
  ["orders/new/ship", '{"tracking_ids": []}', 400],
  ["orders/new/ship", '{"tracking_ids": "A"}', 400],
  ["orders/new/ship", "[", 400],
  ["products/mug/stock", "", 400],
])("%s with %j changes nothing", async (path, body, status) => {
  const { post, shop } = serve();
  const answer = await post(path, body);
  expect(answer).toEqual({ status, body: { detail: expect.any(String) } });
  expect(shop.world()).toEqual(smallWorld);
});
