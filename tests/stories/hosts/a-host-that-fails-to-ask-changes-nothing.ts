import { seed } from "../../../mocks/world.ts";
import { call, expectWorld, failToAsk, reply, say, story } from "../../harness/story.ts";

export default story(
  "a host that fails to put the question changes nothing",
  { as: "mia", allLanesOnDjango: true },
  [
    say("Cancel my pen, 1054."),
    call(
      "cancel_order",
      { order_id: "1054", reason: "no_longer_needed" },
      {
        asks: [/^Cancel order 1054 /, failToAsk()],
        fails:
          /could not put the question to the user, or their answer did not come back\. Nothing was sent to the shop\./,
        sends: [
          "GET /api/orders/1054/",
          "GET /api/customers/mia-lindqvist/",
          "POST /api/orders/1054/previews/",
        ],
        tokens: 80,
      },
    ),
    reply("This application could not ask you, so the pen is not cancelled. Shall I try again?"),
    say("Later, on the telephone."),
    expectWorld((world) => Bun.deepEquals(world, seed)),
  ],
);
