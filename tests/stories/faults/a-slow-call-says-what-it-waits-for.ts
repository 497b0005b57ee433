import { call, fault, reply, say, slow, status, story } from "../../harness/story.ts";

export default story("a slow call says what it waits for", { as: "mia" }, [
  say("Has the wool throw been sent yet? Order 1047."),
  fault("GET /api/orders/:id/status/", [slow(2.5)]),
  call(
    "get_order_status",
    { order_id: "1047" },
    {
      returns: { status: "processing" },
      progress: [/^1 Waiting for the shop$/, /^2 Waiting for the shop$/],
    },
  ),
  reply("Not yet: the shop is still at work on it."),
  say("And the bowls, order 1049?"),
  fault("GET /api/orders/:id/status/", [status(503), slow(1.5)]),
  call(
    "get_order_status",
    { order_id: "1049" },
    {
      sends: ["GET /api/orders/1049/status/", "GET /api/orders/1049/status/"],
      progress: [/^1 Waiting for the shop \(attempt 2 of 3\)$/],
    },
  ),
  say("What is in the watering can's box?"),
  call("get_product", { product_id: "elsa-watering-can" }, { progress: [] }),
]);
