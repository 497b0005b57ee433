import { call, reply, save, say, story, use } from "../../harness/story.ts";

export default story("the order list is read to its last page", { as: "mia" }, [
  say("What was the first thing I ever ordered from you?"),
  call(
    "list_orders",
    { limit: 3 },
    {
      returns: {
        orders: [{ order_id: "1054" }, { order_id: "1049" }, { order_id: "1047" }],
        next_cursor: save("second page"),
      },
      text: /^3 orders, and there are more\n/,
      sends: ["GET /api/orders/?limit=3"],
      tokens: 500,
    },
  ),
  call(
    "list_orders",
    { limit: 3, cursor: use("second page") },
    {
      returns: {
        orders: [{ order_id: "1036" }, { order_id: "1028" }, { order_id: "1021" }],
        next_cursor: save("third page"),
      },
      text: /^3 orders, and there are more\n/,
      sends: ["GET /api/orders/?limit=3&cursor=cD0yMDI2LTExLTE2KzEyJTNBMTklM0ExNiUyQjAwJTNBMDA%3D"],
      tokens: 500,
    },
  ),
  call(
    "list_orders",
    { limit: 3, cursor: use("third page") },
    {
      returns: {
        orders: [
          { order_id: "1017", status: "cancelled" },
          { order_id: save("first order"), placed_at: "2026-08-09T18:27:05Z", item_count: 3 },
        ],
      },
      text: /^2 orders\n(?!.*next_cursor)/,
      sends: ["GET /api/orders/?limit=3&cursor=cD0yMDI2LTA5LTI3KzE5JTNBNDAlM0EyMiUyQjAwJTNBMDA%3D"],
      tokens: 300,
    },
  ),
  call(
    "get_order",
    { order_id: use("first order") },
    {
      returns: {
        lines: [
          { name: "Field Notebook", options: { ruling: "dotted", cover: "moss" } },
          { name: "Field Notebook", options: { ruling: "dotted", cover: "moss" } },
          { name: "Oak-Gall Ink, 50 ml", options: { color: "sepia" } },
        ],
        total: { amount: "37.70", currency: "EUR" },
      },
      sends: ["GET /api/orders/1004/"],
      tokens: 1100,
    },
  ),
  reply(
    "Two dotted notebooks in moss green and a bottle of sepia ink, on 9 August, for 37.70 EUR. Seven more orders have followed it.",
  ),
  say("And which of them all have been delivered?"),
  call(
    "list_orders",
    { status: "delivered", limit: 3, cursor: use("second page") },
    {
      fails:
        /^This cursor is not valid here: it belongs to another request, or has expired\. Make the same call without a cursor, then pass next_cursor on unchanged\.$/,
      sends: [],
    },
  ),
  call(
    "list_orders",
    { status: "delivered", limit: 3 },
    {
      returns: { orders: [{ order_id: "1028" }, { order_id: "1004" }] },
      text: /^2 orders\n/,
      sends: ["GET /api/orders/?status=delivered&limit=3"],
      tokens: 300,
    },
  ),
  reply("There are two of those in all, 1028 and 1004, so they fit on one page."),
]);
