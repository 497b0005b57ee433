import { call, matching, reply, say, story } from "../../harness/story.ts";

export default story("sold-out products are found and shown as unavailable", { as: "mia" }, [
  say("I would like two jars of your quince jelly, please."),
  call(
    "search_products",
    { query: "quince jelly" },
    {
      returns: { products: [{ product_id: "quince-jelly", available: false }] },
      sends: ["GET /api/products/search/?q=quince+jelly&limit=10"],
      tokens: 220,
    },
  ),
  call(
    "get_product",
    { product_id: "quince-jelly" },
    {
      returns: {
        available: false,
        description: matching(
          /ninety-one jars and they are gone; the next are due in October 2027/,
        ),
        items: [
          { options: { jar: "110 g" }, available: false },
          { options: { jar: "240 g" }, available: false },
          { options: { jar: "450 g" }, available: false },
        ],
      },
      sends: ["GET /api/products/quince-jelly/"],
      tokens: 600,
    },
  ),
  reply("I am sorry, all ninety-one jars of this year are gone. The next are due in October 2027."),
  say("Anything else with a quince on it, that I could have now?"),
  call(
    "search_products",
    { query: "quince", in_stock: true },
    {
      returns: { products: [{ product_id: "brass-seal", price: { amount: "31.00" } }] },
      text: /^1 product\n/,
      sends: ["GET /api/products/search/?q=quince&limit=10&in_stock=true"],
      tokens: 220,
    },
  ),
  call(
    "get_product",
    { product_id: "brass-seal" },
    {
      returns: {
        name: "Brass Seal and Wax",
        items: [
          {
            item_id: "seal-quince-madder",
            options: { motif: "quince", wax: "madder" },
            price: { amount: "31.00", currency: "EUR" },
            available: true,
          },
        ],
      },
      sends: ["GET /api/products/brass-seal/"],
      tokens: 800,
    },
  ),
  reply("One thing: a brass seal with a quince for a motif, 31.00 EUR with two sticks of wax."),
]);
