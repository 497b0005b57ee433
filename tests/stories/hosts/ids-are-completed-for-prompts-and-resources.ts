import { call, complete, matching, prompt, read, reply, say, story } from "../../harness/story.ts";

export default story(
  "ids are completed for prompts and resources",
  { as: "mia", allLanesOnDjango: true },
  [
    complete("track_order", "order_id", "105", ["1054"]),
    complete("track_order", "order_id", "#104", ["1049", "1047"]),
    prompt(
      "track_order",
      { order_id: "1047" },
      {
        text: /^Where is my order 1047\? Look it up, then tell me in two or three sentences where it is/,
        returns: { "shop://orders/1047": { status: "processing" } },
        sends: ["GET /api/orders/1047/"],
      },
    ),
    read("shop://orders/1047", {
      returns: {
        order_id: "1047",
        status: "processing",
        estimated_delivery: "2026-11-25",
        can_change: { allowed: false, reason: matching(/^Only a pending order can be changed/) },
      },
      sends: ["GET /api/orders/1047/"],
      tokens: 930,
    }),
    reply(
      "Your order 1047 is being packed and should arrive on 25 November. Only a pending order can be changed, so this one stays as it is.",
    ),
    say("And what is 1055? That number is on a slip in my bag."),
    complete("shop://orders/{order_id}", "order_id", "1055", []),
    read("shop://orders/1055", {
      fails:
        /^Nothing was found under 1055 \(order record\): the id does not exist, or it does not belong to this account\./,
      sends: ["GET /api/orders/1055/"],
    }),
    reply("Not an order of yours, and I can only see those."),
    say("And that flask I looked at?"),
    complete("shop://products/{product_id}", "product_id", "flask", ["half-litre-flask"]),
    read("shop://products/half-litre-flask", {
      returns: { name: "Half-Litre Flask", price: { amount: "28.50", currency: "EUR" } },
      sends: ["GET /api/products/half-litre-flask/"],
      tokens: 930,
    }),
    reply("The Half-Litre Flask, from 28.50 EUR."),
    prompt(
      "find_gift",
      { for_whom: "my father, who keeps a garden diary", max_price: "20 EUR" },
      {
        text: /^Help me find a gift for my father, who keeps a garden diary, for 20 EUR at most\./,
      },
    ),
    call(
      "search_products",
      { query: "notebook", max_price: 20, in_stock: true },
      {
        returns: { products: [{ product_id: "field-notebook", available: true }] },
        sends: ["GET /api/products/search/?q=notebook&limit=10&max_price=20&in_stock=true"],
        tokens: 250,
      },
    ),
    reply("A Field Notebook, from 11.90 EUR, and there are some in stock."),
  ],
);
