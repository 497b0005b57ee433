/** What the people of a shop on django-salesman see and do: everybody's orders, and their cancellation. */
import { expect, test } from "bun:test";
import { realShop } from "../real-shop.ts";
import type { Kept } from "./orders.ts";

const shop = realShop("dialects/salesman-staff.ts");
const dump = (): Promise<Kept[]> => shop.run("dump.py");
const kept = await dump();
const refs = (orders: Kept[]) => orders.map(({ ref }) => ref);
const found = ({ rows }: { rows: { order_id: string }[] }) => rows.map(({ order_id }) => order_id);

/** Tom's orders that are not paid yet, one for each test that cancels. */
const [first, second, third] = refs(
  kept.filter(({ owner, status }) => owner === "tom" && status === "HOLD"),
);
const statusOf = async (ref?: string) => (await dump()).find((order) => order.ref === ref)?.status;
const cancellation = (order_id?: string) => ({ order_id, reason: "no_longer_needed" });
const isChange = (line: string) => line.startsWith("PUT");

test("offers the cancellation, and the customer as a filter", async () => {
  const rosa = await shop.open("rosa");
  expect(await rosa.tools()).toEqual([
    "get_order_status",
    "get_order",
    "list_orders",
    "cancel_order",
  ]);
  const { tools } = await rosa.host.listTools();
  const list = tools.find(({ name }) => name === "list_orders");
  expect(Object.keys(list?.inputSchema.properties ?? {})).toContain("customer_id");
});

test("lists everybody's orders, one customer's, and one's own", async () => {
  const rosa = await shop.open("rosa");
  const list = (args: object) => rosa.all("list_orders", "orders", { limit: 4, ...args });
  expect(found(await list({}))).toEqual(refs(kept));
  for (const owner of ["mia", "tom", null]) {
    const orders = kept.filter((order) => order.owner === owner);
    const customer_id = String(orders[0]?.user ?? "guest");
    expect(found(await list({ customer_id }))).toEqual(refs(orders));
  }
  expect(found(await list({ customer_id: "me" }))).toEqual([]);
  expect(found(await list({ customer_id: "4711" }))).toEqual([]);
});

test("reads everybody's orders, a guest's among them", async () => {
  const rosa = await shop.open("rosa");
  for (const { ref, user, total } of kept) {
    const told = await rosa.call("get_order", { order_id: ref });
    expect(told).toMatchObject({ order_id: ref, total: { amount: total } });
    expect(told.customer_id).toBe(String(user ?? "guest"));
  }
});

test("cancels an order, once, after a yes", async () => {
  const questions: string[] = [];
  const answer = async (question: string) => {
    questions.push(question);
    return "accept" as const;
  };
  const rosa = await shop.open("rosa", { answer });
  const receipt = await rosa.call("cancel_order", cancellation(`#${first}`));
  expect(questions).toHaveLength(1);
  expect(questions[0]).toStartWith(`Cancel order ${first}`);
  expect(questions[0]).toContain("2 × Cup");
  expect(receipt).toMatchObject({ outcome: "done", order_id: first, status: "cancelled" });
  expect(receipt.amount).toBeUndefined(); // nothing was paid, and nothing is given back
  expect(rosa.requests.filter(isChange)).toEqual([`PUT /api/orders/${first}/status/`]);
  expect(await statusOf(first)).toBe("CANCELLED");
});

test("changes nothing after a no", async () => {
  const rosa = await shop.open("rosa", { answer: async () => "decline" });
  expect(await rosa.failure("cancel_order", cancellation(second))).toStartWith("Not cancelled");
  expect(rosa.requests.filter(isChange)).toEqual([]);
  expect(await statusOf(second)).toBe("HOLD");
});

test("looks whether the order is cancelled where the answer was lost, and sends nothing twice", async () => {
  const rosa = await shop.open("rosa", {
    answer: async () => "accept",
    async send(address, init) {
      const response = await fetch(address, init);
      if (init.method !== "PUT") return response;
      throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
    },
  });
  const receipt = await rosa.call("cancel_order", cancellation(third));
  expect(receipt).toMatchObject({ outcome: "done", order_id: third, status: "cancelled" });
  expect(rosa.requests.filter(isChange)).toHaveLength(1);
  expect(await statusOf(third)).toBe("CANCELLED");
});

test.each(["PROCESSING", "SHIPPED", "COMPLETED", "CANCELLED", "REFUNDED"])(
  "does not ask whether to cancel an order that is %s",
  async (status) => {
    const rosa = await shop.open("rosa", { answer: async () => "accept" });
    const order = kept.find((one) => one.status === status && one.owner === "mia");
    const told = await rosa.failure("cancel_order", cancellation(order?.ref));
    expect(told).toStartWith("Nothing was sent: the shop does not allow this now");
    expect(rosa.requests.filter(isChange)).toEqual([]);
  },
);

test("passes on that a customer may not", async () => {
  const mia = await shop.open("mia", { answer: async () => "accept" });
  const order = kept.find(({ owner, status }) => owner === "mia" && status === "HOLD");
  const told = await mia.failure("cancel_order", cancellation(order?.ref));
  expect(told).toMatch(/permission/);
  expect(await mia.failure("list_orders")).toMatch(/permission/);
  expect(await statusOf(order?.ref)).toBe("HOLD");
});
