/** Answers to something else. */
import { describe, test } from "bun:test";
import { type Given } from "../harness/lanes.ts";
import { sends } from "../harness/story.ts";
import { CANCEL, EXCHANGE, FOREST, rowsOf, wishes } from "./example-changes.ts";
import { BOTH, hostOf } from "./json-rpc-host.ts";
import { expectUncounted, OTHER, OURS } from "./rejected-confirmations.ts";
import { shareScene, SHARED, STAFF, times } from "./scripted-shop.ts";

describe.each(BOTH)("an answer by %s does not count", (by) => {
  const scene = shareScene();

  test("for another order", async () => {
    const host = hostOf(scene().open(STAFF), by);
    const { consent } = await host.call("cancel_order", CANCEL);
    const another = { ...CANCEL, order_id: "nells" };
    expectUncounted(await host.accept("cancel_order", another, consent), OTHER);
  });

  test("for another tool with the same arguments", async () => {
    const line = { item_id: FOREST.item_id, product_id: "oak-gall-ink", name: "Ink" };
    const anyOrder = { order_id: "1004", status: "unknown", lines: [line] }; // and allows whatever
    scene().schedule("GET /api/orders/:id/", times(2, sends(anyOrder)));
    const host = hostOf(scene().open(), by);
    const { consent } = await host.call("change_order_items", EXCHANGE);
    expectUncounted(await host.accept("exchange_items", EXCHANGE, consent), OTHER);
  });

  test("for the other way of asking", async () => {
    const server = scene().open();
    const { consent } = await hostOf(server, by).call("cancel_order", CANCEL);
    const host = hostOf(server, by === "code" ? "elicitation" : "code");
    expectUncounted(await host.accept("cancel_order", CANCEL, consent), OTHER);
  });

  const another = { confirmation_key: `${SHARED.confirmation_key}!` };
  const elsewhere = { ...SHARED, django_api_base: "https://staging.test" };
  test.each<[string, Partial<Given>, Partial<Given>]>([
    ["for another caller, though they share a key", SHARED, { ...SHARED, ...STAFF }],
    ["in another process", {}, {}],
    ["in a process with another key", SHARED, another],
    ["for another shop, though all else is the same", SHARED, elsewhere],
  ])("%s", async (_, first, second) => {
    const { consent } = await hostOf(scene().open(first), by).call("cancel_order", CANCEL);
    const host = hostOf(scene().open(second), by);
    expectUncounted(await host.accept("cancel_order", CANCEL, consent), OURS);
  });
});

describe("an answer by code", () => {
  const scene = shareScene();
  const two = ["ink-sepia", "notebook-dotted-moss"];
  const violet = [{ ...FOREST, new_item_id: "ink-violet" }];
  const changes = rowsOf({
    cancel_order: [["reason", { reason: "ordered_by_mistake" }, OTHER]],
    change_order_address: [
      ["house number", { line1: "Strandvägen 11" }, OTHER],
      ["state, which was empty", { state: "AB" }, OTHER],
    ],
    change_order_items: [["payment method", { payment_method_id: "mia-gift" }, OTHER]],
    change_order_payment: [["payment method", { payment_method_id: "mia-gift" }, OTHER]],
    return_items: [["item more", { item_ids: two }, OTHER]],
    exchange_items: [["new item", { items: violet }, OTHER]],
    change_customer_address: [["customer", { customer_id: "mia-lindqvist" }, OTHER]],
    contact_support: [
      ["letter of the message", { message: "Could you wrap it!" }, OTHER],
      ["order, or none", { order_id: "" }, OTHER],
    ],
  });
  test.each(changes)("does not count for $name with another $what", async (row) => {
    const host = hostOf(scene().open());
    const { consent } = await host.call(row.name, wishes[row.name].args);
    expectUncounted(await host.accept(row.name, row.args, consent), row.words);
  });
});
