/** The view knows which tool a result is of, from what the host says and from what the result is. */
import { expect, test } from "bun:test";
import { KINDS } from "../../ui/kinds.ts";
import { toolOf } from "../../ui/tool-of.ts";

const result = (structuredContent: unknown, isError = false) => {
  return { structuredContent, text: "", isError };
};
const order = { order_id: "1", status: "shipped", next_step: "", as_of: "" };
const receipt = { outcome: "confirmation_needed", summary: "?" };

test.each([
  ["get_order", "get_order"],
  ["shop__get_order", "get_order"],
  ["mcp__django-shop__get_order_status", "get_order_status"],
  ["shop.get_order", "get_order"],
  ["forget_order", ""],
  ["get_orders", ""],
  ["", ""],
  ["constructor", ""],
])("before there is a result, the host's %s is %s", (named, tool) => {
  expect(toolOf(named, {})).toBe(tool);
});
test.each(Object.keys(KINDS))("%s is known by its own name, and when it fails", (tool) => {
  expect(toolOf(tool, {})).toBe(tool);
  expect(toolOf(tool, { result: result(undefined, true) })).toBe(tool);
});
test.each([
  [{ products: [] }, "search_products"],
  [{ product_id: "1", name: "Cup" }, "get_product"],
  [{ orders: [] }, "list_orders"],
  [order, "get_order"],
])("where the host names none or another, %j is of %#", (structured, tool) => {
  expect(toolOf(undefined, { result: result(structured) })).toBe(tool);
  expect(toolOf("cancel_order", { result: result(structured) })).toBe(tool);
});
test("a status stays one, though an order is one, too", () => {
  expect(toolOf("get_order_status", { result: result(order) })).toBe("get_order_status");
});
test.each([
  [{ order_id: "1", reason: "no_longer_needed" }, "cancel_order"],
  [{ order_id: "1", item_ids: ["1"] }, "return_items"],
  [{ subject: "a", message: "b" }, "contact_support"],
  [{ order_id: "1", items: [] }, ""], // a change of items, or an exchange: Confirm must not be for the wrong one
  [{ order_id: "1", line1: "a" }, ""],
  [undefined, ""],
])("a change that the host does not name, called with %j, is %s", (args, tool) => {
  expect(toolOf(undefined, { args, result: result(receipt) })).toBe(tool);
});
