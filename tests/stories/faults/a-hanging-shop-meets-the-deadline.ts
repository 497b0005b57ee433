import { call, fault, hang, reply, say, story } from "../../harness/story.ts";

export default story("a shop that never answers is given up at the deadline", { as: "mia" }, [
  say("Did the notebooks arrive? That was order 1004, I think."),
  fault("GET /api/orders/:id/status/", [hang(), hang(), hang()]),
  call(
    "get_order_status",
    { order_id: "1004" },
    {
      fails:
        /^The shop did not answer the order status within 10 s\. Try again in a minute, or ask for less at once\.$/,
      sends: [
        "GET /api/orders/1004/status/",
        "GET /api/orders/1004/status/",
        "GET /api/orders/1004/status/",
      ],
      tokens: 40,
    },
  ),
  reply("The shop does not answer just now. May I try again in a minute?"),
  say("Please do. I will put the kettle on."),
  call(
    "get_order_status",
    { order_id: "1004" },
    {
      returns: { status: "delivered", tracking_ids: ["CD198921905BE"] },
      text: /^Order 1004 is delivered\./,
      sends: ["GET /api/orders/1004/status/"],
    },
  ),
  reply("There it is: order 1004 has been delivered."),
]);
