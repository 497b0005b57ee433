import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = ["GET /api/orders/1053/", "GET /api/customers/ines-moreau/"];

export default story(
  "the payment method can be changed once, and a cancellation refunds the new one",
  { as: "ines", allLanesOnDjango: true },
  [
    say(
      "The field glass, 1053, went on my Visa. I have a gift card lying about that is about to expire, I think. Use that.",
    ),
    call(
      "change_order_payment",
      { order_id: "1053", payment_method_id: "ines-gift" },
      {
        asks: [
          /^Pay order 1053 .*charged: 84\.00 EUR to "gift card.*refunded: 84\.00 EUR to "Visa ending in 2258/s,
          accept(),
        ],
        returns: {
          outcome: "done",
          order_id: "1053",
          status: "pending",
          amount: "0.00",
          currency: "EUR",
        },
        text: /^Order 1053: .*Charged: 84\.00 EUR to "ines-gift"\. Refunded: 84\.00 EUR to "ines-visa"\./,
        sends: [...reads, "POST /api/orders/1053/previews/", "PATCH /api/orders/1053/payment/"],
        tokens: 160,
      },
    ),
    reply(
      "Done: the gift card pays all 84.00 EUR, which leaves 1.00 EUR on it, and your Visa gets its money back. Gift cards never expire here, by the way.",
    ),
    say("They never do? Then I keep it for Christmas. Back to the Visa, please."),
    call(
      "change_order_payment",
      { order_id: "1053", payment_method_id: "ines-visa" },
      {
        fails:
          /^The shop refused the change of payment: The payment method can be changed only while the order has exactly one payment and no refund\. Nothing was changed\./,
        sends: [...reads, "POST /api/orders/1053/previews/"],
        tokens: 80,
      },
    ),
    reply("The shop changes this only once, and it has. What I can still do is cancel the order."),
    say("All right, I will watch birds with the naked eye until spring."),
    call(
      "cancel_order",
      { order_id: "1053", reason: "no_longer_needed" },
      {
        asks: [
          /^Cancel order 1053 .*Field Glass 8×21 \(.*black, .*canvas\)".*84\.00 EUR to "gift card/s,
          accept(),
        ],
        returns: {
          outcome: "done",
          order_id: "1053",
          status: "cancelled",
          amount: "-84.00",
          currency: "EUR",
        },
        sends: [...reads, "POST /api/orders/1053/previews/", "POST /api/orders/1053/cancel/"],
        tokens: 160,
      },
    ),
    reply(
      "Cancelled. All 84.00 EUR are on the gift card again, which makes 85.00 EUR for Christmas.",
    ),
    expectWorld(({ orders, customers }) => {
      const glass = orders.find(({ order_id }) => order_id === "1053");
      const ines = customers.find(({ customer_id }) => customer_id === "ines-moreau");
      const card = ines?.payment_methods.find(({ kind }) => kind === "gift_card");
      return (
        card?.balance === "85.00" &&
        glass?.status === "cancelled" &&
        Bun.deepEquals(glass.payments, [
          { kind: "payment", amount: "84.00", payment_method_id: "ines-visa" },
          { kind: "payment", amount: "84.00", payment_method_id: "ines-gift" },
          { kind: "refund", amount: "84.00", payment_method_id: "ines-visa" },
          { kind: "refund", amount: "84.00", payment_method_id: "ines-gift" },
        ])
      );
    }),
  ],
);
