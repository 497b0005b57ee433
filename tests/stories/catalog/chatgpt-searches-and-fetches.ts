import {
  absent,
  call,
  callRaw,
  fault,
  matching,
  reply,
  respondWith,
  save,
  say,
  story,
  use,
} from "../../harness/story.ts";

/** A coat in more kinds than a document has room for. */
const coat = {
  product_id: "loden-coat",
  name: "Loden Coat",
  url: "https://shop.example/coats/loden-coat/",
  items: Array.from({ length: 200 }, (_, nth) => ({
    item_id: `loden-coat-${nth}`,
    options: { size: `${nth}`, lining: "undyed merino from the hills above the fjord" },
  })),
};

const scene = { as: "nobody", settings: { tools: "chatgpt" } } as const;
export default story("ChatGPT finds products by search and reads them by fetch", scene, [
  say("Research what the shop has to light a dark window."),
  call(
    "search",
    { query: "star" },
    {
      returns: {
        results: [{ id: save("star"), title: "Folded Paper Star", url: absent() }],
      },
      text: /^\{"results":\[\{"id":"paper-star","title":"Folded Paper Star"[^\n]*\]\}$/,
      sends: ["GET /api/products/search/?q=star&limit=10"],
      tokens: 160,
    },
  ),
  call(
    "fetch",
    { id: use("star") },
    {
      returns: {
        id: "paper-star",
        title: "Folded Paper Star",
        url: absent(), // this shop gives none, and none is invented
        text: matching(/^Folded Paper Star\nCategory: Light\nPrice: 27\.00 EUR\n[^]+\nVariants:\n/),
        metadata: { category: "Light", price: "27.00 EUR" },
        truncated: absent(),
      },
      text: /^\{"id":"paper-star"[^\n]*\}$/,
      sends: ["GET /api/products/paper-star/"],
      tokens: 900,
    },
  ),
  reply("A Folded Paper Star in five kinds, from 27.00 EUR."),
  callRaw("search", {}, { fails: /^search was not called: query: /, sends: [] }),
  callRaw("fetch", { id: "../orders" }, { fails: /^fetch was not called: id: /, sends: [] }),
  call("fetch", { id: "no-such-star" }, { fails: /no-such-star/ }),
  say("And a coat?"),
  fault("GET /api/products/:id/", [respondWith(coat)]),
  call(
    "fetch",
    { id: "loden-coat" },
    {
      returns: {
        url: "https://shop.example/coats/loden-coat/",
        metadata: { price: absent() },
        truncated: true,
        notes: [matching(/^\d+ variants of 200 did not fit into the text\.$/)],
      },
      tokens: 8000,
    },
  ),
]);
