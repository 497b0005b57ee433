import { complete, prompt, reply, say, story } from "../../harness/story.ts";

export default story(
  "completion knows the other arguments",
  { as: "mia", allLanesOnDjango: true },
  [
    say("Which of my orders can I send back?"),
    complete("start_return", "order_id", "", ["1028", "1004"]),
    complete("start_return", "order_id", "105", []), // 1054 has not even been packed
    complete("track_order", "order_id", "105", ["1054"]),
    reply("1028 and 1004 have arrived. And while you think: you wanted to compare two lamps?"),
    complete("compare_products", "product_id", "lamp", ["etude-desk-lamp"]),
    complete("compare_products", "other_product_id", "", [], {}),
    complete(
      "compare_products",
      "other_product_id",
      "",
      ["paper-star", "harbour-lantern", "beeswax-candles", "match-striker"],
      { product_id: "etude-desk-lamp" },
    ),
    complete("compare_products", "other_product_id", "lamp", [], { product_id: "etude-desk-lamp" }),
    prompt(
      "compare_products",
      { product_id: "etude-desk-lamp", other_product_id: "harbour-lantern" },
      {
        text: /^Compare the products etude-desk-lamp and harbour-lantern: .*\n\n?What the shop says of it now is attached/s,
        returns: {
          "shop://products/etude-desk-lamp": { category: "Light" },
          "shop://products/harbour-lantern": { category: "Light" },
        },
        sends: ["GET /api/products/etude-desk-lamp/", "GET /api/products/harbour-lantern/"],
      },
    ),
  ],
);
