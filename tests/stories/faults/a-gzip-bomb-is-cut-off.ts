import { call, fault, gzipBomb, matching, reply, say, story } from "../../harness/story.ts";

export default story(
  "a gzip bomb is cut off at the size limit of an answer",
  { as: "mia", allLanesOnDjango: true },
  [
    say("Tell me about the Shetland throw."),
    fault("GET /api/products/shetland-throw/", [gzipBomb()]),
    call(
      "get_product",
      { product_id: "shetland-throw" },
      {
        fails: /^The shop's answer to the product record exceeds 1 MiB and was not read\./,
        sends: ["GET /api/products/shetland-throw/"],
        tokens: 50,
      },
    ),
    reply("The shop sent far too much for one throw, so I did not read it. Let me try once more."),
    call(
      "get_product",
      { product_id: "shetland-throw" },
      {
        returns: {
          description: matching(/^Woven in a herringbone of undyed fleece/),
          price: { amount: "119.00", currency: "EUR" },
        },
        sends: ["GET /api/products/shetland-throw/"],
        tokens: 700,
      },
    ),
    reply("It is woven in a herringbone of undyed fleece, and starts at 119.00 EUR."),
  ],
);
