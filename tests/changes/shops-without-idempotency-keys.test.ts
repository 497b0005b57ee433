/** A shop that makes a change as often as it is sent is sent it once: an answer counts once, and its end is repeated. */
import { afterAll, describe, expect, spyOn, test } from "bun:test";
import { CONTRACT } from "../../shop/contract.ts";
import {
  type Fault,
  htmlPage,
  passThrough,
  reset,
  resetUnread,
  respondWith,
  status,
} from "../harness/story.ts";
import { CANCEL, type ChangeName, CONTACT, examples, NEW_ADDRESS } from "./example-changes.ts";
import { conflict } from "./interrupted-cancellations.ts";
import { CONFIRM_VIA, hostFor } from "./json-rpc-host.ts";
import { expectForeign } from "./rejected-confirmations.ts";
import {
  openScriptedShop,
  payment,
  type ScriptedShop,
  type Send,
  SHARED_KEY,
  stubPen,
} from "./scripted-shop.ts";

const log = spyOn(console, "error").mockImplementation(() => {}); // has the cause of each unclear end
afterAll(() => log.mockRestore());

let sent = 0;
/** Each request arrives under a key of its own, so that the shop knows none again. */
const forgetKeys: Send = (url, init) => {
  const headers = new Headers(init.headers);
  if (headers.has("idempotency-key")) headers.set("idempotency-key", `request-${++sent}`);
  return fetch(url, { ...init, headers });
};
const DIALECT = { ...CONTRACT, idempotency: false };
const open = (shop: ScriptedShop) => shop.openServer(SHARED_KEY, forgetKeys, DIALECT);
const UNCLEAR =
  "It is not known whether the shop made the support request: no clear answer came. Check first, with get_order or get_customer; if they do not show it, ask the user before you send it again.";

describe.each(CONFIRM_VIA)("a confirmation by %s", (via) => {
  test("of contact_support sends one message, and gives its receipt again", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(open(shop), via);
    const { confirmation } = await host.call("contact_support", CONTACT);
    const accept = () => host.accept("contact_support", CONTACT, confirmation);
    const [first, second] = await Promise.all([accept(), accept()]);
    expect(first?.isDone).toBe(true);
    expect(second).toEqual(first);
    expect(await accept()).toEqual(first);
    expect(shop.writes().length).toBe(1);
  });

  test("of contact_support repeats its unclear end, and sends nothing again", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(open(shop), via);
    const { confirmation } = await host.call("contact_support", CONTACT);
    shop.schedule("POST /api/support/requests/", [reset()]);
    for (let nth = 0; nth < 3; nth++) {
      const { text } = await host.accept("contact_support", CONTACT, confirmation);
      expect(text).toBe(UNCLEAR);
    }
    expect(shop.writes().length).toBe(1);
    expect(shop.world().support_requests?.length).toBe(1);
  });

  test("of contact_support is sent again after a refusal", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(open(shop), via);
    const { confirmation } = await host.call("contact_support", CONTACT);
    shop.schedule("POST /api/support/requests/", [conflict]);
    const refused = await host.accept("contact_support", CONTACT, confirmation);
    expect(refused.text).toStartWith("The shop refused the support request: It is on its way.");
    expect((await host.accept("contact_support", CONTACT, confirmation)).isDone).toBe(true);
  });

  test("does not count in another process, which does not know what became of it", async () => {
    using shop = await openScriptedShop();
    const { confirmation } = await hostFor(open(shop), via).call("contact_support", CONTACT);
    const other = hostFor(open(shop), via);
    expectForeign(await other.accept("contact_support", CONTACT, confirmation), via);
    expect(shop.writes()).toEqual([]);
  });
});

describe("cancel_order", () => {
  const unchanged = { order_id: "1054", status: "pending" };
  const gone = status(404, {}, { detail: "Not found." });
  const NOT_YET = "accepted" as const;
  /** The answer to the change, and the order as it is read then; without one, as it is. */
  test.each<[string, Fault, Fault | undefined, outcome: string]>([
    ["202, and the order shows it", status(202, {}, unchanged), undefined, NOT_YET],
    ["a reset after it was made", reset(), undefined, "done"],
    ["a reset before it was made", resetUnread(), undefined, "unclear"],
    ["a reset, and the order cannot be read", reset(), htmlPage(500), "unclear"],
    ["a reset, and the order is gone", reset(), gone, "unclear"],
    ["204, and the order is unchanged", status(204), respondWith(unchanged), NOT_YET],
    ["204, and the order cannot be read", status(204), htmlPage(500), NOT_YET],
    ["204, and the order is gone", status(204), gone, "done"],
    [
      "an HTML page, and the order is cancelled",
      htmlPage(200),
      respondWith({ ...unchanged, status: "cancelled" }),
      "done",
    ],
    [
      "an HTML page, and the order has a word of the shop's own",
      htmlPage(200),
      respondWith({ ...unchanged, status: "on_hold" }),
      "unclear",
    ],
    [
      "an HTML page, and the order was changed before",
      htmlPage(200),
      respondWith({ ...unchanged, change: { kind: "cancel", payments: [] } }),
      "unclear",
    ],
  ])("is looked up once after %s", async (_, answer, read, outcome) => {
    using shop = await openScriptedShop();
    const host = hostFor(open(shop));
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const before = shop.requests.length;
    shop.schedule("POST /api/orders/:id/cancel/", [answer]);
    shop.schedule("GET /api/orders/:id/", [read ?? passThrough(), ...(read ? [read, read] : [])]);
    const reply = await host.accept("cancel_order", CANCEL, confirmation);
    expect(reply.receipt?.outcome ?? "unclear").toBe(outcome as "done");
    if (outcome === "unclear") expect(reply.text).toContain("Check first, with get_order");
    expect(reply.text).not.toMatch(/nothing was/i);
    expect(shop.writes().length).toBe(1);
    const since = new Set(shop.requests.slice(before).map(({ line }) => line));
    expect([...since].filter((line) => line.startsWith("GET")).length).toBeLessThan(2);
    expect(await host.accept("cancel_order", CANCEL, confirmation)).toEqual(reply);
    expect(shop.writes().length).toBe(1);
  });

  test("does not take the payments of whatever change the order tells for its own", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(open(shop));
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const payments = [{ kind: "refund", amount: "5.00" }];
    const read = { ...unchanged, status: "cancelled", change: { kind: "cancel", payments } };
    shop.schedule("POST /api/orders/:id/cancel/", [htmlPage(200)]);
    shop.schedule("GET /api/orders/:id/", [respondWith(read)]);
    const { receipt } = await host.accept("cancel_order", CANCEL, confirmation);
    expect(receipt?.summary).toStartWith("Order 1054: cancelled.");
    expect(receipt?.summary).not.toContain("Refunded");
    expect(receipt?.amount).toBeUndefined();
  });

  test("does not take a return that was there before for this one", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(open(shop));
    const { args, line } = examples.return_items;
    const lines = [{ item_id: "ink-sepia", name: "Ink" }];
    const returned = respondWith({ order_id: "1004", status: "return_requested", lines });
    shop.schedule("GET /api/orders/:id/", [returned, returned]);
    shop.schedule(line, [reset()]);
    const reply = await host.callAndAccept("return_items", args);
    expect(reply.text).toStartWith("It is not known whether the shop made the return");
  });
});

/** What the order has when it is looked up after a reset, which somebody else may have changed meanwhile. */
const lookedUp: [what: string, ChangeName, read: object, outcome: string][] = [
  ["the address", "change_order_address", { address: NEW_ADDRESS }, "done"],
  [
    "somebody else's address",
    "change_order_address",
    { address: { line1: "Elsewhere" } },
    "unclear",
  ],
  [
    "the item",
    "change_order_items",
    { lines: [{ item_id: stubPen.item_id, name: "Pen" }] },
    "done",
  ],
  ["another item", "change_order_items", { lines: [{ item_id: "x", name: "Pen" }] }, "unclear"],
  ["the payment", "change_order_payment", { payments: [payment("56.90", "mia-paypal")] }, "done"],
  [
    "another payment",
    "change_order_payment",
    { payments: [payment("1.00", "mia-gift")] },
    "unclear",
  ],
];
test.each(lookedUp)("%s, looked up after a reset, ends %s", async (_, name, read, outcome) => {
  using shop = await openScriptedShop();
  const host = hostFor(open(shop));
  const { args, line } = examples[name];
  const { confirmation } = await host.call(name, args);
  shop.schedule(line, [resetUnread()]);
  const order = { order_id: "1054", status: "pending", ...read };
  shop.schedule("GET /api/orders/:id/", [respondWith(order)]);
  const { receipt, text } = await host.accept(name, args, confirmation);
  expect(receipt?.outcome ?? "unclear").toBe(outcome as "done");
  if (outcome === "unclear") expect(text).toStartWith("It is not known whether");
});
