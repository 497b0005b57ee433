import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = [
  "GET /api/orders/1006/",
  "GET /api/customers/soren-kjaergaard/",
  "GET /api/products/nordsjo-rain-cape/",
];

export default story(
  "an exchange records the price difference, and an order can be exchanged once",
  { as: "soren", allLanesOnDjango: true },
  [
    say("My rain cape from August, order 1006, ends at the knee. Do you have it longer?"),
    call(
      "get_product",
      { product_id: "nordsjo-rain-cape" },
      { text: /^Nordsjø Rain Cape: 7 variants\n/, sends: reads.slice(2), tokens: 900 },
    ),
    reply(
      "In XL there is navy, at 136.00 EUR. You paid 124.00 EUR then, so it would be 12.00 EUR more.",
    ),
    say("There are 12.40 EUR on my gift card. Take it from there."),
    call(
      "exchange_items",
      {
        order_id: "1006",
        items: [{ item_id: "cape-l-yellow", new_item_id: "cape-xl-navy" }],
        payment_method_id: "soren-gift",
      },
      {
        asks: [
          /exchange .*order 1006.* Rain Cape \(.*L, .*yellow\)" for .*XL, .*navy\)"\nCharge to come: 12\.00 EUR to "gift card \(soren-gift\)"/is,
          accept(),
        ],
        returns: { outcome: "done", order_id: "1006", status: "exchange_requested" },
        text: /^Order 1006: registered for exchange\b/,
        sends: [...reads, "POST /api/orders/1006/previews/", "POST /api/orders/1006/exchanges/"],
        tokens: 160,
      },
    ),
    reply(
      "The exchange is requested. Nothing is taken from the gift card until the shop has the yellow one back.",
    ),
    say("And the field glass? My wife prefers the canvas case."),
    call(
      "exchange_items",
      {
        order_id: "1006",
        items: [{ item_id: "glass-black-leather", new_item_id: "glass-black-canvas" }],
        payment_method_id: "soren-visa",
      },
      {
        fails:
          /Only a delivered order can be returned or exchanged; this one is exchange requested\./,
        sends: reads.slice(0, 1),
        tokens: 70,
      },
    ),
    reply(
      "An order can be exchanged only once, and that was the cape. She may grow fond of the leather.",
    ),
    expectWorld(({ orders, customers }) => {
      const cape = orders.find(({ order_id }) => order_id === "1006");
      const soren = customers.find(({ customer_id }) => customer_id === "soren-kjaergaard");
      return (
        cape?.status === "exchange_requested" &&
        Bun.deepEquals(cape.exchange, {
          item_ids: ["cape-l-yellow"],
          new_item_ids: ["cape-xl-navy"],
          payment_method_id: "soren-gift",
          price_difference: "12.00",
        }) &&
        cape.payments.length === 1 &&
        soren?.payment_methods.some(({ balance }) => balance === "12.40") === true
      );
    }),
  ],
);
