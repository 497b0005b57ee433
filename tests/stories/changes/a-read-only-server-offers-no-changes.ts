import { seed } from "../../../mocks/world.ts";
import { call, callRaw, ends, reply, say, story } from "../../harness/story.ts";

export default story(
  "a read-only server offers no changes",
  { as: "mia", settings: { read_only: "true" } },
  [
    say("Is 1054 still to be stopped?"),
    call(
      "get_order",
      { order_id: "1054" },
      {
        returns: { status: "pending", can_cancel: { allowed: true } },
        sends: ["GET /api/orders/1054/"],
        tokens: 1100,
      },
    ),
    reply(
      "The shop would still cancel it. I cannot: in this place I may look, and change nothing.",
    ),
    say("You have done it before. Try."),
    callRaw(
      "cancel_order",
      { order_id: "1054", reason: "no_longer_needed" },
      { fails: /cancel_order not found/i, sends: [], tokens: 60 },
    ),
    reply("There is no such tool here. In the shop's own pages it is one click, and it is yours."),
    ends((world) => Bun.deepEquals(world, seed)),
  ],
);
