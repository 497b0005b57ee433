import { accept, call, outOfBand, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = ["GET /api/orders/1053/", "GET /api/customers/ines-moreau/"];

export default story("a balance that changes meanwhile is confirmed again", { as: "ines" }, [
  say("Pay the field glass, 1053, from my gift card. What is left on it then, a euro?"),
  call(
    "change_order_payment",
    { order_id: "1053", payment_method_id: "ines-gift" },
    {
      asks: [
        [
          /pay .*order 1053 .* with .*gift card.* 85\.00 EUR/i,
          accept(),
          [
            outOfBand(
              "staff",
              "POST /api/orders/:id/cancel/",
              { id: "1059" },
              { reason: "no_longer_needed" },
            ),
          ],
        ],
        [/changed meanwhile.* pay .*order 1053 .* with .*gift card.* 142\.80 EUR/i, accept()],
      ],
      returns: { outcome: "done", order_id: "1053", status: "pending" },
      sends: [...reads, ...reads, ...reads, "PATCH /api/orders/1053/payment/"],
      tokens: 160,
    },
  ),
  reply(
    "You were asked twice, because the balance changed in between: the shop has cancelled your socks, 1059, and refunded 57.80 EUR to the card. After the field glass, 58.80 EUR are left.",
  ),
  say("Ah yes, I phoned about the socks. Madame Vidal knits."),
  expectWorld(({ orders, customers }) => {
    const ines = customers.find(({ customer_id }) => customer_id === "ines-moreau");
    const glass = orders.find(({ order_id }) => order_id === "1053");
    return (
      ines?.payment_methods.some(({ balance }) => balance === "58.80") === true &&
      Bun.deepEquals(glass?.payments, [
        { kind: "payment", amount: "84.00", payment_method_id: "ines-visa" },
        { kind: "payment", amount: "84.00", payment_method_id: "ines-gift" },
        { kind: "refund", amount: "84.00", payment_method_id: "ines-visa" },
      ])
    );
  }),
]);
