/** A receipt says what the shop's answer shows: done, or accepted where it does not show the change. */
import { describe, expect, test } from "bun:test";
import { type Fault, htmlPage, reset, respondWith, status } from "../harness/story.ts";
import {
  CANCEL,
  CHANGE_ADDRESS,
  type ChangeName,
  CONTACT,
  examples,
  NEW_ADDRESS,
  OLD_ADDRESS,
} from "./example-changes.ts";
import { interruptedCancellations } from "./interrupted-cancellations.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

const NOT_YET = "Its answer does not show it yet: read it again before you say that it is done.";
const ACCEPTED = `Order 1054: the shop has accepted the cancellation. ${NOT_YET}`;
const order = { order_id: "1054", status: "pending" };

describe("cancel_order", () => {
  const { cancel, expectEnd } = interruptedCancellations();

  test.each<[string, Fault[], requests: number]>([
    ["an empty body with 201", [htmlPage(201, "")], 1],
    ["an empty body with 204", [status(204)], 1],
    ["white space with 202", [htmlPage(202, " \r\n")], 1],
    ["JSON of another shape", [respondWith({ ok: true })], 1],
    ["a list", [respondWith([])], 1],
    ["null", [respondWith(null)], 1],
    ["an order without its id", [respondWith({ status: "pending" })], 1],
    ["the order unchanged", [respondWith(order)], 1],
    ["the order unchanged with 202", [status(202, {}, order)], 1],
    [
      "the order unchanged, and the change",
      [respondWith({ ...order, change: { kind: "cancel" } })],
      1,
    ],
  ])("is accepted after %s", async (_, faults, requests) => {
    using shop = await openScriptedShop();
    const { receipt } = await cancel(shop, faults);
    expect(receipt).toMatchObject({ outcome: "accepted", summary: ACCEPTED, order_id: "1054" });
    expectEnd(shop, requests, false);
  });

  test("is accepted, in the shop's own word, when that is another one than cancelled", async () => {
    using shop = await openScriptedShop();
    const { receipt } = await cancel(shop, [respondWith({ ...order, status: "cancel_pending" })]);
    expect(receipt).toMatchObject({ outcome: "accepted", status: "unknown" });
    expect(receipt?.summary).toContain(' Its status is "cancel_pending". ');
  });

  test("is done when its answer says nothing, and the order shows it", async () => {
    using shop = await openScriptedShop();
    const { receipt } = await cancel(shop, [reset(), respondWith({})]);
    expect(receipt).toEqual({
      outcome: "done",
      summary: "Order 1054: cancelled.",
      order_id: "1054",
      status: "cancelled",
    });
    expectEnd(shop, 2, true);
  });

  test("is done when its answer says nothing, and the order is gone", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("cancel_order", CANCEL);
    shop.schedule("POST /api/orders/:id/cancel/", [status(204)]);
    shop.schedule("GET /api/orders/:id/", [status(404)]);
    const { receipt } = await host.accept("cancel_order", CANCEL, confirmation);
    expect(receipt).toEqual({
      outcome: "done",
      summary: "Order 1054: cancelled.",
      order_id: "1054",
    });
  });
});

/** What the shop answers to a change with, and the end that is told. */
const ends: [what: string, ChangeName, answer: object, outcome: string][] = [
  ["the id and the status alone", "change_order_address", order, "accepted"],
  ["the old address", "change_order_address", { ...order, address: OLD_ADDRESS }, "accepted"],
  ["the new address", "change_order_address", { ...order, address: NEW_ADDRESS }, "done"],
  [
    "the change, and no address",
    "change_order_address",
    { ...order, change: { kind: "address", payments: [] } },
    "done",
  ],
  [
    "another change, and the old address",
    "change_order_address",
    { ...order, address: OLD_ADDRESS, change: { kind: "payment" } },
    "accepted",
  ],
  ["no lines", "change_order_items", order, "accepted"],
  ["no payments", "change_order_payment", order, "accepted"],
  ["a delivered order", "return_items", { order_id: "1004", status: "delivered" }, "accepted"],
  ["a return", "return_items", { order_id: "1004", status: "return_requested" }, "done"],
  [
    "a return in place of the exchange",
    "exchange_items",
    { order_id: "1004", status: "return_requested" },
    "accepted",
  ],
  [
    "the customer with the old address",
    "change_customer_address",
    { customer_id: "mia-lindqvist", address: OLD_ADDRESS },
    "accepted",
  ],
  [
    "the customer without an address",
    "change_customer_address",
    { customer_id: "mia-lindqvist" },
    "accepted",
  ],
  [
    "the customer with the new address",
    "change_customer_address",
    { customer_id: "mia-lindqvist", address: NEW_ADDRESS },
    "done",
  ],
  [
    "another address than was asked for",
    "change_customer_address",
    { customer_id: "mia-lindqvist", address: { ...NEW_ADDRESS, country: "SE" } },
    "done",
  ],
  ["another customer", "change_customer_address", { customer_id: "nell-okafor" }, "unclear"],
  ["another order", "change_order_address", { order_id: "1055", status: "pending" }, "unclear"],
  ["the request", "contact_support", { request_id: 5 }, "done"],
  ["no number of the request", "contact_support", { ok: true }, "accepted"],
  ["no success", "cancel_order", { success: false, error: "Too late." }, "unclear"],
  ["an error of GraphQL's", "return_items", { errors: [{ message: "Too late." }] }, "unclear"],
  ["a failure", "contact_support", { status: "failed" }, "unclear"],
];
describe("an answer with", () => {
  test.each(ends)("%s to %s", async (_, name, answer, outcome) => {
    using shop = await openScriptedShop();
    const { args, line } = examples[name];
    shop.schedule(line, [respondWith(answer)]);
    const reply = await hostFor(shop.openServer()).callAndAccept(name, args);
    expect(reply.receipt?.outcome ?? "unclear").toBe(outcome as "done");
    if (outcome === "accepted") expect(reply.receipt?.summary).toContain(NOT_YET);
    if (outcome === "unclear") expect(reply.text).toStartWith("It is not known whether");
    expect(reply.text).not.toContain("not what was shown");
  });
});

test.each<[string, ChangeName, object]>([
  [
    "payments of another change",
    "change_order_address",
    {
      ...order,
      address: OLD_ADDRESS,
      change: { kind: "payment", payments: [{ kind: "payment", amount: "5.00" }] },
    },
  ],
  [
    "an exchange that is not made",
    "exchange_items",
    { order_id: "1004", status: "delivered", exchange: { price_difference: "9.00" } },
  ],
])("no money is told of %s", async (_, name, answer) => {
  using shop = await openScriptedShop();
  const { args, line } = examples[name];
  shop.schedule(line, [respondWith(answer)]);
  const { receipt } = await hostFor(shop.openServer()).callAndAccept(name, args);
  expect(receipt?.outcome).toBe("accepted");
  expect(receipt?.summary).not.toMatch(/\d\.00/);
  expect(receipt?.amount).toBeUndefined();
});

test("a support request that was only accepted is told so", async () => {
  using shop = await openScriptedShop();
  shop.schedule("POST /api/support/requests/", [status(202, {}, {})]);
  const { receipt } = await hostFor(shop.openServer()).callAndAccept("contact_support", CONTACT);
  expect(receipt?.summary).toBe(
    `Support request: the shop has accepted the support request. ${NOT_YET}`,
  );
});

test("change_order_address says so where the order is not as it was shown", async () => {
  using shop = await openScriptedShop();
  const host = hostFor(shop.openServer());
  const { confirmation } = await host.call("change_order_address", CHANGE_ADDRESS);
  const address = { ...NEW_ADDRESS, line2: "", state: "", line1: "Strandvägen 7" };
  shop.schedule("PATCH /api/orders/:id/address/", [respondWith({ ...order, address })]);
  const { receipt } = await host.accept("change_order_address", CHANGE_ADDRESS, confirmation);
  expect(receipt?.summary).toBe(
    "Order 1054: redirected to the new address. This is not what was shown before: the order differs in its address. Tell the user, and read the order.",
  );
});

test("change_customer_address to the address that is there already is done", async () => {
  using shop = await openScriptedShop();
  const host = hostFor(shop.openServer());
  const { receipt } = await host.callAndAccept("change_customer_address", OLD_ADDRESS);
  expect(receipt?.summary).toBe('Address of "Mia Lindqvist": changed.');
});
