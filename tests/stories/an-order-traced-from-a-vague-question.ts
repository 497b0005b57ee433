import {
  call,
  complete,
  fault,
  hang,
  like,
  reply,
  save,
  say,
  status,
  story,
  use,
} from "../story.ts";

export default story("an order is traced from a vague question", { as: "mia", everywhere: true }, [
  say("Where has my parcel got to?"),
  call(
    "list_orders",
    { status: "shipped" },
    {
      returns: { orders: [{ order_id: save("order"), total: { amount: like(/^\d+\.\d\d$/) } }] },
      sends: ["GET /api/orders/?status=shipped&limit=10"],
    },
  ),
  reply("One is on its way. Let me look where."),
  call(
    "get_order_status",
    { order_id: use("order") },
    {
      returns: { status: "shipped", tracking_ids: ["CD284208793BE"] },
      sends: ["GET /api/orders/1036/status/"],
      tokens: 300,
    },
  ),
  fault("GET /api/orders/:id/status/", [status(503, { "Retry-After": "2" }), hang()]),
  call(
    "get_order_status",
    { order_id: use("order") },
    {
      returns: { status: "shipped" },
      sends: [
        "GET /api/orders/1036/status/",
        "GET /api/orders/1036/status/",
        "GET /api/orders/1036/status/",
      ],
    },
  ),
  complete("track_order", "order_id", "103", ["1036"]),
]);
