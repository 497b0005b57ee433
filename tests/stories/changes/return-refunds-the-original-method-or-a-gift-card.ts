import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = ["GET /api/orders/1024/", "GET /api/customers/nell-okafor/"];
const looks = [...reads, "POST /api/orders/1024/previews/"];
const sends = [...looks, "POST /api/orders/1024/returns/"];
const bottle = { order_id: "1024", item_ids: ["bottle-2l-plum"] };
const refused =
  /^The shop refused the return \(HTTP 400\): payment_method_id: A return is refunded to the original payment method or to a gift card of the customer\./;

export default story("a return refunds the original method or a gift card", { as: "nell" }, [
  say("The hot-water bottle in 1024 smells of rubber. I want to return it, money to PayPal."),
  call(
    "return_items",
    { ...bottle, payment_method_id: "nell-paypal" },
    {
      fails: refused,
      sends: looks,
      tokens: 90,
    },
  ),
  reply("Not to PayPal, which did not pay for it. What did you pay with?"),
  say("With the Visa, mostly."),
  call(
    "return_items",
    { ...bottle, payment_method_id: "nell-visa" },
    { fails: refused, sends: looks, tokens: 90 },
  ),
  reply(
    "Also refused. The order says that your gift card paid first, 50.00 EUR of it. The card it is, then?",
  ),
  say("As long as it is not rubber."),
  call(
    "return_items",
    { ...bottle, payment_method_id: "nell-gift" },
    {
      asks: [
        /^Return .* order 1024 .*Bottle in Felt \(.*2 L, .*plum\).* 41\.00 EUR to "gift card/s,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1024", status: "return_requested" },
      sends,
      tokens: 160,
    },
  ),
  reply("Requested. Air it a little before you pack it, the postman will be grateful."),
  expectWorld(({ orders, customers }) => {
    const order = orders.find(({ order_id }) => order_id === "1024");
    const nell = customers.find(({ customer_id }) => customer_id === "nell-okafor");
    return (
      Bun.deepEquals(order?.return, {
        item_ids: ["bottle-2l-plum"],
        payment_method_id: "nell-gift",
      }) &&
      order?.payments.length === 2 &&
      nell?.payment_methods.some(({ balance }) => balance === "0.00") === true
    );
  }),
]);
