import {
  call,
  fault,
  matching,
  prompt,
  reply,
  say,
  respondWith,
  story,
} from "../../harness/story.ts";

export default story("a renamed product is returned with its new name", { as: "mia" }, [
  prompt(
    "compare_products",
    { product_id: "field-notebook", other_product_id: "deckle-letter-paper" },
    {
      text: /^Compare the products field-notebook and deckle-letter-paper:/,
      returns: {
        "shop://products/field-notebook": { name: "Field Notebook" },
        "shop://products/deckle-letter-paper": { name: "Deckle-Edged Letter Paper" },
      },
      sends: ["GET /api/products/field-notebook/", "GET /api/products/deckle-letter-paper/"],
    },
  ),
  call(
    "get_product",
    { product_id: "field-notebook" },
    {
      returns: { name: "Field Notebook", price: { amount: "11.90", currency: "EUR" } },
      sends: ["GET /api/products/field-notebook/"],
      tokens: 1100,
    },
  ),
  call(
    "get_product",
    { product_id: "deckle-letter-paper" },
    {
      returns: {
        name: "Deckle-Edged Letter Paper",
        price: { amount: "19.50", currency: "EUR" },
        description: matching(/made of cotton rag/),
      },
      sends: ["GET /api/products/deckle-letter-paper/"],
      tokens: 700,
    },
  ),
  reply(
    "The Field Notebook, 11.90 EUR, is for a pocket and light rain. The letter paper, 19.50 EUR, is for slow letters at home: ink dries slowly on it. Shall I look which notebooks are in stock?",
  ),
  say("Yes, the notebook."),
  fault("GET /api/products/field-notebook/", [
    respondWith({
      product_id: "field-notebook",
      name: "Meadow Notebook",
      price: "11.90",
      currency: "EUR",
      available: true,
      items: [
        {
          item_id: "notebook-plain-moss",
          options: { ruling: "plain", cover: "moss" },
          price: "11.90",
          available: true,
        },
      ],
    }),
  ]),
  call(
    "get_product",
    { product_id: "field-notebook" },
    {
      returns: {
        product_id: "field-notebook",
        name: "Meadow Notebook",
        items: [{ item_id: "notebook-plain-moss", available: true }],
      },
      text: /^Meadow Notebook: 1 variant\n/,
      sends: ["GET /api/products/field-notebook/"],
      tokens: 300,
    },
  ),
  reply(
    "The shop has just given it another name: it is the Meadow Notebook now, but the same product at the same price. One kind is listed and in stock, plain pages in a moss cover.",
  ),
]);
