import { hears, listens, outOfBand, read, reply, say, story } from "../../harness/story.ts";

export default story(
  "an order of a shop without webhooks is looked at",
  { as: "mia", changes: "looked for", elicitation: false, allLanesOnDjango: true },
  [
    say("Tell me when something happens to my order 1054."),
    listens("shop://orders/1054"),
    listens("shop://products/linen-apron"),
    reply("I will."),
    outOfBand(
      "staff",
      "POST /api/orders/:id/cancel/",
      { id: "1054" },
      { reason: "ordered_by_mistake" },
    ),
    hears("shop://orders/1054"),
    read("shop://orders/1054", { returns: { status: "cancelled" } }),
    reply("It has been cancelled by the shop."),
  ],
);
