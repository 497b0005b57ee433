import { call, fault, reply, reset, resetUnread, say, story } from "../story.ts";

const asked = "GET /api/orders/1028/status/";

export default story(
  "a line that breaks, before the question and before the answer",
  { as: "mia", everywhere: true },
  [
    say("The watering can in order 1028, did that come in the end?"),
    fault("GET /api/orders/:id/status/", [resetUnread(), reset()]),
    call(
      "get_order_status",
      { order_id: "1028" },
      {
        returns: { status: "delivered", tracking_ids: ["CD864993399BE", "CD536786287BE"] },
        text: /^Order 1028 is delivered\./,
        sends: [asked, asked, asked],
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
          /^The shop cannot be reached: nothing answers at its address\. Try again in a minute; if it stays like this, the operator has to check DJANGO_API_BASE\.$/,
        sends: [asked, asked, asked],
        tokens: 60,
      },
    ),
    reply("Now the shop cannot be reached at all. Ask me again in a minute, please."),
  ],
);
