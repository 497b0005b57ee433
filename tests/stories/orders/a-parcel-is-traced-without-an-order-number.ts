import { call, matching, reply, save, say, story, use } from "../../harness/story.ts";

export default story(
  "a shipped parcel is traced without an order number",
  { as: "mia", allLanesOnDjango: true },
  [
    say(
      "I sent my mother something from you a while ago, and she says nothing has come. Where is it?",
    ),
    call(
      "list_orders",
      { status: "shipped" },
      {
        returns: { orders: [{ order_id: save("parcel"), status: "shipped", item_count: 2 }] },
        text: /^1 order\n/,
        sends: ["GET /api/orders/?status=shipped&limit=10"],
        tokens: 200,
      },
    ),
    call(
      "get_order",
      { order_id: use("parcel") },
      {
        returns: {
          order_id: "1036",
          address: { line2: "c/o Karin Lindqvist", city: "Kungälv" },
          lines: [
            { name: "Folded Paper Star", options: { color: "ochre" } },
            { name: "Beeswax Dinner Candles", options: { count: "6" } },
          ],
          shipments: [{ tracking_ids: ["CD284208793BE"] }],
          estimated_delivery: "2026-11-23",
          as_of: matching(/^\d{4}-\d\d-\d\dT/),
        },
        text: /^Order 1036 is shipped\. It is on its way\.\n/,
        sends: ["GET /api/orders/1036/"],
        tokens: 1100,
      },
    ),
    reply(
      "It is on its way. The ochre paper star and the six candles for Karin in Kungälv left the shop on 12 November and should arrive on the 23rd. The tracking number is CD284208793BE.",
    ),
    say("And can I still add something to it?"),
    reply(
      "No. The shop says that only a pending order can be changed, and this one has been shipped. Another order would be another parcel.",
    ),
  ],
);
