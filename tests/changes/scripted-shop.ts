/** A shop, a tap before it, and servers for it. */
import { afterAll, afterEach, beforeAll, expect, spyOn } from "bun:test";
import { readWorld, seed, type World } from "../../mocks/world.ts";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, settingsSchema, type Shop } from "../../server.ts";
import { holdClock } from "../harness/clock.ts";
import { isWrite, openTap } from "../harness/fault-proxy.ts";
import type { Given } from "../harness/lanes.ts";
import type { Fault } from "../harness/story.ts";

/** Retries without jitter, for all tests of a file. */
export function withoutJitter() {
  const noJitter = spyOn(Math, "random").mockReturnValue(0);
  afterAll(() => noJitter.mockRestore());
}

export const ADDRESS = "https://shop.test"; // of every scene, wherever its tap listens
const NOW = Date.parse("2026-11-22T09:00:00Z");
export const MIA = { django_api_token: "demo-mia" };
export const STAFF = { django_api_token: "demo-staff" };
export const SHARED = { confirmation_key: "a secret of thirty-two characters" };

export const fine = { item_id: "sparrow-black-fine", options: { body: "black", nib: "fine" } };
export const stub = {
  item_id: "sparrow-tortoiseshell-stub",
  options: { body: "tortoiseshell", nib: "stub" },
};
export const paid = (amount: string, payment_method_id = "mia-visa") => {
  return { kind: "payment" as const, amount, payment_method_id };
};
/** Of the seed, Mia's orders 1004 (delivered) and 1054 (pending), and others that differ a little from that one. */
function smallWorld(): World {
  const ids = ["1004", "1054"];
  const orders = seed.orders.filter(({ order_id }) => ids.includes(order_id));
  const like = (order_id: string, changes: Partial<World["orders"][number]>) =>
    orders.slice(1).map((order) => ({ ...order, order_id, ...changes }));
  const dear = orders[1]?.items.map((it, nth) => (nth ? it : { ...it, ...stub, price: "54.00" }));
  const refund = { ...paid("56.90"), kind: "refund" as const };
  const bought = new Set(orders.flatMap(({ items }) => items.map(({ product_id }) => product_id)));
  const known = ["demo-mia", "demo-nell", "demo-staff"];
  return {
    ...seed,
    products: seed.products.filter(({ product_id }) => bought.has(product_id)),
    customers: seed.customers.filter(({ token }) => known.includes(token)),
    orders: [
      ...orders,
      ...like("sent", { status: "shipped" }),
      ...like("modified", { items_modified: true }),
      ...like("nells", { customer_id: "nell-okafor" }),
      ...like("dear", { items: dear, payments: [paid("68.90")] }),
      ...like("twofold", { payments: [paid("40.00", "mia-gift"), paid("16.90")] }),
      ...like("repaid", { payments: [paid("56.90"), paid("56.90", "mia-paypal"), refund] }),
    ],
    support_requests: [],
  };
}
export const WORLD = smallWorld();
export const UNTOUCHED = readWorld(WORLD);

type MockShop = ReturnType<typeof serveShop>["shop"];
function staffOf(shop: MockShop) {
  const clerk = shop.holder(STAFF.django_api_token);
  if (!clerk) throw new Error("nobody works here");
  return clerk;
}
type Clock = ReturnType<typeof holdClock>;
export type Send = (url: string, init: RequestInit) => Promise<Response>;
export async function openScene({ world = WORLD, clock }: { world?: World; clock?: Clock } = {}) {
  let time = NOW;
  const mock = serveShop({ world, now: () => new Date(time) });
  const tap = await openTap(mock.url, (tag, isWaiting) => clock?.waits(tag, isWaiting));
  const writes = () => tap.noted.filter(isWrite);
  const clerk = staffOf(mock.shop);
  return {
    ...tap,
    writes,
    keys: () => writes().map(({ headers }) => headers["idempotency-key"] ?? ""),
    world: mock.shop.world,
    order: () => mock.shop.order(clerk, "1054"),
    /** Somebody of the shop, who changes it behind everybody's back. */
    staff: (act: (shop: MockShop, me: typeof clerk) => unknown) => void act(mock.shop, clerk),
    /** A process that serves this shop. */
    open(given: Partial<Given> = {}, send: Send = clock?.send ?? fetch): Shop {
      const settings = settingsSchema.parse({ django_api_base: ADDRESS, ...MIA, ...given });
      const tapped: Send = (url, init) => send(url.replace(/^https:..[^/]+/, tap.url), init);
      return openShop(settings, tapped, () => new Date(time));
    },
    pass: (seconds: number) => void (time += seconds * 1000),
    /** Nothing was sent that could change anything, and nothing has changed. */
    expectUntouched() {
      expect(writes()).toEqual([]);
      expect(mock.shop.world()).toEqual(UNTOUCHED);
    },
    [Symbol.dispose]() {
      tap.stop();
      mock.stop();
    },
  };
}
export type Scene = Awaited<ReturnType<typeof openScene>>;
/** A scene that tests share, since none of them changes anything. */
export function shareScene(): () => Scene {
  const shared: Scene[] = [];
  const scene = () => {
    const [one] = shared;
    if (!one) throw new Error("the scene is not open yet");
    return one;
  };
  beforeAll(async () => void shared.push(await openScene()));
  afterEach(() => expect(scene().writes()).toEqual([]));
  afterAll(() => {
    scene().expectUntouched();
    scene()[Symbol.dispose]();
  });
  return scene;
}

export const times = (n: number, fault: Fault) => Array<Fault>(n).fill(fault);
