import {
  accept,
  call,
  decline,
  expectWorld,
  matching,
  prompt,
  reply,
  say,
  story,
} from "../../harness/story.ts";

const reads = ["GET /api/orders/1022/", "GET /api/customers/giulia-ferrante/"];

export default story(
  "part of an order can be returned once, refunded to a gift card",
  { as: "giulia", allLanesOnDjango: true },
  [
    prompt(
      "start_return",
      { order_id: "1022", reason: "the paper is too good for my handwriting" },
      {
        text: /^I want to return something from my order 1022: the paper is too good/,
        returns: {
          "shop://orders/1022": { status: "delivered", can_return: { allowed: true } },
          "shop://info": { policies: { returns: matching(/./) } },
        },
        sends: ["GET /api/orders/1022/", "GET /api/shop/"],
      },
    ),
    reply(
      "It can be returned, once. Only the paper, or the pen and the ink as well? And the money: to PayPal, where it came from, or onto your gift card?",
    ),
    say("Only the paper. To PayPal."),
    call(
      "return_items",
      { order_id: "1022", item_ids: ["paper-a4-white"], payment_method_id: "giulia-paypal" },
      {
        asks: [
          /^Return .* order 1022 .*Letter Paper \(.*A4, .*white\)"\nRefund to come: 28\.00 EUR to "PayPal/s,
          decline(),
        ],
        fails: /the user declined.* Nothing was sent to the shop\./,
        sends: [...reads, "POST /api/orders/1022/previews/"],
        tokens: 60,
      },
    ),
    say("No, on second thoughts the gift card: I will only buy pencils with it."),
    call(
      "return_items",
      { order_id: "1022", item_ids: ["paper-a4-white"], payment_method_id: "giulia-gift" },
      {
        asks: [
          /^Return .* order 1022 .*Letter Paper \(.*A4, .*white\)"\nRefund to come: 28\.00 EUR to "gift card/s,
          accept(),
        ],
        returns: { outcome: "done", order_id: "1022", status: "return_requested" },
        text: /^Order 1022: registered for return\. Refund to come: 28\.00 EUR to "giulia-gift"\./,
        sends: [...reads, "POST /api/orders/1022/previews/", "POST /api/orders/1022/returns/"],
        tokens: 160,
      },
    ),
    reply(
      "The return is requested. The 28.00 EUR go to your gift card when the parcel has reached the shop, not before.",
    ),
    say("Then put the violet ink in the same box."),
    call(
      "return_items",
      { order_id: "1022", item_ids: ["ink-violet"], payment_method_id: "giulia-gift" },
      {
        fails:
          /Only a delivered order can be returned or exchanged; this one is return requested\./,
        sends: reads.slice(0, 1),
        tokens: 70,
      },
    ),
    reply("An order can be returned only once, whole or in part. I am sorry about the ink."),
    expectWorld(({ orders, customers }) => {
      const pen = orders.find(({ order_id }) => order_id === "1022");
      const giulia = customers.find(({ customer_id }) => customer_id === "giulia-ferrante");
      return (
        pen?.status === "return_requested" &&
        Bun.deepEquals(pen.return, {
          item_ids: ["paper-a4-white"],
          payment_method_id: "giulia-gift",
        }) &&
        pen.payments.length === 1 &&
        giulia?.payment_methods.some(({ balance }) => balance === "30.00") === true
      );
    }),
  ],
);
