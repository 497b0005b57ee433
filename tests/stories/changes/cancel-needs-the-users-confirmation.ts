import {
  accept,
  call,
  decline,
  dismiss,
  expectWorld,
  reply,
  save,
  say,
  story,
  use,
} from "../../harness/story.ts";
import { seed } from "../../../mocks/world.ts";

const reads = ["GET /api/orders/1054/", "GET /api/customers/mia-lindqvist/"];
const question =
  /^Cancel order 1054 .*Fountain Pen \(.*black, .*fine\).*refunded: 56\.90 EUR to "Visa ending in 4417/s;

export default story(
  "an order is cancelled only after the user confirms",
  { as: "mia", allLanesOnDjango: true },
  [
    say(
      "On Wednesday I ordered a fountain pen, and on Thursday my brother gave me one. Can it still be stopped?",
    ),
    call(
      "list_orders",
      { status: "pending" },
      {
        returns: { orders: [{ order_id: save("pen"), total: { amount: "56.90" } }] },
        sends: ["GET /api/orders/?status=pending&limit=10"],
      },
    ),
    reply("Order 1054 is not packed yet, so it can be cancelled. The shop will ask you first."),
    call(
      "cancel_order",
      { order_id: use("pen"), reason: "no_longer_needed" },
      {
        asks: [question, decline()],
        fails: /the user declined.* Nothing was sent to the shop\./,
        sends: [...reads, "POST /api/orders/1054/previews/"],
        tokens: 60,
      },
    ),
    reply("You said no, and nothing was cancelled. Is it the ink?"),
    say("Yes. I thought it was only the pen. Oh well, take the ink with it."),
    call(
      "cancel_order",
      { order_id: use("pen"), reason: "no_longer_needed" },
      {
        asks: [question, dismiss()],
        fails: /the question was closed without an answer.* Nothing was sent/,
        sends: [...reads, "POST /api/orders/1054/previews/"],
        tokens: 60,
      },
    ),
    reply("The question was closed without an answer, so the order is unchanged."),
    say("Sorry, that was the doorbell. Now."),
    call(
      "cancel_order",
      { order_id: use("pen"), reason: "no_longer_needed" },
      {
        asks: [question, accept()],
        returns: {
          outcome: "done",
          order_id: "1054",
          status: "cancelled",
          amount: "-56.90",
          currency: "EUR",
        },
        text: /^Order 1054: cancelled\. Refunded: 56\.90 EUR to "mia-visa"\./,
        sends: [...reads, "POST /api/orders/1054/previews/", "POST /api/orders/1054/cancel/"],
        tokens: 160,
      },
    ),
    reply("Cancelled. 56.90 EUR go back to your Visa card, within three working days."),
    say("Is it really gone? Do it once more, to be on the safe side."),
    call(
      "cancel_order",
      { order_id: use("pen"), reason: "no_longer_needed" },
      {
        fails:
          /^The same was asked for and sent within the last ten minutes\. The shop's answer was: Order 1054: cancelled\. Refunded: 56\.90 EUR .* this one is cancelled\./,
        sends: reads.slice(0, 1),
        tokens: 100,
      },
    ),
    reply("It is really gone: there is nothing left to cancel."),
    expectWorld(({ orders }) => {
      const [pen, ...more] = orders.filter(
        (order, nth) => !Bun.deepEquals(order, seed.orders[nth]),
      );
      return (
        more.length === 0 &&
        pen?.order_id === "1054" &&
        pen.status === "cancelled" &&
        pen.cancel_reason === "no_longer_needed" &&
        pen.updated_at === "2026-11-22T09:00:00Z" && // the shop's clock stands still
        Bun.deepEquals(pen.timeline?.at(-1), {
          at: "2026-11-22T09:00:00Z",
          status: "cancelled",
          note: "Cancelled: no longer needed.",
        }) &&
        Bun.deepEquals(pen.payments, [
          { kind: "payment", amount: "56.90", payment_method_id: "mia-visa" },
          { kind: "refund", amount: "56.90", payment_method_id: "mia-visa" },
        ])
      );
    }),
  ],
);
