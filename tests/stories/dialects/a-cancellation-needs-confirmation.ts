import {
  accept,
  call,
  decline,
  dismiss,
  expectWorld,
  reply,
  say,
  story,
} from "../../harness/story.ts";

const args = { order_id: "1056", reason: "ordered_by_mistake" } as const;
const question = /^Cancel order 1056 \(ordered by mistake\)\?\nItems: /;
const reads = ["GET /orders/1056", "GET /orders/1056/lines"];

export default story("a cancellation needs confirmation", { shop: "tutorial", as: "zofia" }, [
  say("I think I ordered that twice. Can 1056 go?"),
  call("cancel_order", args, {
    asks: [question, dismiss()],
    fails: /the question was closed/,
    sends: reads,
  }),
  call("cancel_order", args, {
    asks: [question, decline()],
    fails: /declined/,
    sends: reads,
  }),
  say("No, I am sure now."),
  call("cancel_order", args, {
    asks: [question, accept()],
    returns: { outcome: "done", order_id: "1056", status: "cancelled" },
    sends: [...reads, "POST /orders/1056/cancel", "GET /orders/1056/lines"],
  }),
  reply("It is cancelled."),
  call("list_orders", { status: "cancelled" }, { returns: { orders: [{ order_id: "1056" }] } }),
  expectWorld(({ orders }) =>
    orders.some(
      ({ order_id, cancel_reason, payments }) =>
        order_id === "1056" &&
        cancel_reason === "ordered_by_mistake" &&
        payments.at(-1)?.kind === "refund",
    ),
  ),
]);
