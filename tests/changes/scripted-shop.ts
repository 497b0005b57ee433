/**
 * A small mock shop behind a fault proxy, and servers that use it. A test schedules faults for requests, changes
 * the shop from outside, moves the clock, and reads which requests reached the shop.
 */
import { afterAll, afterEach, beforeAll, expect, spyOn } from "bun:test";
import * as z from "zod";
import { readWorld, seed, type World } from "../../mocks/world.ts";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, settingsSchema, type Shop } from "../../server.ts";
import type { Dialect } from "../../shop/contract.ts";
import { useFakeClock } from "../harness/clock.ts";
import { isWrite, openFaultProxy } from "../harness/fault-proxy.ts";
import type { SettingsInput } from "../harness/lanes.ts";
import type { Fault } from "../harness/story.ts";

/** The address in the settings of every server, wherever its proxy listens. */
export const ADDRESS = "https://shop.test";
const NOW = Date.parse("2026-11-22T09:00:00Z");
export const MIA = { django_api_token: "demo-mia" };
export const STAFF = { django_api_token: "demo-staff" };
/** Servers with this setting accept each other's confirmations. */
export const SHARED_KEY = { confirmation_key: "a secret of thirty-two characters" };

/** The two fountain pens that orders swap: Mia has bought the fine one. */
export const finePen = { item_id: "sparrow-black-fine", options: { body: "black", nib: "fine" } };
export const stubPen = {
  item_id: "sparrow-tortoiseshell-stub",
  options: { body: "tortoiseshell", nib: "stub" },
};
export const payment = (amount: string, payment_method_id = "mia-visa") => {
  return { kind: "payment" as const, amount, payment_method_id };
};

/** Mia's orders 1004 (delivered) and 1054 (pending) of the seed world, and variants of 1054. */
function smallWorld(): World {
  const ids = ["1004", "1054"];
  const orders = seed.orders.filter(({ order_id }) => ids.includes(order_id));
  const pending = orders.slice(1);
  const variant = (order_id: string, changes: Partial<World["orders"][number]>) =>
    pending.map((order) => ({ ...order, order_id, ...changes }));
  const withStubPen = pending[0]?.items.map((item, nth) =>
    nth ? item : { ...item, ...stubPen, price: "54.00" },
  );
  const refund = { ...payment("56.90"), kind: "refund" as const };
  const twice = [payment("56.90"), payment("56.90", "mia-paypal")];
  const bought = new Set(orders.flatMap(({ items }) => items.map(({ product_id }) => product_id)));
  const known = ["demo-mia", "demo-nell", "demo-staff"];
  return {
    ...seed,
    products: seed.products.filter(({ product_id }) => bought.has(product_id)),
    customers: seed.customers.filter(({ token }) => known.includes(token)),
    orders: [
      ...orders,
      ...variant("shipped", { status: "shipped" }),
      ...variant("modified", { items_modified: true }),
      ...variant("nells", { customer_id: "nell-okafor" }),
      ...variant("stub-pen", { items: withStubPen, payments: [payment("68.90")] }),
      ...variant("two-methods", { payments: [payment("40.00", "mia-gift"), payment("16.90")] }),
      ...variant("one-refunded", { payments: [...twice, refund] }),
    ],
    support_requests: [],
  };
}
export const WORLD = smallWorld();
/** The world as the shop returns it while nothing has changed. */
export const UNTOUCHED = readWorld(WORLD);

type MockShop = ReturnType<typeof serveShop>["shop"];
function clerkOf(mock: MockShop) {
  const clerk = mock.customerForToken(STAFF.django_api_token);
  if (!clerk) throw new Error(`no customer has the token ${STAFF.django_api_token}`);
  return clerk;
}

export type Send = (url: string, init: RequestInit) => Promise<Response>;
/** Whether a request of the server's may change something. */
export const isChange = (...[url, { method }]: Parameters<Send>) =>
  isWrite({ line: `${method} ${new URL(url).pathname}` });
/** Sends requests on, and changes what the shop answers to previews. */
export const alteringPreviews =
  (alter: (order: Record<string, unknown>) => unknown): Send =>
  async (url, init) => {
    const response = await fetch(url, init);
    if (!url.endsWith("/previews/") || !response.ok) return response;
    return Response.json(alter(z.record(z.string(), z.unknown()).parse(await response.json())));
  };
interface ShopOptions {
  /** @default WORLD */
  world?: World;
  /** A fake clock for the requests of every server. @default real time */
  clock?: ReturnType<typeof useFakeClock>;
}

/** Opens a shop of its own for one test: `using shop = await openScriptedShop()`. */
export async function openScriptedShop({ world = WORLD, clock }: ShopOptions = {}) {
  let time = NOW;
  const { shop: mock, url, stop } = serveShop({ world, now: () => new Date(time) });
  const proxy = await openFaultProxy(url, (tag, isWaiting) => clock?.waits(tag, isWaiting));
  const writes = () => proxy.noted.filter(isWrite);
  const clerk = clerkOf(mock);
  return {
    /** Its address, with the proxy before it. */
    url: proxy.url,
    /** Fails the next requests of a kind, one fault each. */
    schedule: proxy.schedule,
    /** The faults that no request has met. */
    unmet: proxy.unmet,
    /** Waits until the shop has answered every request, even those whose client is gone. */
    settled: proxy.settled,
    /** Every request that reached the proxy. */
    requests: proxy.noted,
    /** Those of them that may change something. */
    writes,
    /** The Idempotency-Key of each write. */
    keys: () => writes().map(({ headers }) => headers["idempotency-key"] ?? ""),
    world: mock.world,
    order1054: () => mock.order(clerk, "1054"),
    /** Changes the shop as its staff, past the proxy. */
    asStaff: (act: (mock: MockShop, me: typeof clerk) => unknown) => void act(mock, clerk),
    /** Opens a server for this shop, with Mia's token unless the settings have another. */
    openServer(
      settings: Partial<SettingsInput> = {},
      send: Send = clock?.send ?? fetch,
      dialect?: Dialect,
    ): Shop {
      const parsed = settingsSchema.parse({ django_api_base: ADDRESS, ...MIA, ...settings });
      const viaProxy: Send = (address, init) =>
        send(address.replace(/^https:..[^/]+/, proxy.url), init);
      return openShop(parsed, { fetch: viaProxy, now: () => new Date(time), dialect });
    },
    /** Moves the clock of the shop and of its servers. */
    advance: (seconds: number) => void (time += seconds * 1000),
    /** No write was sent, and the world is as it was. */
    expectUntouched() {
      expect(writes()).toEqual([]);
      expect(mock.world()).toEqual(UNTOUCHED);
    },
    [Symbol.dispose]() {
      proxy.stop();
      stop();
    },
  };
}
export type ScriptedShop = Awaited<ReturnType<typeof openScriptedShop>>;

/** Opens one shop for all tests of a `describe`, and checks after each that it sent no write. */
export function shareScriptedShop(): () => ScriptedShop {
  const opened: ScriptedShop[] = [];
  const shop = () => {
    const [only] = opened;
    if (!only) throw new Error("the shop is opened by beforeAll: use it within tests and hooks");
    return only;
  };
  beforeAll(async () => void opened.push(await openScriptedShop()));
  afterEach(() => expect(shop().writes()).toEqual([]));
  afterAll(() => {
    shop().expectUntouched();
    shop()[Symbol.dispose]();
  });
  return shop;
}

export const repeat = (times: number, fault: Fault) => Array<Fault>(times).fill(fault);

/** Makes the servers of this test file retry without jitter, as soon as they may. */
export function withoutJitter() {
  const noJitter = spyOn(Math, "random").mockReturnValue(0);
  afterAll(() => noJitter.mockRestore());
}
