import { call, fault, reply, save, say, respondWith, story, use } from "../../harness/story.ts";

/** Fifty calendars with very long names. */
const shelf = {
  next: null,
  results: Array.from({ length: 50 }, (_, nth) => ({
    product_id: `calendar-${1977 + nth}`,
    name: `Calendar for ${1977 + nth}, ${"with the moons, the tides and the saints' days, ".repeat(6)}`,
    price: "3.50",
    currency: "EUR",
    available: true,
    image: `https://images.quinceandlantern.example/calendar-${1977 + nth}/${"cover-".repeat(40)}.jpg`,
  })),
};
const request = "GET /api/products/search/?q=calendar&limit=50";

export default story("a result over the size limit is split into pages", { as: "mia" }, [
  say("I collect old calendars. Show me all you have."),
  call(
    "search_products",
    { query: "calendar", limit: 500 },
    {
      fails:
        /^search_products was not called: limit: expected number to be <=50\. Correct this and call it again\.$/,
      sends: [],
      tokens: 40,
    },
  ),
  fault("GET /api/products/search/", [respondWith(shelf), respondWith(shelf)]),
  call(
    "search_products",
    { query: "calendar", limit: 50 },
    {
      returns: {
        products: [{ product_id: "calendar-1977", price: { amount: "3.50", currency: "EUR" } }],
        truncated: true,
        next_cursor: save("rest of the shelf"),
      },
      text: /^25 products, and there are more\n/,
      sends: [request],
      tokens: 12_000,
    },
  ),
  reply("There are a great many. These are the first twenty-five, 1977 to 2001; shall I go on?"),
  say("Go on!"),
  call(
    "search_products",
    { query: "calendar", limit: 50, cursor: use("rest of the shelf") },
    {
      returns: { products: [{ product_id: "calendar-2002" }] },
      text: /^25 products\n(?!.*next_cursor)/,
      sends: [request],
      tokens: 12_000,
    },
  ),
  reply("And twenty-five more, 2002 to 2026. Those are all of them."),
]);
