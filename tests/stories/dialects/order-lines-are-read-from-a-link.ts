import { call, fault, read, reply, save, say, status, story, use } from "../../harness/story.ts";

export default story("order lines are read from a link", { shop: "tutorial", as: "mia" }, [
  say("Which of my orders is on its way, and what is in it?"),
  call(
    "list_orders",
    { status: "shipped" },
    {
      returns: {
        orders: [
          {
            order_id: save("order"),
            status: "shipped",
            placed_at: "2026-11-09T17:32:46Z",
            total: { amount: "74.90", currency: "EUR" },
          },
        ],
      },
      sends: ["GET /orders?status=3&limit=10"], // but not its lines: a list shows none
    },
  ),
  call(
    "get_order_status",
    { order_id: use("order") },
    {
      returns: { order_id: "1036", status: "shipped", updated_at: "2026-11-12T14:50:50Z" },
      sends: ["GET /orders/1036"],
    },
  ),
  call(
    "get_order",
    { order_id: use("order") },
    {
      returns: {
        status: "shipped",
        address: { line1: "Storgatan 3", line2: "c/o Karin Lindqvist", postcode: "442 30" },
        lines: [{}, {}],
      },
      sends: ["GET /orders/1036", "GET /orders/1036/lines"],
    },
  ),
  reply("Two things, on their way to Kungälv."),
  fault("GET /orders/:id/lines", [status(503)]),
  read("shop://orders/1036", {
    returns: { lines: [{}, {}] },
    sends: [
      "GET /orders/1036",
      "GET /orders/1036/lines",
      "GET /orders/1036",
      "GET /orders/1036/lines",
    ],
  }),
  say("And the one of my neighbour?"),
  call(
    "get_order",
    { order_id: "1046" },
    {
      fails: /Nothing was found under 1046 \(order record\): the id does not exist/,
      sends: ["GET /orders/1046"],
    },
  ),
]);
