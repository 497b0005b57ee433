import { accept, call, callRaw, decline, expectWorld, say, story } from "../../harness/story.ts";

const office = {
  line1: "Kungsgatan 7",
  city: "Göteborg",
  postcode: "411 19",
  country: "Sweden",
} as const;
const question =
  /^Send order 1054 .*\nNew address: "Kungsgatan 7, 411 19 Göteborg, Sweden"\nUntil now: "Linnégatan 14/;

export default story("missing features are not offered", { shop: "tutorial", as: "mia" }, [
  say("Pay order 1054 with my gift card, please."),
  callRaw("change_order_payment", { order_id: "1054" }, { fails: /not found/ }),
  say("Then send it to my office."),
  call(
    "change_order_address",
    { order_id: "1054", ...office },
    {
      asks: [question, decline()],
      fails: /declined/,
      sends: ["GET /orders/1054", "GET /orders/1054/lines"],
    },
  ),
  call(
    "change_order_address",
    { order_id: "1054", ...office },
    {
      asks: [question, accept()],
      returns: { outcome: "done", status: "pending" },
      sends: [
        "GET /orders/1054",
        "GET /orders/1054/lines",
        "PATCH /orders/1054",
        "GET /orders/1054/lines",
      ],
    },
  ),
  expectWorld(({ orders }) => orders.some(({ address }) => address.line1 === "Kungsgatan 7")),
]);
