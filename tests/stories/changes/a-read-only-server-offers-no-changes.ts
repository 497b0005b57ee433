import { seed } from "../../../mocks/world.ts";
import { call, callRaw, expectWorld, reply, say, story } from "../../harness/story.ts";

export default story(
  "a read-only server offers no changes",
  { as: "mia", settings: { read_only: "true" } },
  [
    say("Can 1054 still be stopped?"),
    call(
      "get_order",
      { order_id: "1054" },
      {
        returns: { status: "pending", can_cancel: { allowed: true } },
        sends: ["GET /api/orders/1054/"],
        tokens: 1100,
      },
    ),
    reply("The shop would still cancel it, but I cannot: here I can only look things up."),
    say("You have done it before. Try."),
    callRaw(
      "cancel_order",
      { order_id: "1054", reason: "no_longer_needed" },
      { fails: /cancel_order not found/i, sends: [], tokens: 60 },
    ),
    reply("I have no such tool here. You can cancel it on the shop's own pages."),
    expectWorld((world) => Bun.deepEquals(world, seed)),
  ],
);
