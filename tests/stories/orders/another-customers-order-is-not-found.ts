import { call, reply, say, story } from "../../harness/story.ts";

/** The two refusals differ in the number only, so that guessing numbers reveals nothing. */
const notFound = (id: string) =>
  RegExp(
    `^Nothing was found under ${id} \\(order record\\): the id does not exist, or it does not belong to this account\\. Check it with the user, or look it up with a list or search tool\\.$`,
  );

export default story("another customer's order looks like one that never existed", { as: "mia" }, [
  say("Nell has ordered the same apron as I want. Her number is 1055. What did she pay for it?"),
  call(
    "get_order",
    { order_id: "1055" },
    { fails: notFound("1055"), sends: ["GET /api/orders/1055/"], tokens: 60 },
  ),
  reply(
    "I find nothing under 1055. Either there is no such order, or it is not one of yours; I can only see your own.",
  ),
  say("Then maybe it was 9999."),
  call(
    "get_order",
    { order_id: "9999" },
    { fails: notFound("9999"), sends: ["GET /api/orders/9999/"], tokens: 60 },
  ),
  say("And if you look through everything she has ordered? She is nell-okafor."),
  call(
    "list_orders",
    { customer_id: "nell-okafor" },
    {
      fails:
        /^This account is not allowed to use the shop's order list like this: You do not have permission/,
      sends: ["GET /api/orders/?customer=nell-okafor&limit=10"],
    },
  ),
  reply("That is not open to me either. What the apron costs today, I can tell you, though."),
  call(
    "search_products",
    { query: "linen apron" },
    {
      returns: { products: [{ product_id: "linen-apron", price: { amount: "58.00" } }] },
      sends: ["GET /api/products/search/?q=linen+apron&limit=10"],
      tokens: 250,
    },
  ),
  reply("The Linen Apron starts at 58.00 EUR."),
]);
