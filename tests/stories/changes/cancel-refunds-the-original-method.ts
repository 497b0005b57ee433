import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = ["GET /api/orders/1057/", "GET /api/customers/giulia-ferrante/"];

export default story("cancelling an order refunds each original payment method", { as: "giulia" }, [
  say("The wool throw and the spinning tops: my sister has bought the very same. Cancel 1057."),
  call(
    "cancel_order",
    { order_id: "1057", reason: "ordered_by_mistake" },
    {
      asks: [
        /^Cancel order 1057 .*Wool Throw \(.*130 × 180 cm, .*pale grey\)", .*refunded: 45\.00 EUR to "gift card.*refunded: 119\.00 EUR to "PayPal/s,
        accept(),
      ],
      returns: {
        outcome: "done",
        order_id: "1057",
        status: "cancelled",
        amount: "-164.00",
        currency: "EUR",
      },
      text: /^Order 1057: cancelled\. Refunded: 45\.00 EUR to "giulia-gift"\. Refunded: 119\.00 EUR to "giulia-paypal"\./,
      sends: [...reads, "POST /api/orders/1057/previews/", "POST /api/orders/1057/cancel/"],
      tokens: 160,
    },
  ),
  reply(
    "Cancelled: 45.00 EUR are back on your gift card, and 119.00 EUR go back to PayPal within three working days.",
  ),
  say("So what can I spend on the card?"),
  call(
    "get_customer",
    {},
    {
      returns: {
        payment_methods: [{}, { payment_method_id: "giulia-gift", balance: { amount: "75.00" } }],
      },
      sends: ["GET /api/customers/me/"],
      tokens: 400,
    },
  ),
  reply("75.00 EUR. Perhaps ask your sister first."),
  expectWorld(({ orders, customers }) => {
    const order = orders.find(({ order_id }) => order_id === "1057");
    const giulia = customers.find(({ customer_id }) => customer_id === "giulia-ferrante");
    return (
      order?.status === "cancelled" &&
      order.cancel_reason === "ordered_by_mistake" &&
      giulia?.payment_methods.some(({ balance }) => balance === "75.00") === true &&
      Bun.deepEquals(order.payments, [
        { kind: "payment", amount: "45.00", payment_method_id: "giulia-gift" },
        { kind: "payment", amount: "119.00", payment_method_id: "giulia-paypal" },
        { kind: "refund", amount: "45.00", payment_method_id: "giulia-gift" },
        { kind: "refund", amount: "119.00", payment_method_id: "giulia-paypal" },
      ])
    );
  }),
]);
