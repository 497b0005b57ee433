import { call, matching, reply, say, story } from "../../harness/story.ts";

export default story("shop info lists categories, policies and support hours", { as: "mia" }, [
  say("What sort of shop is this? And if I do not like a thing, can I send it back?"),
  call(
    "get_shop_info",
    {},
    {
      returns: {
        name: "Quince & Lantern",
        currency: "EUR",
        categories: [
          { name: "Garden", count: 7 },
          { name: "Kitchen", count: 6 },
          { name: "Light", count: 5 },
          { name: "Outdoors", count: 5 },
          { name: "Play", count: 4 },
          { name: "Stationery", count: 8 },
          { name: "Textiles", count: 5 },
        ],
        policies: {
          returns: matching(/within 30 days of its arrival/),
          shipping: matching(/nothing outside Europe/),
        },
        support_hours: matching(/^Monday to Friday 09:00–17:30/),
      },
      text: /^Quince & Lantern\n/,
      sends: ["GET /api/shop/"],
      tokens: 1000,
    },
  ),
  reply(
    "Quince & Lantern has forty things, for the garden, the kitchen and the writing desk above all. A delivered order can go back once, whole or in part, within 30 days. You ask for the return first, and the money comes when the parcel has reached the shop.",
  ),
  say("Could I return the tea towels, then? They came in October, with order 1028."),
  call(
    "get_order",
    { order_id: "1028" },
    {
      returns: {
        status: "delivered",
        timeline: [{}, {}, {}, { at: "2026-10-26T09:10:36Z", status: "delivered" }],
        can_return: { allowed: true },
      },
      sends: ["GET /api/orders/1028/"],
      tokens: 1300,
    },
  ),
  reply(
    "Yes: the shop says that 1028 can be returned, once. It arrived on 26 October, so keep the 30 days in mind.",
  ),
]);
