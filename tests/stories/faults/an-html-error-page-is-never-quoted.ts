import { call, fault, htmlPage, reply, say, story } from "../../harness/story.ts";

const traceback = `<h1>OperationalError at /api/products/orchard-jigsaw/</h1><pre>File "/srv/shop/settings.py", line 12, in PASSWORD = "hunter2"</pre>`;
const request = "GET /api/products/orchard-jigsaw/";

export default story("an HTML error page is retried, and never quoted", { as: "mia" }, [
  say("How many pieces does the orchard jigsaw have?"),
  fault(request, [htmlPage(500, traceback), htmlPage(500, traceback), htmlPage(500, traceback)]),
  call(
    "get_product",
    { product_id: "orchard-jigsaw" },
    {
      fails:
        /^The shop failed to answer the product record \(HTTP 500\)\. Try again in a few minutes; if it goes on, tell the user that the shop has a problem\.$/,
      sends: [request, request, request],
      tokens: 60,
    },
  ),
  reply(
    "The shop cannot open that page of its catalogue just now. I asked three times; let us leave it a few minutes.",
  ),
  say("And the list of games, does that work?"),
  call(
    "search_products",
    { query: "jigsaw", category: "Play" },
    {
      returns: { products: [{ product_id: "orchard-jigsaw", price: { amount: "34.00" } }] },
      sends: ["GET /api/products/search/?q=jigsaw&limit=10&category=Play"],
      tokens: 200,
    },
  ),
  reply("It does: the jigsaw is there, from 34.00 EUR. The rest when the shop has recovered."),
]);
