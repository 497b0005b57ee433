import { call, fault, htmlPage, reply, say, story } from "../../harness/story.ts";

export default story("single orders can be read where the shop has no order list", { as: "mia" }, [
  say("What have I ordered lately?"),
  fault("GET /api/orders/", [htmlPage(404, "<h1>Page not found</h1>")]),
  call(
    "list_orders",
    {},
    {
      fails:
        /^This shop has no order list: there is no GET \/api\/orders\/\. Do without it, or tell the user that this shop does not offer it here\.$/,
      sends: ["GET /api/orders/?limit=10"],
      tokens: 50,
    },
  ),
  reply("This shop cannot list orders here. If you have the number of one, I can look it up."),
  say("The e-mail says 1036."),
  call(
    "get_order_status",
    { order_id: "#1036" },
    {
      returns: { order_id: "1036", status: "shipped", tracking_ids: ["CD284208793BE"] },
      sends: ["GET /api/orders/1036/status/"],
      tokens: 220,
    },
  ),
  reply("That works: 1036 is on its way, with the tracking number CD284208793BE."),
]);
