import { absent, call, reply, save, say, story, use } from "../../harness/story.ts";

export default story("fields with other names are mapped", { shop: "tutorial", as: "mia" }, [
  say("I need an apron that can take some jam."),
  call(
    "search_products",
    { query: "linen apron" },
    {
      returns: {
        products: [
          {
            product_id: "linen-apron",
            name: "Linen Apron",
            price: { amount: "58.00", currency: "EUR" },
            available: true,
          },
          absent(),
        ],
      },
      sends: ["GET /products?search=linen+apron&limit=10"],
    },
  ),
  reply("There is one of washed linen. Let me see what it comes in."),
  call(
    "get_product",
    { product_id: "linen-apron" },
    {
      returns: {
        description:
          "Heavy washed linen, 340 g, with crossed straps and no neck loop: nothing pulls after an afternoon of jam. One pocket holds a tea towel, the other a phone you should not answer.",
        items: [
          {
            item_id: "apron-undyed-s-m",
            options: { color: "undyed", size: "S–M" },
            price: { amount: "58.00", currency: "EUR" },
            available: true,
          },
        ],
      },
      sends: ["GET /products/linen-apron"],
    },
  ),
  say("And what else is made of linen? One at a time, please."),
  call(
    "search_products",
    { query: "linen", limit: 1 },
    { returns: { products: [{}, absent()], next_cursor: save("next") } }, // though the shop's list has no pages
  ),
  call(
    "search_products",
    { query: "linen", limit: 1, cursor: use("next") },
    {
      returns: { products: [{}, absent()] },
      sends: ["GET /products?search=linen&limit=1"],
    },
  ),
]);
