/** A line may be of several pieces, and an order may have a number beside the id that paths take. */
import { expect, test } from "bun:test";
import { textOf } from "../harness/lanes.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool, callWithText } = await openShopWithOneAnswer();

test.each([
  [3, 3],
  ["3", 3],
  ["2.000", 2],
  [1, 1],
  [1.5, 1.5],
  [0, 0],
])("a quantity of %j is %j", async (quantity, told) => {
  const lines = [{ item_id: "a", name: "Cup", quantity, price: "5.00" }];
  expect(
    await callTool("get_order", { order_id: "7" }, { order_id: 7, status: "shipped", lines }),
  ).toMatchObject({
    lines: [{ item_id: "a", quantity: told, price: { amount: "5.00" } }],
  });
});

test.each(["many", -1, {}, "1,5", "3 pcs"])(
  "a quantity of %j is not one: that is said",
  async (quantity) => {
    const lines = [{ item_id: "a", name: "Cup", quantity }];
    expect(
      await callTool("get_order", { order_id: "7" }, { order_id: 7, status: "shipped", lines }),
    ).toMatchObject({
      lines: [{ item_id: "a", name: "Cup" }],
      notes: ["1 quantity of the shop's answer could not be read and is left out."],
    });
  },
);

test.each([null, "", undefined])("a quantity of %j is absent", async (quantity) => {
  const lines = [{ item_id: "a", name: "Cup", quantity }];
  const told = await callTool(
    "get_order",
    { order_id: "7" },
    { order_id: 7, status: "shipped", lines },
  );
  expect(told.lines).toEqual([{ item_id: "a", name: "Cup" }]);
  expect(told).not.toContainKey("notes");
});

test("the number on the mail is told by every tool that tells of an order, and in the summary", async () => {
  const order = { order_id: 7, order_number: "K-2026/0007", status: "shipped" };
  const told = { order_id: "7", order_number: "K-2026/0007" };
  expect(await callTool("get_order", { order_id: "7" }, order)).toMatchObject(told);
  expect(await callTool("get_order_status", { order_id: "7" }, order)).toMatchObject(told);
  expect(await callTool("list_orders", {}, [order])).toMatchObject({ orders: [told] });
  const text = textOf(await callWithText("get_order", { order_id: "7" }, JSON.stringify(order)));
  expect(text).toStartWith("Order 7 (number K-2026/0007) is shipped.");
});

test.each([
  ["is the id", { id: 7, order_number: 7 }],
  ["is the id as text", { id: 7, order_number: "7" }],
  ["is null", { id: 7, order_number: null }],
  ["is what the id is taken from", { number: "7" }],
  ["cannot be read", { id: 7, order_number: { toString: 1 } }],
])("a number that %s says no more than the id", async (_, fields) => {
  expect(await callTool("list_orders", {}, [{ ...fields, status: "shipped" }])).toEqual({
    orders: [{ order_id: "7", status: "shipped" }],
  });
});

test("`number` is a usual name of the number", async () => {
  expect(await callTool("list_orders", {}, [{ id: 7, number: "A-17", status: "shipped" }])).toEqual(
    {
      orders: [{ order_id: "7", order_number: "A-17", status: "shipped" }],
    },
  );
});
