/** The mock shop reports orders and products that change, signed so that the server takes it. @module */
import { afterAll, expect, test } from "bun:test";
import { openHooks } from "../../http/guards/hooks.ts";
import { serveShop } from "../../scripts/shop.ts";
import { openWebhook } from "../../scripts/webhook.ts";
import { CANCEL_BODY, smallWorld } from "./setup.ts";

const SECRET = "a webhook secret of forty characters, no less";
const stops: (() => unknown)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

/** What takes events as the server does. It gives the first requests these answers in place of its own. */
function receive(...first: Response[]) {
  const told: unknown[] = [];
  let hear: ((event: unknown) => void) | undefined;
  const hooks = openHooks({
    secret: SECRET,
    now: Date.now,
    async take(event) {
      told.push(event);
      hear?.(event);
      return "told";
    },
  });
  const asked: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      asked.push(await request.clone().text());
      return first.shift() ?? hooks(request);
    },
  });
  stops.push(() => server.stop(true));
  const next = () => new Promise<unknown>((resolve) => (hear = resolve));
  return { url: new URL("/hooks/shop", server.url).href, told, asked, next };
}
function serve(url: string) {
  const { stop, ...shop } = serveShop({ world: smallWorld, webhook: { url, secret: SECRET } });
  stops.push(stop);
  return shop;
}
const cancel = (url: string, id: string, key: string) =>
  fetch(`${url}/api/orders/${id}/cancel/`, {
    method: "POST",
    headers: {
      Authorization: "Token ann",
      "Idempotency-Key": key,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(CANCEL_BODY),
  });

test("an order that its customer changes, once", async () => {
  const { url, told, next } = receive();
  const shop = serve(url);
  const heard = next();
  expect((await cancel(shop.url, "new", "k")).status).toBe(200);
  expect(await heard).toEqual({
    id: expect.any(String),
    type: "order.changed",
    order_id: "new",
  });
  expect((await cancel(shop.url, "new", "k")).status).toBe(200); // the recorded answer
  expect((await cancel(shop.url, "delivered", "other")).status).toBe(409);
  const after = next();
  await fetch(`${shop.url}/__world/orders/bens/ship/`, { method: "POST" });
  expect(await after).toMatchObject({ type: "order.changed", order_id: "bens" });
  expect(told).toHaveLength(2);
});
test("a product that is sold out", async () => {
  const { url, next } = receive();
  const shop = serve(url);
  const heard = next();
  shop.shop.stockProduct("mug", false);
  expect(await heard).toMatchObject({ type: "product.changed", product_id: "mug" });
});
test("a server whose address was not known before", async () => {
  const shop = serve("http://127.0.0.1:9/hooks/shop");
  const { url, next } = receive();
  shop.reportTo({ url, secret: SECRET });
  const heard = next();
  shop.shop.shipOrder("new");
  expect(await heard).toMatchObject({ order_id: "new" });
});
test("the program's own, by a flag and the environment", async () => {
  const { url, next } = receive();
  const program = new URL("../../scripts/shop.ts", import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, program, "--port", "0", "--webhook", url], {
    env: { ...process.env, SHOP_MCP_WEBHOOK_SECRET: SECRET },
    stderr: "pipe",
  });
  stops.push(() => child.kill());
  let printed = "";
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream()))
    if (/ at http\S+\n/.test((printed += chunk))) break;
  const [, address] = / at (http\S+)\n/.exec(printed) ?? [];
  const heard = next();
  await fetch(`${address}/__world/orders/1054/ship/`, { method: "POST" });
  expect(await heard).toMatchObject({ type: "order.changed", order_id: "1054" });
});

const CHANGE = { type: "order.changed", order_id: "1" } as const;
function send(url: string, secret = SECRET) {
  const [said, pauses]: [string[], number[]] = [[], []];
  const pause = async (ms: number) => pauses.push(ms);
  const report = (sentence: string) => said.push(sentence);
  return { sent: openWebhook({ url, secret }, { pause, report })(CHANGE), said, pauses };
}
test("what is not taken is sent again under the same id, after as long as the server asks", async () => {
  const busy = new Response(null, { status: 503, headers: { "Retry-After": "5" } });
  const { url, told, asked } = receive(busy, new Response(null, { status: 401 }));
  const { sent, said, pauses } = send(url);
  await sent;
  expect(told).toHaveLength(1);
  expect(new Set(asked).size).toBe(1);
  expect(pauses).toEqual([5000, 2000]);
  expect(said).toEqual([`${url} answered 503 to {"type":"order.changed","order_id":"1"}.`]);
});
test("what is refused for ever is not sent again", async () => {
  const { url, asked } = receive(new Response(null, { status: 400 }));
  const { sent, said } = send(url);
  await sent;
  expect([asked.length, said.length]).toEqual([1, 1]);
});
test("what nobody takes is given up, and the operator hears of it", async () => {
  const { url, told, asked } = receive();
  const { sent, said, pauses } = send(url, "another secret, also of forty characters.");
  await sent;
  expect([told.length, asked.length]).toEqual([0, 8]);
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64].map((seconds) => seconds * 1000));
  expect(said).toEqual([
    `${url} answered 401 to {"type":"order.changed","order_id":"1"}.`,
    '{"type":"order.changed","order_id":"1"} is given up after 8 attempts.',
  ]);
});
