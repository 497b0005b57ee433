import { call, fault, reply, say, respondWith, story } from "../../harness/story.ts";

export default story("a renamed field is named in the error", { as: "mia" }, [
  say("Where is order 1036 now?"),
  fault("GET /api/orders/:id/status/", [respondWith({ order_number: "1036", state: "shipped" })]),
  call(
    "get_order_status",
    { order_id: "1036" },
    {
      fails:
        /^The shop answered the order status in an unexpected shape: status is missing or has another type\. Trying again will not help: the operator has to compare the shop's serializer with the contract\.$/,
      sends: ["GET /api/orders/1036/status/"],
      tokens: 75,
    },
  ),
  reply(
    "The shop's short answer has changed its format, and whoever runs the shop has to look at that. The full record may still have it.",
  ),
  call(
    "get_order",
    { order_id: "1036" },
    {
      returns: { status: "shipped", estimated_delivery: "2026-11-23" },
      sends: ["GET /api/orders/1036/"],
      tokens: 1100,
    },
  ),
  reply("Yes: 1036 has been shipped and should arrive on 23 November."),
]);
