import { accept, call, abortCall, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = ["GET /api/orders/1039/", "GET /api/customers/axel-lindqvist/"];

export default story("a confirmed change is completed after the call is aborted", { as: "axel" }, [
  say("Cancel my cousin's almanac, 1039. Yes. Yes! Why does this take so long? I am off."),
  abortCall(
    "cancel_order",
    { order_id: "1039", reason: "no_longer_needed" },
    {
      asks: [/^Cancel order 1039 .*21\.50 EUR to "Mastercard ending in 0932/s, accept()],
      sends: [...reads, "POST /api/orders/1039/previews/", "POST /api/orders/1039/cancel/"],
    },
  ),
  say("I am back. Was that too late or too soon?"),
  call(
    "get_order",
    { order_id: "1039" },
    {
      returns: { status: "cancelled", payments: [{}, { kind: "refund" }] },
      text: /^Order 1039 is cancelled\./,
      sends: reads.slice(0, 1),
      tokens: 1100,
    },
  ),
  reply(
    "Neither. You had confirmed it, so it was completed: 21.50 EUR go back to your Mastercard.",
  ),
  expectWorld(({ orders }) => {
    const almanac = orders.find(({ order_id }) => order_id === "1039");
    return almanac?.status === "cancelled" && almanac.payments.length === 2;
  }),
]);
