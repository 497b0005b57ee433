import { seed } from "../../../mocks/world.ts";
import { acceptByItself, call, expectWorld, reply, say, story } from "../../harness/story.ts";

export default story(
  "a host that accepts by itself, with an empty form, changes nothing",
  { as: "mia", allLanesOnDjango: true },
  [
    say("Look at my pen, 1054, and do what has to be done. I am in a meeting."),
    call(
      "cancel_order",
      { order_id: "1054", reason: "no_longer_needed" },
      {
        asks: [/^Cancel order 1054 /, acceptByItself()],
        fails:
          /^Not cancelled: the question came back without its yes, as from a host that accepts by itself\. Nothing was sent to the shop\./,
        sends: [
          "GET /api/orders/1054/",
          "GET /api/customers/mia-lindqvist/",
          "POST /api/orders/1054/previews/",
        ],
        tokens: 80,
      },
    ),
    reply("I could not cancel it: you have to answer the question yourself, after your meeting."),
    expectWorld((world) => Bun.deepEquals(world, seed)),
  ],
);
