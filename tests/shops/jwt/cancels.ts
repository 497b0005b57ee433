/** The one change that the JWT shop knows: an order is cancelled. */
import { expect, test } from "bun:test";
import { dump, euros, type KeptOrder, open } from "./kept.ts";

const before = await dump();
const tomsWith = (status: string) =>
  before.orders.filter((order) => order.owner === "tom" && order.status === status);
const now = async (id?: string) => (await dump()).orders.find((order) => order.id === id);
const isChange = (line: string) => line.startsWith("POST");
const cancellation = (order?: KeptOrder) => ({
  order_id: order?.number,
  reason: "ordered_by_mistake",
});

test("cancels a paid order by its number, once, after a yes, and tells what is given back", async () => {
  const [order] = tomsWith("paid");
  const questions: string[] = [];
  const answer = async (question: string) => {
    questions.push(question);
    return "accept" as const;
  };
  const tom = await open("tom", { answer });
  const receipt = await tom.call("cancel_order", cancellation(order));
  expect(questions).toHaveLength(1);
  expect(questions[0]).toContain(`${order?.number}`);
  for (const { name, quantity } of order?.items ?? [])
    expect(questions[0]).toContain(quantity === 1 ? name : `${quantity} × ${name}`);
  expect(receipt).toMatchObject({ outcome: "done", order_id: order?.id, status: "cancelled" });
  const path = `/api/orders/${order?.id}/cancel/`;
  expect(tom.requests.filter(isChange)).toEqual([`POST ${path}`]);
  const { status, reason } = (await now(order?.id)) ?? {};
  expect({ status, reason }).toEqual({ status: "cancelled", reason: "ordered_by_mistake" });

  const told = await tom.call("get_order", { order_id: order?.number });
  const amount = euros(order?.total ?? "");
  expect(told.cancel_reason).toBe("ordered_by_mistake");
  expect(told.payments).toMatchObject([
    { kind: "payment", amount },
    { kind: "refund", amount },
  ]);
});

test("changes nothing after a no", async () => {
  const [order] = tomsWith("pending");
  const tom = await open("tom", { answer: async () => "decline" });
  expect(await tom.failure("cancel_order", cancellation(order))).toStartWith("Not cancelled");
  expect(tom.requests.filter(isChange)).toEqual([]);
  expect((await now(order?.id))?.status).toBe("pending");
});

test("passes the shop's reason on where it refuses", async () => {
  const [order] = tomsWith("shipped");
  const tom = await open("tom", { answer: async () => "accept" });
  const told = await tom.failure("cancel_order", cancellation(order));
  expect(told).toContain("An order that is shipped cannot be cancelled.");
  expect((await now(order?.id))?.status).toBe("shipped");
});

test("looks whether the order is cancelled where the answer was lost, and sends nothing twice", async () => {
  const [order] = tomsWith("awaiting_payment");
  const tom = await open("tom", {
    answer: async () => "accept",
    async send(address, init) {
      const response = await fetch(address, init);
      if (init.method !== "POST") return response;
      throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
    },
  });
  const receipt = await tom.call("cancel_order", cancellation(order));
  expect(receipt).toMatchObject({ outcome: "done", order_id: order?.id, status: "cancelled" });
  expect(tom.requests.filter(isChange)).toHaveLength(1);
  expect((await now(order?.id))?.status).toBe("cancelled");
});

test("does not say that it is done where the shop never heard of it, and sends nothing twice", async () => {
  const order = tomsWith("pending").at(-1);
  const tom = await open("tom", {
    answer: async () => "accept",
    async send(address, init) {
      if (init.method !== "POST") return fetch(address, init);
      throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
    },
  });
  const told = await tom.failure("cancel_order", cancellation(order));
  expect(told).not.toMatch(/cancelled\.$/);
  expect(told).toMatch(/not known|was not made/);
  expect(tom.requests.filter(isChange)).toHaveLength(1);
  expect((await now(order?.id))?.status).toBe("pending");
});

test("does not cancel another customer's order", async () => {
  const order = before.orders.find(({ owner, status }) => owner === "mia" && status === "pending");
  const tom = await open("tom", { answer: async () => "accept" });
  for (const order_id of [order?.number, order?.id]) {
    const asked = { order_id, reason: "ordered_by_mistake" };
    expect(await tom.failure("cancel_order", asked)).toStartWith("Nothing was found");
  }
  expect((await now(order?.id))?.status).toBe("pending");
});
