import {
  accept,
  call,
  fault,
  passThrough,
  reset,
  say,
  status,
  story,
} from "../../harness/story.ts";

const down = status(503);

export default story(
  "a cancellation whose outcome cannot be looked up is reported as unknown",
  {
    shop: "tutorial",
    as: "mia",
  },
  [
    say("I do not want order 1054 any more."),
    fault("POST /orders/:id/cancel", [reset()]),
    fault("GET /orders/:id", [passThrough(), down, down, down]),
    call(
      "cancel_order",
      { order_id: "1054", reason: "ordered_by_mistake" },
      {
        asks: [/Cancel order 1054/, accept()],
        fails:
          /It is not known whether the shop made the cancellation.* Check first, with get_order/,
        sends: [
          "GET /orders/1054",
          "GET /orders/1054/lines",
          "POST /orders/1054/cancel",
          "GET /orders/1054",
          "GET /orders/1054",
          "GET /orders/1054",
        ],
      },
    ),
    say("Well, was it?"),
    call("get_order_status", { order_id: "1054" }, { returns: { status: "cancelled" } }),
  ],
);
