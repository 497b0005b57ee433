/** The JWT shop by user and password. Its access tokens last five minutes, and nobody notices. */
import { afterAll, expect, test } from "bun:test";
import * as z from "zod";
import { dump, open, shop } from "./kept.ts";

const TEN_MINUTES = "600";
const later = await shop.serve({ SHOP_CLOCK_AHEAD: TEN_MINUTES });
afterAll(later.stop);
const { orders, users } = await dump();
const [order] = orders.filter(({ owner }) => owner === "mia");
const READ = { order_id: order?.number };

/** Logs Mia in, at a shop whose clock a test sets forward. */
async function logIn(password = "linen-shirt-4", user = "mia") {
  let isLater = false;
  const login = { django_login: "/api/token/", django_user: user, django_password: password };
  const host = await open(undefined, {
    ...login,
    django_api_auth: undefined, // as the token says
    send: (address, init) =>
      fetch(isLater ? String(address).replace(shop.url, later.url) : address, init),
  });
  const posts = () => host.requests.filter((line) => line.startsWith("POST"));
  return { ...host, posts, wait: () => void (isLater = true) };
}

test("logs in once for all calls", async () => {
  const mia = await logIn();
  const [me, told, { orders: own }] = await Promise.all([
    mia.call("get_customer"),
    mia.call("get_order", READ),
    mia.call("list_orders"),
  ]);
  expect(me.customer_id).toBe(users["mia"]);
  expect(told.order_id).toBe(order?.id);
  expect(own.length).toBe(10);
  expect(mia.posts()).toEqual(["POST /api/token/"]);
});

test("renews a token that has expired, once for all calls, and nobody notices", async () => {
  const mia = await logIn();
  await mia.call("get_order_status", READ);
  mia.wait();
  const all = await Promise.all(
    Array.from({ length: 12 }, () => mia.call("get_order_status", READ)),
  );
  expect(all.map(({ order_id }) => order_id)).toEqual(all.map(() => order?.id));
  expect(mia.posts()).toEqual(["POST /api/token/", "POST /api/token/refresh/"]);
});

test("an expired token is really refused by this shop", async () => {
  const token = await fetch(`${shop.url}/api/token/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "mia", password: "linen-shirt-4" }),
  });
  const { access } = z.object({ access: z.string() }).parse(await token.json());
  const headers = { authorization: `Bearer ${access}` };
  expect((await fetch(`${shop.url}/api/orders/`, { headers })).status).toBe(200);
  expect((await fetch(`${later.url}/api/orders/`, { headers })).status).toBe(401);
  expect((await fetch(`${later.url}/api/products/`, { headers })).status).toBe(401); // and public
});

test("reads the public catalogue all the same where the password is wrong", async () => {
  const mia = await logIn("linen-shirt-5");
  const { products } = await mia.call("search_products", { query: "linen" });
  expect(products).toHaveLength(6);
  const told = await mia.failure("get_order", READ);
  expect(told).not.toContain("linen-shirt-5");
  expect(told).toMatch(/log ?in|user|password/i);
});

test("does not go on renewing for somebody who has left", async () => {
  const nina = await logIn("tea-towel-9", "nina");
  expect(await nina.call("list_orders")).toEqual({ orders: [] });
  for (const how of ["is_active", "deleted"]) {
    expect(await shop.run("leave.py", "nina", how)).toBe(1);
    nina.wait();
    const told = await Promise.all(Array.from({ length: 6 }, () => nina.failure("list_orders")));
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toMatch(/DJANGO_USER/);
    expect(nina.posts()).toEqual([
      "POST /api/token/",
      "POST /api/token/refresh/",
      "POST /api/token/",
    ]);
  }
  const { products } = await nina.call("search_products", { query: "linen" });
  expect(products).toHaveLength(6); // which is public
});
