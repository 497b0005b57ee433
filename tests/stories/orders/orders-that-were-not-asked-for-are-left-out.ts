import { call, fault, reply, save, say, respondWith, story, use } from "../../harness/story.ts";

const statuses = Array.from({ length: 11 }, () => "pending");
/** All orders, oldest first: a view that reads no parameter. */
const all = [...statuses, "shipped"].map((status, n) => ({
  order_id: 2001 + n,
  customer_id: n % 2 ? "mia-lindqvist" : "bram-de-wilde",
  status,
  placed_at: `2026-11-${String(n + 1).padStart(2, "0")}`,
}));
/** Two of them, and no link to the others. */
const page = { items: all.slice(10), count: 12 };

export default story("orders that were not asked for are left out", { as: "staff" }, [
  say("Which orders are on their way?"),
  fault("GET /api/orders/", [respondWith(all), respondWith(all), respondWith(page)]),
  call(
    "list_orders",
    { status: "shipped" },
    {
      returns: {
        orders: [{ order_id: "2012", status: "shipped" }],
        notes: ["The shop also gave 11 orders that do not fit status; they are left out."],
      },
      text: /^1 order\n/,
      sends: ["GET /api/orders/?status=shipped&limit=10"],
      tokens: 200,
    },
  ),
  reply("Only 2012."),
  say("And what has Mia Lindqvist ordered last?"),
  call(
    "list_orders",
    { customer_id: "mia-lindqvist", limit: 2 },
    {
      returns: {
        orders: [
          { order_id: save("newest"), customer_id: "mia-lindqvist" },
          { order_id: "2010", customer_id: "mia-lindqvist" },
        ],
        next_cursor: save("her older ones"),
        notes: ["The shop also gave 2 orders that do not fit customer_id; they are left out."],
      },
      text: /^2 orders, and there are more\n/,
      sends: ["GET /api/orders/?customer=mia-lindqvist&limit=2"],
      tokens: 500,
    },
  ),
  reply("2012, on 12 November."),
  say("How many orders are there in all?"),
  call(
    "list_orders",
    {},
    {
      returns: {
        orders: [{ order_id: "2011" }, { order_id: use("newest") }],
        truncated: true,
        notes: [
          "The shop's list is not newest first: these orders are in the shop's own order.",
          "There are more orders than these (12 in all, as the shop counts), and no link to them that can be followed: ask with a larger limit, or for something narrower.",
        ],
      },
      text: /^2 orders, and there are more\n/,
      sends: ["GET /api/orders/?limit=10"],
      tokens: 500,
    },
  ),
  reply("Twelve, as the shop counts; it shows me only two of them."),
]);
