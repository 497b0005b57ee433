import { call, abortCall, fault, hang, reply, say, story } from "../../harness/story.ts";

const request = "GET /api/products/search/?q=lantern&limit=10";

export default story(
  "a search that the host aborts can be called again",
  { as: "mia", allLanesOnDjango: true, settings: { timeout: 5 } },
  [
    say("Find me a lantern for the garden table."),
    fault("GET /api/products/search/", [hang()]),
    abortCall("search_products", { query: "lantern" }, { sends: [request] }),
    say("This takes too long. Stop. No, wait, do look again."),
    call(
      "search_products",
      { query: "lantern" },
      {
        returns: {
          products: [
            {
              product_id: "harbour-lantern",
              name: "Harbour Storm Lantern",
              price: { amount: "34.90", currency: "EUR" },
            },
          ],
        },
        text: /^1 product\n/,
        sends: [request],
        tokens: 220,
      },
    ),
    reply("Here it is: the Harbour Storm Lantern, from 34.90 EUR."),
  ],
);
