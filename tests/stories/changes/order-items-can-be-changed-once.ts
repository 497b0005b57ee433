import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = ["GET /api/orders/1054/", "GET /api/customers/mia-lindqvist/"];
const readsWithPens = [...reads, "GET /api/products/sparrow-fountain-pen/"];
/** Once its items were changed, only an order's address can still be changed. */
const onlyItsAddress = /^Nothing was sent: .* only its address can still be changed\./;

export default story("order items can be changed once", { as: "mia", allLanesOnDjango: true }, [
  say(
    "My pen is not packed yet, is it? I would rather have the tortoiseshell one with the stub nib.",
  ),
  call(
    "get_product",
    { product_id: "sparrow-fountain-pen" },
    {
      returns: {
        items: [{}, {}, {}, {}, { item_id: "sparrow-tortoiseshell-stub", available: true }],
      },
      text: /^Sparrow Fountain Pen: 6 variants\n/,
      sends: ["GET /api/products/sparrow-fountain-pen/"],
      tokens: 900,
    },
  ),
  reply(
    "It is available, for 54.00 EUR instead of 42.00. The items of an order can be changed only once, so be sure.",
  ),
  say("I am. Charge the card."),
  call(
    "change_order_items",
    {
      order_id: "1054",
      items: [{ item_id: "sparrow-black-fine", new_item_id: "sparrow-tortoiseshell-stub" }],
      payment_method_id: "mia-visa",
    },
    {
      asks: [
        /order 1054 .*Taken out: .*Fountain Pen \(.*black, .*fine\)", 42\.00 EUR\nPut in: .*tortoiseshell, .*stub\)", 54\.00 EUR\nWill be charged: 12\.00 EUR to "Visa ending in 4417/s,
        accept(),
      ],
      returns: {
        outcome: "done",
        order_id: "1054",
        status: "pending",
        amount: "12.00",
        currency: "EUR",
      },
      text: /^Order 1054: changed\. Charged: 12\.00 EUR to "mia-visa"\./,
      sends: [...readsWithPens, "POST /api/orders/1054/previews/", "POST /api/orders/1054/items/"],
      tokens: 160,
    },
  ),
  reply("The stub nib is yours, for another 12.00 EUR."),
  say("Lovely. And the ink in sepia?"),
  call(
    "change_order_items",
    {
      order_id: "1054",
      items: [{ item_id: "ink-blue-black", new_item_id: "ink-sepia" }],
      payment_method_id: "mia-visa",
    },
    { fails: onlyItsAddress, sends: reads.slice(0, 1), tokens: 70 },
  ),
  reply("The items can be changed only once, I am afraid, and you have done that."),
  say("Then let PayPal pay for it."),
  call(
    "change_order_payment",
    { order_id: "1054", payment_method_id: "mia-paypal" },
    { fails: onlyItsAddress, sends: reads.slice(0, 1), tokens: 70 },
  ),
  say("Then cancel it, and I will order again."),
  call(
    "cancel_order",
    { order_id: "1054", reason: "ordered_by_mistake" },
    {
      fails: /an order whose items were changed cannot be cancelled\. .*change its address/,
      sends: reads.slice(0, 1),
      tokens: 70,
    },
  ),
  reply(
    "That is not possible either: once its items were changed, an order keeps its payment and cannot be cancelled. Only its address can still be changed. The blue-black is a fine ink, and you can return it within 30 days of its arrival.",
  ),
  expectWorld(({ orders }) => {
    const pen = orders.find(({ order_id }) => order_id === "1054");
    return (
      pen?.status === "pending" &&
      pen.items_modified === true &&
      pen.items.map(({ item_id, price }) => `${item_id} ${price}`).join() ===
        "sparrow-tortoiseshell-stub 54.00,ink-blue-black 14.90" &&
      Bun.deepEquals(pen.payments, [
        { kind: "payment", amount: "56.90", payment_method_id: "mia-visa" },
        { kind: "payment", amount: "12.00", payment_method_id: "mia-visa" },
      ])
    );
  }),
]);
