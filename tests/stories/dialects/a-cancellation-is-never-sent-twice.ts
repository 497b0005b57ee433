import {
  accept,
  call,
  expectWorld,
  fault,
  reset,
  resetUnread,
  say,
  story,
} from "../../harness/story.ts";

const args = { order_id: "1054", reason: "no_longer_needed" } as const;
const asks = [/Cancel order 1054 \(no longer needed\)\?\nItems: /, accept()] as const;
const reads = ["GET /orders/1054", "GET /orders/1054/lines"];

export default story(
  "a cancellation whose answer is lost is never sent twice",
  {
    shop: "tutorial",
    as: "mia",
  },
  [
    say("Cancel order 1054, please."),
    fault("POST /orders/:id/cancel", [resetUnread(), reset()]),
    call("cancel_order", args, {
      asks,
      fails: /^It is not known whether the shop made the cancellation: no clear answer came/,
      sends: [...reads, "POST /orders/1054/cancel", ...reads],
    }),
    say("Once more, then."),
    call("cancel_order", args, {
      asks,
      returns: { outcome: "done", status: "cancelled" },
      sends: [...reads, "POST /orders/1054/cancel", ...reads], // done, and its answer lost
    }),
    call("cancel_order", args, {
      asks,
      fails: /The shop refused the cancellation: Only a pending order can be cancelled/,
    }),
    expectWorld(({ orders }) =>
      orders.some((one) => one.order_id === "1054" && one.payments.length === 2),
    ),
  ],
);
