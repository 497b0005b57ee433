import { call, endless, fault, reply, say, story } from "../../harness/story.ts";

export default story(
  "an answer without an end is cut off at the size limit",
  { as: "mia", allLanesOnDjango: true },
  [
    say("Show me everything I ever bought."),
    fault("GET /api/orders/", [endless()]),
    call(
      "list_orders",
      { limit: 50 },
      {
        fails:
          /^The shop's answer to the order list exceeds 1 MiB and was not read\. Ask for less: a smaller limit, or a narrower search\.$/,
        sends: ["GET /api/orders/?limit=50"],
        tokens: 50,
      },
    ),
    reply("That was more than I can read at once. Let me begin with the newest three."),
    call(
      "list_orders",
      { limit: 3 },
      {
        returns: { orders: [{ order_id: "1054" }, { order_id: "1049" }, { order_id: "1047" }] },
        text: /^3 orders, and there are more\n/,
        sends: ["GET /api/orders/?limit=3"],
        tokens: 500,
      },
    ),
    reply("The newest are 1054, 1049 and 1047, and there are more behind them."),
  ],
);
