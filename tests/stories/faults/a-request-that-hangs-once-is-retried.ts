import { call, fault, hang, reply, say, story } from "../../harness/story.ts";

export default story(
  "a request that hangs once is retried",
  { as: "mia", allLanesOnDjango: true, settings: { timeout: 2 } },
  [
    say("When will my fountain pen arrive? It is order 1054."),
    fault("GET /api/orders/:id/status/", [hang()]),
    call(
      "get_order_status",
      { order_id: "1054" },
      {
        returns: { status: "pending", estimated_delivery: "2026-11-30" },
        text: /^Order 1054 is pending\. The shop has not begun to pack it\.\n/,
        sends: ["GET /api/orders/1054/status/", "GET /api/orders/1054/status/"],
        tokens: 220,
      },
    ),
    reply("On 30 November, according to the shop. They have not begun to pack it."),
  ],
);
