/**
 * The same calls to the mock shop and to a real Django with the same world: every answer has to be the same.
 * Needs the virtual environment that `bun run test:django` makes, and runs only there.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { serveDjango, serveTwoEndpointShop } from "../scripts/django.ts";
import { serveShop } from "../scripts/shop.ts";
import { CODE_LANES, type Host, LANES, lanes, MEMORY_LANES } from "./harness/lanes.ts";
import { expectPlainShopServed } from "./harness/two-endpoint-shop.ts";
import { openDjango, openMock } from "./harness/backends.ts";
import { hasChanges, loseAnswers } from "./harness/lost-answers.ts";
import { differenceBetween, needsClock, play } from "./harness/play.ts";
import type { Played } from "./harness/turn.ts";
import { allStories } from "./harness/stories.ts";

const mock = serveShop();
const [backend, mocks] = [await openDjango(), openMock()];
const django = await serveDjango(new URL("../mocks/world.json", import.meta.url).pathname);
afterAll(async () => {
  await django.stop();
  await mock.stop();
  await backend.stop();
});

test("both give back the world they were given", async () => {
  const played = await (await fetch(`${mock.url}/__world/`)).json();
  expect(await django.world()).toEqual(played);
  expect(played).toEqual(await Bun.file(new URL("../mocks/world.json", import.meta.url)).json());
});

const PICTURE_HEADERS = [
  "Content-Type",
  "Content-Security-Policy",
  "X-Content-Type-Options",
  "Cross-Origin-Resource-Policy",
  "Cache-Control",
];
test.each([
  ["GET", "/media/elsa-watering-can.svg", 200, PICTURE_HEADERS],
  ["HEAD", "/media/elsa-watering-can.svg", 200, PICTURE_HEADERS],
  ["POST", "/media/elsa-watering-can.svg", 405, ["Allow"]],
  ["GET", "/media/no-such.svg", 404, []],
  ["GET", "/media/README.md", 404, []],
  ["GET", "/media/", 404, []],
  ["GET", "/media/..%2Fworld.json", 404, []],
])("both answer %s %s with the same %i", async (method, path, status, headers) => {
  const answers = [mock, django].map(async ({ url }) => {
    const response = await fetch(url + path, { method });
    expect(response.status).toBe(status);
    const body = await (status === 404 ? response.json() : response.text());
    return { body, headers: headers.map((name) => response.headers.get(name)) };
  });
  const [played, real] = await Promise.all(answers);
  expect(played).toEqual(real);
});

test("both ship the same orders, and leave the same world", async () => {
  const clock = "2026-11-22T09:00:00Z";
  const file = new URL("../mocks/world.json", import.meta.url).pathname;
  const [played, real] = [
    serveShop({ now: () => new Date(clock) }),
    await serveDjango(file, { clock }),
  ];
  const refused: string[] = [];
  for (const { order_id } of played.shop.world().orders) {
    const ship = `${played.url}/__world/orders/${order_id}/ship/`;
    const { status } = await fetch(ship, { method: "POST" });
    if (status !== 200) refused.push(order_id);
  }
  const shipAll = `
from shop.changes import ship_order
from shop.models import Order
from shop_mcp.exceptions import RuleViolation
for order in Order.objects.order_by("position"):
    try:
        ship_order(order.pk)
    except RuleViolation:
        print(order.pk)`;
  expect((await real.manage("shell", "-v", "0", "-c", shipAll)).trim().split("\n")).toEqual(
    refused,
  );
  expect(refused.length).toBeWithin(1, played.shop.world().orders.length);
  expect(await real.world()).toEqual(played.shop.world());
  await Promise.all([played.stop(), real.stop()]);
});

test("a Django with nothing but the two given endpoints is served well", async () => {
  const plain = await serveTwoEndpointShop();
  await expectPlainShopServed(plain.url);
  await plain.stop();
});

const calls: [name: string, args: Record<string, unknown>][] = [
  ["search_products", { query: "linen" }],
  ["search_products", { query: "e", limit: 3, sort: "price" }],
  ["search_products", { query: "é", category: "LIGHT" }],
  [
    "search_products",
    { query: "a", min_price: 20, max_price: 40, in_stock: true, sort: "-price", limit: 50 },
  ],
  ["search_products", { query: "nothing like it" }],
  ["get_product", { product_id: "enamel-kettle" }],
  ["get_product", { product_id: "secret-drawer-box" }],
  ["get_product", { product_id: "no-such" }],
  ["get_shop_info", {}],
  ["get_order_status", { order_id: "1036" }],
  ["get_order_status", { order_id: "1003" }],
  ...["1004", "1017", "1021", "1049", "1054", "1055", "9999"].map((order_id): [string, object] => [
    "get_order",
    { order_id },
  ]),
  ["list_orders", {}],
  ["list_orders", { status: "pending", limit: 1 }],
  ["list_orders", { customer_id: "bram-de-wilde" }],
  ["list_orders", { customer_id: "me" }],
  ["find_customer", { last_name: "LINDQVIST" }],
  ["find_customer", { email: "mia.lindqvist@post.example" }],
  ["find_customer", { postcode: "9000" }],
  ["get_customer", {}],
  ["get_customer", { customer_id: "mia-lindqvist" }],
] as [string, Record<string, unknown>][];

describe.each(await allStories())("the story of %s", (_, story) => {
  let told: Played | undefined; // on every lane the mock tells the same: stories*.test.ts
  const onAllLanes = story.allLanesOnDjango && !needsClock(story);
  const played = onAllLanes ? [...LANES, ...CODE_LANES] : MEMORY_LANES;
  test.each(played)("%s", async (lane) => {
    told ??= await play(story, "memory-modern", mocks);
    const real = await play(story, lane, backend);
    expect(differenceBetween(told, real), "between mock and Django").toBeUndefined();
  });
  if (hasChanges(story))
    test.each(played)("%s, its answers lost", async (lane) => {
      told ??= await play(story, "memory-modern", mocks);
      const real = await play(loseAnswers(told), lane, backend);
      expect(differenceBetween(told, real), "between mock and Django").toBeUndefined();
    });
});

const everybody = ["demo-mia", "demo-staff", "demo-nobody", undefined];
describe.each(LANES)("%s", (lane) => {
  describe.each(lane.startsWith("memory") ? everybody : everybody.slice(0, 1))(
    "as %p",
    (django_api_token) => {
      let hosts: Host[] = [];
      beforeAll(async () => {
        const bases = [mock.url, django.url];
        const tools = "catalog,orders,customers";
        hosts = await Promise.all(
          bases.map((django_api_base) => lanes[lane]({ django_api_base, django_api_token, tools })),
        );
      });
      afterAll(async () => {
        await Promise.all(hosts.map((host) => host.close()));
      });

      test.each(calls)("%s %p", async (name, given) => {
        let cursors: (string | undefined)[] = [];
        for (let pages = 0; pages < 50; pages++) {
          const [played, real] = await Promise.all(
            hosts.map((host, n) =>
              host.callTool({ name, arguments: { ...given, cursor: cursors[n] } }),
            ),
          );
          // All but the instant at which each was asked, the shop's port, and cursors: their seal belongs to one shop.
          const varying =
            /((?:as_of|next_cursor)[\\"]+:[\\"]+)[^"\\]+|(http:\/\/127\.0\.0\.1:)\d+/g;
          const told = (result: typeof played) =>
            JSON.parse(JSON.stringify(result).replace(varying, "$1$2"));
          expect(told(played)).toEqual(told(real));
          cursors = [played, real].map((result) => {
            const page = result?.structuredContent as { next_cursor?: string } | undefined;
            return page?.next_cursor; // as the tools' output schemas say
          });
          if (!cursors[0]) return;
        }
        throw new Error("the list has no end");
      });
    },
  );
});
