import { call, fault, reply, say, status, story } from "../../harness/story.ts";

const request = "GET /api/products/search/?q=kite&limit=10";

export default story("a 503 is retried, then reported", { as: "mia", allLanesOnDjango: true }, [
  say("It is blowing outside. Do you sell kites?"),
  fault("GET /api/products/search/", [status(503), status(503), status(503)]),
  call(
    "search_products",
    { query: "kite" },
    {
      fails:
        /^The shop failed to answer the product search \(HTTP 503\)\. Try again in a few minutes; if it goes on, tell the user that the shop has a problem\.$/,
      sends: [request, request, request],
      tokens: 60,
    },
  ),
  reply("The shop has trouble with its search at the moment. Let me try again in a few minutes."),
  say("No hurry, it will be windy until the evening."),
  call(
    "search_products",
    { query: "kite" },
    {
      returns: {
        products: [
          {
            product_id: "delta-kite",
            name: "Delta Kite",
            price: { amount: "39.00", currency: "EUR" },
            available: true,
          },
        ],
      },
      sends: [request],
      tokens: 200,
    },
  ),
  reply("Now it answers: there is a Delta Kite, from 39.00 EUR."),
]);
