import { absent, fault, prompt, reply, say, status, story } from "../../harness/story.ts";

export default story("a prompt says what could not be read", { as: "mia" }, [
  prompt(
    "track_order",
    { order_id: "1055" }, // nell's
    {
      text: /^Where is my order 1055\?.*\n\nshop:\/\/orders\/1055 is not attached\. Nothing was found under 1055/s,
      returns: { "shop://orders/1055": absent() },
      sends: ["GET /api/orders/1055/"],
    },
  ),
  reply("I find no order 1055 of yours. Could you check its number?"),
  prompt(
    "compare_products",
    { product_id: "linen-apron", other_product_id: "linnen-apron" },
    {
      text: /attached, as data\..*\n\nshop:\/\/products\/linnen-apron is not attached\. Nothing was found under linnen-apron/s,
      returns: {
        "shop://products/linen-apron": { name: "Linen Apron" },
        "shop://products/linnen-apron": absent(),
      },
    },
  ),
  prompt(
    "compare_products",
    { product_id: "linen-apron", other_product_id: "linen-apron" },
    {
      returns: { "shop://products/linen-apron": { name: "Linen Apron" } },
      sends: ["GET /api/products/linen-apron/"], // once
    },
  ),
  say("Then I will just send something back."),
  fault("GET /api/shop/", [status(400), status(400)]),
  prompt(
    "start_return",
    { order_id: "../1004" },
    {
      text: /shop:\/\/orders\/..%2F1004 is not attached\. get_order was not called: order_id: expected an id/,
      returns: { "shop://info": absent() },
      sends: ["GET /api/shop/"],
    },
  ),
  prompt(
    "start_return",
    { order_id: "#1004" },
    {
      text: /shop:\/\/info is not attached\. The shop refused the /,
      returns: { "shop://orders/%231004": { order_id: "1004", status: "delivered" } },
      sends: ["GET /api/orders/1004/", "GET /api/shop/"],
    },
  ),
]);
