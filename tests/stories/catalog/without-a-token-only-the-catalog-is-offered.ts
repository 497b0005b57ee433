import { call, complete, matching, read, reply, say, story } from "../../harness/story.ts";

export default story("without a token only the catalog can be read", { as: "nobody" }, [
  say("What do you have for a dark window in December?"),
  call(
    "search_products",
    { query: "star", category: "Light" },
    {
      returns: {
        products: [{ product_id: "paper-star", price: { amount: "27.00", currency: "EUR" } }],
      },
      sends: ["GET /api/products/search/?q=star&limit=10&category=Light"],
      tokens: 220,
    },
  ),
  complete("shop://products/{product_id}", "product_id", "paper-star", ["paper-star"]),
  call(
    "get_product",
    { product_id: "paper-star" },
    {
      returns: { items: [{ options: { size: matching(/cm$/) } }] },
      text: /^Folded Paper Star: 5 variants\n/,
      sends: ["GET /api/products/paper-star/"],
      tokens: 800,
    },
  ),
  reply("A Folded Paper Star, from 27.00 EUR."),
  say("Do you ship to Norway?"),
  call(
    "get_shop_info",
    {},
    {
      returns: { policies: { shipping: matching(/three to seven to the rest of Europe/) } },
      sends: ["GET /api/shop/"],
      tokens: 1000,
    },
  ),
  reply("Yes, in three to seven working days, and delivery is included in the price."),
  say("And where is the order I placed as a guest, 1036?"),
  read("shop://orders/1036", { fails: /not found/i, sends: [] }),
  reply(
    "Without an account I can read only the catalog, and no orders. Please ask again when you are signed in.",
  ),
]);
