import { call, fault, reply, say, status, story } from "../../harness/story.ts";

const throttled = { detail: "Request was throttled." };

export default story("a rate limit without a delay is retried at once", { as: "mia" }, [
  say("Which of my orders are still to be packed?"),
  fault("GET /api/orders/", [status(429, { "Retry-After": "0" }, throttled)]),
  call(
    "list_orders",
    { status: "pending" },
    {
      returns: {
        orders: [
          { order_id: "1054", total: { amount: "56.90", currency: "EUR" }, item_count: 2 },
          { order_id: "1049", total: { amount: "49.80", currency: "EUR" }, item_count: 3 },
        ],
      },
      text: /^2 orders\n/,
      sends: [
        "GET /api/orders/?status=pending&limit=10",
        "GET /api/orders/?status=pending&limit=10",
      ],
      tokens: 300,
    },
  ),
  reply("Two of them: 1054 for 56.90 EUR, and 1049 for 49.80 EUR."),
]);
