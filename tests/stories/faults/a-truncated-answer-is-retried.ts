import { call, fault, reply, say, story, truncated } from "../../harness/story.ts";

const request = "GET /api/orders/1047/";

export default story(
  "a truncated answer is retried twice, then reported",
  { as: "mia", allLanesOnDjango: true },
  [
    say("How did I pay for the wool throw? The order was 1047."),
    fault("GET /api/orders/:id/", [truncated()]),
    call(
      "get_order",
      { order_id: "1047" },
      {
        returns: {
          payments: [
            { amount: { amount: "40.00", currency: "EUR" }, payment_method_id: "mia-gift" },
            { amount: { amount: "96.20", currency: "EUR" }, payment_method_id: "mia-visa" },
          ],
        },
        sends: [request, request],
        tokens: 1100,
      },
    ),
    reply("In two parts: 40.00 EUR from your gift card, and 96.20 EUR with your Visa card."),
    say("And where does it go?"),
    fault("GET /api/orders/:id/", [truncated(), truncated(), truncated()]),
    call(
      "get_order",
      { order_id: "1047" },
      {
        fails:
          /^The connection broke off before the shop's answer to the order record was complete\. Nothing was changed; try again\.$/,
        sends: [request, request, request],
        tokens: 40,
      },
    ),
    reply(
      "The shop's answer keeps breaking off, so I would rather not guess. Nothing was changed.",
    ),
  ],
);
