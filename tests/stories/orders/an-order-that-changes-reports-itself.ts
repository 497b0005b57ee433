import { call, hears, listens, outOfBand, read, reply, say, story } from "../../harness/story.ts";

export default story(
  "an order that changes reports itself",
  { as: "mia", changes: "told", allLanesOnDjango: true },
  [
    say("Tell me if anything happens to my two open orders. And to 1055."),
    listens("shop://orders/1054"),
    listens("shop://orders/1049"),
    listens("shop://orders/1055", {
      fails: /^Nothing was found under 1055 \(order record\): the id does not exist, or/,
    }),
    reply("I will, for 1054 and 1049. There is no order 1055 that I can see for you."),
    outOfBand(
      "nell",
      "POST /api/orders/:id/cancel/",
      { id: "1055" },
      { reason: "no_longer_needed" },
    ),
    outOfBand(
      "staff",
      "POST /api/orders/:id/cancel/",
      { id: "1054" },
      { reason: "ordered_by_mistake" },
    ),
    hears("shop://orders/1054"),
    read("shop://orders/1054", {
      returns: { status: "cancelled", can_cancel: { allowed: false } },
    }),
    reply("Your order 1054 has just been cancelled by the shop."),
    outOfBand(
      "staff",
      "PATCH /api/orders/:id/address/",
      { id: "1049" },
      {
        address: {
          line1: "Aschebergsgatan 2",
          line2: "",
          city: "Göteborg",
          state: "",
          postcode: "411 27",
          country: "Sweden",
        },
      },
    ),
    hears("shop://orders/1049"),
    call(
      "get_order",
      { order_id: "1049" },
      { returns: { status: "pending", address: { line1: "Aschebergsgatan 2" } } },
    ),
    reply("And 1049 now goes to Aschebergsgatan 2; it is still pending."),
  ],
);
