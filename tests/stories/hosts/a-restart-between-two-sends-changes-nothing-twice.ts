import { accept, call, expectWorld, lost, reply, say, story } from "../../harness/story.ts";

export default story(
  "a server that is restarted before its answer arrives makes the change once",
  { as: "ines" },
  [
    say("Pay the field glass, 1053, from my gift card."),
    lost(
      call(
        "change_order_payment",
        { order_id: "1053", payment_method_id: "ines-gift" },
        {
          asks: [/^Pay order 1053 .*charged: 84\.00 EUR to "gift card/s, accept()],
          returns: { outcome: "done", order_id: "1053", amount: "0.00", currency: "EUR" },
          text: /^Order 1053: .* Charged: 84\.00 EUR to "ines-gift"\. Refunded: 84\.00 EUR to "ines-visa"\./,
          sends: [
            "GET /api/orders/1053/",
            "GET /api/customers/ines-moreau/",
            "POST /api/orders/1053/previews/",
            "PATCH /api/orders/1053/payment/",
          ],
          tokens: 160,
        },
      ),
      { restarts: true },
    ),
    reply("The gift card has paid, once: there is 1.00 EUR left on it."),
    expectWorld(({ orders, customers }) => {
      const glass = orders.find(({ order_id }) => order_id === "1053");
      const ines = customers.find(({ customer_id }) => customer_id === "ines-moreau");
      return (
        glass?.payments.length === 3 &&
        ines?.payment_methods.some(({ balance }) => balance === "1.00") === true
      );
    }),
  ],
);
