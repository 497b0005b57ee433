import { call, matching, reply, say, story } from "../../harness/story.ts";

export default story("a search can be filtered by price and stock", { as: "mia" }, [
  say(
    "My sister has just been given her first allotment. What could I send her for less than 30 euros? Something you have in the house now.",
  ),
  call(
    "search_products",
    { query: "garden", max_price: 30, in_stock: true, sort: "price" },
    {
      returns: {
        products: [
          { product_id: "jute-twine", price: { amount: "4.80", currency: "EUR" } },
          { product_id: "impruneta-pot", price: { amount: "9.80" } },
          { product_id: "seed-tin", price: { amount: "18.50" }, available: true },
          { product_id: "almanac-2027", price: { amount: "21.50" } },
          { product_id: "root-trowel", price: { amount: "22.40" } },
          { product_id: "elsa-watering-can", price: { amount: "24.90" } },
          { product_id: "fagelbo-nest-box", price: { amount: "29.00" } },
        ],
      },
      text: /^7 products\n/,
      sends: [
        "GET /api/products/search/?q=garden&limit=10&max_price=30&in_stock=true&ordering=price",
      ],
      tokens: 1000,
    },
  ),
  reply(
    "Seven things fit, from a spool of twine at 4.80 EUR to a nest box at 29.00 EUR. For a first allotment I would look at the Seed Tin for One Bed, at 18.50 EUR.",
  ),
  say("And what is there above 25 euros?"),
  call(
    "search_products",
    { query: "garden", min_price: 25, max_price: 30, in_stock: true },
    {
      returns: { products: [{ product_id: "fagelbo-nest-box" }] },
      text: /^1 product\b/,
      sends: [
        "GET /api/products/search/?q=garden&limit=10&min_price=25&max_price=30&in_stock=true",
      ],
      tokens: 200,
    },
  ),
  reply("Only the nest box, at 29.00 EUR."),
  say("Oh, seeds! Is there one with herbs?"),
  call(
    "get_product",
    { product_id: "seed-tin" },
    {
      returns: {
        name: "Seed Tin for One Bed",
        description: matching(/sowing calendar/),
        items: [
          { options: { mix: "salad" } },
          {
            item_id: "seeds-kitchen-herbs",
            options: { mix: "kitchen herbs" },
            price: { amount: "18.50", currency: "EUR" },
            available: true,
          },
        ],
      },
      text: /^Seed Tin for One Bed: 5 variants\n/,
      sends: ["GET /api/products/seed-tin/"],
      tokens: 800,
    },
  ),
  reply(
    "Yes, kitchen herbs, 18.50 EUR and in stock: eight paper bags of seed for about four square metres, with a sowing calendar inside the lid.",
  ),
]);
