import { call, fault, reply, say, status, story } from "../../harness/story.ts";

const throttled = { detail: "Request was throttled. Expected available in 2 seconds." };

export default story("a Retry-After of two seconds is waited out", { as: "mia" }, [
  say("What is in order 1049 now? I changed my mind about the bowls."),
  fault("GET /api/orders/:id/", [status(429, { "Retry-After": "2" }, throttled)]),
  call(
    "get_order",
    { order_id: "1049" },
    {
      returns: {
        items_modified: true,
        lines: [
          { name: "Café au Lait Bowl", options: { glaze: "ink blue" } },
          { name: "Café au Lait Bowl", options: { glaze: "ink blue" } },
          { name: "Smørrebrød Board", options: { wood: "oak" } },
        ],
        total: { amount: "49.80", currency: "EUR" },
        can_cancel: { allowed: false },
      },
      sends: ["GET /api/orders/1049/", "GET /api/orders/1049/"],
      tokens: 1100,
    },
  ),
  reply(
    "Two bowls in ink blue and the oak board, 49.80 EUR in all. Since its items were changed, it can no longer be cancelled.",
  ),
]);
