import { call, complete, reply, save, say, story, use } from "../../harness/story.ts";

export default story("staff list the orders of one customer, or of all", { as: "staff" }, [
  say("Bram from Café De Uil is at the counter. What is still open for him?"),
  call(
    "find_customer",
    { first_name: "Bram", postcode: "9000" },
    {
      returns: { customers: [{ customer_id: save("bram"), last_name: "De Wilde" }] },
      text: /^1 customer\n/,
      sends: ["GET /api/customers/?first_name=Bram&postcode=9000&limit=10"],
      tokens: 180,
    },
  ),
  call(
    "list_orders",
    { customer_id: use("bram"), status: "pending" },
    {
      returns: {
        orders: [
          { order_id: "1060", total: { amount: "46.80", currency: "EUR" } },
          { order_id: "1058", customer_id: "bram-de-wilde", total: { amount: "149.50" } },
        ],
      },
      text: /^2 orders\n/,
      sends: ["GET /api/orders/?status=pending&customer=bram-de-wilde&limit=10"],
      tokens: 300,
    },
  ),
  reply("Two are pending: 1060 for 46.80 EUR, and 1058 for 149.50 EUR."),
  say("And all of his, since the summer?"),
  call(
    "list_orders",
    { customer_id: use("bram"), limit: 50 },
    {
      returns: {
        orders: [
          { order_id: "1060" },
          { order_id: "1058" },
          { order_id: "1052" },
          { order_id: "1046" },
          { order_id: "1033" },
          { order_id: "1027" },
          { placed_at: "2026-08-22T09:00:12Z" },
          { placed_at: "2026-08-22T09:00:12Z" }, // two orders in the same second
          { order_id: "1001", placed_at: "2026-08-01T07:42:18Z" },
        ],
      },
      text: /^9 orders\n/,
      sends: ["GET /api/orders/?customer=bram-de-wilde&limit=50"],
      tokens: 1200,
    },
  ),
  reply("Nine, the first of them on 1 August."),
  say("And of all customers, whose orders are being packed today?"),
  call(
    "list_orders",
    { status: "processing" },
    {
      returns: {
        orders: [
          { order_id: "1052", customer_id: "bram-de-wilde" },
          { order_id: "1051", customer_id: "ines-moreau" },
          { order_id: "1050", customer_id: "juergen-weiss" },
        ],
      },
      sends: ["GET /api/orders/?status=processing&limit=10"],
      tokens: 900,
    },
  ),
  reply("1052 for Bram, 1051 for Inès and 1050 for Jürgen are the newest."),
  say("Odd, when I pick “Where is my order?” and type 105, my menu stays empty."),
  complete("track_order", "order_id", "105", []),
  reply(
    "The menu offers only your own orders, and you have none. Give me the order number instead.",
  ),
]);
