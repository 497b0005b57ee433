/** Spellings of one word are one status; any other word is the shop's own, and kept. */
import { expect, test } from "bun:test";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";

const { callTool } = await openShopWithOneAnswer();

test.each([
  ["shipped", "shipped"],
  ["SHIPPED", "shipped"],
  [" Shipped ", "shipped"],
  ["canceled", "cancelled"],
  ["Cancelled", "cancelled"],
  ["CANCELED", "cancelled"],
  ["RETURN REQUESTED", "return_requested"],
  ["return-requested", "return_requested"],
  ["Exchange_Requested", "exchange_requested"],
  ["returnRequested", "return_requested"],
  ["ReturnRequested", "return_requested"],
  ["return  requested", "return_requested"],
])("%j is %s", async (status, expected) => {
  const told = await callTool("get_order_status", { order_id: "7" }, { status });
  expect(told).toMatchObject({ status: expected });
  expect(told).not.toContainKey("raw_status");
});

test.each([
  [0, "0"],
  [30, "30"],
  [false, "false"],
  ["partially shipped", "partially shipped"],
  ["shipped!", "shipped!"],
  ["unknown", "unknown"],
  ["returned", "returned"],
])("%j is the shop's own", async (status, raw_status) => {
  expect(await callTool("get_order_status", { order_id: "7" }, { status })).toMatchObject({
    status: "unknown",
    raw_status,
  });
});

test("orders are found by a status in whatever spelling", async () => {
  const rows = [
    { id: 1, status: "canceled" },
    { id: 2, status: "Cancelled" },
    { id: 3, status: "shipped" },
    { id: 4, status: 0 },
  ];
  const result = await callTool("list_orders", { status: "cancelled" }, rows);
  expect(result).toMatchObject({
    orders: [{ order_id: "1" }, { order_id: "2" }, { order_id: "4", raw_status: "0" }],
  });
  expect(result.notes).toContain(
    "1 of these 3 orders shows a status of the shop's own, so whether status is met is not checked.",
  );
});
