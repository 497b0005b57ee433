import { call, reply, say, story } from "../../harness/story.ts";

/** Arguments as some hosts send them: numbers and booleans as text, and what is left out as "" or null. */
const quoted = {
  search: JSON.parse('{"query": "tea", "limit": "5", "max_price": "20", "in_stock": "true"}'),
  order: JSON.parse('{"order_id": 1036}'),
  list: JSON.parse('{"status": "", "limit": "2", "cursor": null}'),
  words: JSON.parse('{"query": "tea", "limit": "ten"}'),
};

export default story("numbers and booleans sent as text are understood", { as: "mia" }, [
  say("Something for my aunt's tea table, for twenty euros at most?"),
  call("search_products", quoted.search, {
    returns: { products: [{ product_id: "tea-towel-pair", price: { amount: "16.50" } }] },
    text: /^1 product\n/,
    sends: ["GET /api/products/search/?q=tea&limit=5&max_price=20&in_stock=true"],
    tokens: 220,
  }),
  reply("A Pair of Tea Towels, from 16.50 EUR."),
  say("And my parcel, 1036?"),
  call("get_order_status", quoted.order, {
    returns: { order_id: "1036", status: "shipped" },
    sends: ["GET /api/orders/1036/status/"],
    tokens: 220,
  }),
  reply("On its way; it should arrive on 23 November."),
  say("And the last two things I ordered?"),
  call("list_orders", quoted.list, {
    returns: { orders: [{ order_id: "1054" }, { order_id: "1049" }] },
    sends: ["GET /api/orders/?limit=2"],
    tokens: 400,
  }),
  reply("Orders 1054 and 1049, both pending."),
  say("Show me ten things for tea."),
  call("search_products", quoted.words, {
    fails:
      /^search_products was not called: limit: expected number, received string\. Correct this and call it again\.$/,
    sends: [],
    tokens: 40,
  }),
  call(
    "search_products",
    { query: "tea", limit: 10 },
    {
      text: /^3 products\n/,
      sends: ["GET /api/products/search/?q=tea&limit=10"],
      tokens: 500,
    },
  ),
  reply("There are only three: the tea towels, a flask and the linen apron."),
]);
