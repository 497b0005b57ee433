import {
  call,
  abortCall,
  fault,
  hang,
  matching,
  reply,
  say,
  slow,
  story,
} from "../../harness/story.ts";

export default story("an aborted search is not retried", { as: "mia" }, [
  say("Look through everything for something blue."),
  fault("GET /api/products/search/", [hang()]),
  abortCall(
    "search_products",
    { query: "blue", limit: 50 },
    { sends: ["GET /api/products/search/?q=blue&limit=50"] },
  ),
  say("No, stop that. Just tell me what the storm lantern costs."),
  // This one hangs, too, long enough for the first search to be retried if it had not been aborted.
  fault("GET /api/products/harbour-lantern/", [hang(), slow(1)]),
  call(
    "get_product",
    { product_id: "harbour-lantern" },
    {
      returns: {
        name: "Harbour Storm Lantern",
        price: { amount: "34.90", currency: "EUR" },
        items: [{ item_id: matching(/^lantern-26cm-/) }],
      },
      sends: ["GET /api/products/harbour-lantern/", "GET /api/products/harbour-lantern/"],
      tokens: 900,
    },
  ),
  reply("It costs 34.90 EUR and up."),
]);
