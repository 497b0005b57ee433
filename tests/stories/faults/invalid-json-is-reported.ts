import { call, fault, garbage, reply, say, story } from "../../harness/story.ts";

export default story(
  "invalid JSON is reported and not retried",
  { as: "mia", allLanesOnDjango: true },
  [
    say("What are your opening hours?"),
    fault("GET /api/shop/", [garbage()]),
    call(
      "get_shop_info",
      {},
      {
        fails:
          /^The shop answered the shop information with something other than JSON, such as a login page \(HTTP 200\)\. Trying again will not help/,
        sends: ["GET /api/shop/"],
        tokens: 75,
      },
    ),
    reply(
      "The shop sends something that I cannot read. Asking again will not help; the people who run it have to look at it.",
    ),
  ],
);
