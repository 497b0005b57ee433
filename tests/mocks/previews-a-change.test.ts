/** A preview is the order after a change, and stores nothing; `change` says what the change did. @module */
import { describe, expect, test } from "bun:test";
import { readWorld } from "../../mocks/world.ts";
import { CHANGES, endpoints, type OrderChange } from "../../shop/contract.ts";
import {
  ADDRESS_BODY,
  BLUE_MUG,
  blueToRed,
  BOUGHT,
  CANCEL_BODY,
  createTestShop,
  itemSwap,
  itemSwapsBody,
  NOW,
  payment,
  paymentBody,
  refund,
  requestLine,
  returnBody,
  smallWorld,
} from "./setup.ts";

/** An allowed change of each kind, the payments that it adds, and their sum. */
const allowed: [OrderChange, order: string, body: object, payments: object[], string | null][] = [
  ["cancel", "new", CANCEL_BODY, [refund("13.30")], "-13.30"],
  ["cancel", "only-refunded", CANCEL_BODY, [], null],
  ["address", "new", ADDRESS_BODY, [], null],
  ["items", "new", blueToRed, [payment("2.50")], "2.50"],
  [
    "items",
    "new",
    itemSwapsBody("gift", itemSwap("blue", "grey")),
    [refund("0.01", "gift")],
    "-0.01",
  ],
  ["items", "new", itemSwapsBody("card", itemSwap("blue", "same")), [], null],
  ["payment", "new", paymentBody("gift"), [payment("13.30", "gift"), refund("13.30")], "0.00"],
  ["returns", "delivered", returnBody("card", "blue"), [], null],
  ["exchanges", "delivered", blueToRed, [], null],
];
const lineOf = (change: OrderChange, id: string) => {
  const { template, method } = Object.values(endpoints)
    .map(({ path, method }) => ({ template: path.template, method }))
    .find(({ template }) => template === `/api/orders/{order_id}/${change}/`) ?? { template: "" };
  return `${method} ${template.replace("{order_id}", id)}`;
};
const previews = (id: string) => requestLine("previewChange", id);

describe("a preview", () => {
  test.each(allowed)("of %s of %s with %j is the order after it", async (change, id, body) => {
    const { send, world } = createTestShop();
    const preview = await send(previews(id), { body: { change, body } });
    expect([preview.status, preview.headers.get("ETag")]).toEqual([200, null]);
    expect(world()).toStrictEqual(smallWorld);
    expect((await send(lineOf(change, id), { body })).text).toBe(preview.text);
  });

  test("covers every change", () => {
    expect(new Set(allowed.map(([change]) => change))).toEqual(new Set(CHANGES));
  });

  test("has the timeline and the pieces of the change", async () => {
    const order = { ...BOUGHT, items: [{ ...BLUE_MUG, quantity: 2 }], timeline: [] };
    const orders = [{ ...order, order_id: "1" }];
    const { send } = createTestShop(readWorld({ ...smallWorld, orders }));
    const { body } = await send(previews("1"), { body: { change: "items", body: blueToRed } });
    expect(body.timeline).toEqual([{ at: NOW, status: "pending", note: "Items changed." }]);
    expect(body.lines).toMatchObject([
      { item_id: "blue", quantity: 1 },
      { item_id: "red", quantity: 1 },
    ]);
  });

  test.each<[OrderChange, order: string, body: object]>([
    ["cancel", "modified", CANCEL_BODY],
    ["cancel", "new", { reason: "bored" }],
    ["address", "shipped", ADDRESS_BODY],
    ["address", "new", { address: [] }],
    ["items", "new", itemSwapsBody("card", itemSwap("blue", "gold"))],
    ["items", "new", itemSwapsBody("bens", itemSwap("blue", "red"))],
    ["payment", "a-cent-more", paymentBody("gift")],
    ["payment", "new", {}],
    ["returns", "delivered", returnBody("card", "blue", "blue")],
    ["exchanges", "exchange_requested", blueToRed],
  ])("of %s of %s with %j is refused as the change is", async (change, id, body) => {
    const { send } = createTestShop();
    const preview = await send(previews(id), { body: { change, body } });
    const refusal = await send(lineOf(change, id), { body });
    expect([preview.status, preview.text]).toEqual([refusal.status, refusal.text]);
    expect([400, 409]).toContain(preview.status);
  });

  test.each<[body: object, errors: object]>([
    [{}, { change: ["This field is required."], body: ["This field is required."] }],
    [{ change: "refund", body: {} }, { change: ['"refund" is not a valid choice.'] }],
    [
      { change: "cancel", body: [] },
      { body: ['Expected a dictionary of items but got type "list".'] },
    ],
  ])("with %j is refused", async (body, errors) => {
    const { send } = createTestShop();
    const answer = await send(previews("new"), { body });
    expect([answer.status, answer.body]).toEqual([400, errors]);
  });

  test("needs no Idempotency-Key, and no If-Match", async () => {
    const { send } = createTestShop();
    const body = { change: "cancel", body: CANCEL_BODY };
    const headers = { "If-Match": '"other"' };
    expect((await send(previews("new"), { key: "", body, headers })).status).toBe(200);
  });

  test.each([
    ["bens", "ann", 404],
    ["nothing", "ann", 404],
    ["bens", "sam", 200],
  ])("of %s by %s is %d", async (id, by, status) => {
    const { send } = createTestShop();
    const body = status === 404 ? {} : { change: "cancel", body: CANCEL_BODY };
    expect((await send(previews(id), { by, body })).status).toBe(status);
  });
});

describe("the answer to a change", () => {
  test.each(allowed)("%s of %s with %j says what it added", async (kind, id, body, ...added) => {
    const { send } = createTestShop();
    const [payments, amount] = added;
    const first = await send(lineOf(kind, id), { body, key: "k" });
    expect(first.body.change).toEqual({ kind, payments, amount });
    await send(lineOf("address", id), { body: ADDRESS_BODY });
    expect((await send(lineOf(kind, id), { body, key: "k" })).text).toBe(first.text);
    expect((await send(requestLine("order", id))).body.change).toBeNull();
  });
});
