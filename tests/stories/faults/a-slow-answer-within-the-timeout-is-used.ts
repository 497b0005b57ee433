import { call, fault, reply, say, slow, story } from "../../harness/story.ts";

export default story(
  "a slow answer within the timeout is used",
  { as: "mia", allLanesOnDjango: true, settings: { timeout: 2 } },
  [
    say("Has the wool throw been sent yet? Order 1047."),
    fault("GET /api/orders/:id/status/", [slow(0.2)]),
    call(
      "get_order_status",
      { order_id: "1047" },
      {
        returns: { status: "processing", estimated_delivery: "2026-11-25", tracking_ids: [] },
        text: /^Order 1047 is processing\. The shop is at work on it and has not shipped it\.\n/,
        sends: ["GET /api/orders/1047/status/"],
        tokens: 220,
      },
    ),
    reply("Not yet: they are at work on it, and it should be with you on 25 November."),
  ],
);
