import { call, fault, reply, reset, resetUnread, say, story } from "../../harness/story.ts";

const request = "GET /api/orders/1028/status/";

export default story(
  "a broken connection is retried twice, then reported",
  { as: "mia", allLanesOnDjango: true },
  [
    say("The watering can in order 1028, did that come in the end?"),
    fault("GET /api/orders/:id/status/", [resetUnread(), reset()]),
    call(
      "get_order_status",
      { order_id: "1028" },
      {
        returns: { status: "delivered", tracking_ids: ["CD864993399BE", "CD536786287BE"] },
        text: /^Order 1028 is delivered\./,
        sends: [request, request, request],
        tokens: 220,
      },
    ),
    reply("Yes, everything in 1028 has been delivered. It came in two parcels."),
    say("Then I must have two cans. Look again?"),
    fault("GET /api/orders/:id/status/", [reset(), reset(), reset()]),
    call(
      "get_order_status",
      { order_id: "1028" },
      {
        fails:
          /^The connection broke off before the shop's answer to the order status was complete\. Nothing was changed; try again\.$/,
        sends: [request, request, request],
        tokens: 60,
      },
    ),
    reply("Now the connection to the shop breaks every time. Ask me again in a minute, please."),
  ],
);
