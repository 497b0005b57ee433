import { call, fault, reply, say, respondWith, story } from "../../harness/story.ts";

export default story(
  "a status that only this shop uses is returned as written",
  { as: "mia", allLanesOnDjango: true },
  [
    say("Is the engraving on my pen done? 1054."),
    fault("GET /api/orders/:id/status/", [respondWith({ status: "At the engraver's" })]),
    call(
      "get_order_status",
      { order_id: "1054" },
      {
        returns: { order_id: "1054", status: "unknown", raw_status: "At the engraver's" },
        text: /^Order 1054 is At the engraver's\. This status is the shop's own \(raw_status\); only the shop can say more\.\n/,
        sends: ["GET /api/orders/1054/status/"],
        tokens: 150,
      },
    ),
    reply(
      "The shop says “At the engraver's”. That is a status of its own, and it gives no date with it, so I will not guess one.",
    ),
  ],
);
