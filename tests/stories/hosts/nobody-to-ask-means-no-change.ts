import { seed } from "../../../mocks/world.ts";
import { call, expectWorld, reply, say, story } from "../../harness/story.ts";

export default story(
  "with --confirm elicit, a host that cannot ask changes nothing",
  { as: "mia", elicitation: false, settings: { confirm: "elicit" } },
  [
    say("Cancel my pen, 1054."),
    call(
      "cancel_order",
      { order_id: "1054", reason: "no_longer_needed" },
      {
        fails: /^Not cancelled: this host cannot put a question to the user/,
        sends: [],
        tokens: 80,
      },
    ),
    reply("I cannot do that from here: please cancel it on the shop's own pages."),
    expectWorld((world) => Bun.deepEquals(world, seed)),
  ],
);
