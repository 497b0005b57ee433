import { call, expectWorld, reply, say, story } from "../../harness/story.ts";

export default story(
  "a pending order can be cancelled but not returned",
  { as: "mia", world: "one-pending-order" },
  [
    say("I was your very first customer, wasn't I? Is my order still with you?"),
    call(
      "list_orders",
      {},
      {
        returns: {
          orders: [
            { order_id: "1054", status: "pending", total: { amount: "56.90", currency: "EUR" } },
          ],
        },
        text: /^1 order\n/,
        sends: ["GET /api/orders/?limit=10"],
      },
    ),
    call(
      "get_order",
      { order_id: "1054" },
      {
        returns: { can_cancel: { allowed: true }, can_return: { allowed: false } },
        sends: ["GET /api/orders/1054/"],
      },
    ),
    reply("It is the only one there is: the fountain pen and the ink, 56.90 EUR, not packed yet."),
    call("get_shop_info", {}, { returns: { name: "Shop", currency: "EUR" } }),
    expectWorld(({ orders, products }) => orders.length === 1 && products.length === 2),
  ],
);
