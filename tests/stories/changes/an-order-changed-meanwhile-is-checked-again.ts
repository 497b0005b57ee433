import {
  accept,
  call,
  decline,
  outOfBand,
  expectWorld,
  reply,
  say,
  story,
} from "../../harness/story.ts";

const readsOf = (order: string) => [
  `GET /api/orders/${order}/`,
  "GET /api/customers/bram-de-wilde/",
];
const kettles = [...readsOf("1058"), "GET /api/products/enamel-kettle/"];
const address = [...readsOf("1060"), "POST /api/orders/1060/previews/"];
const office = { line1: "Oudburg 63", city: "Gent", postcode: "9000", country: "Belgium" };
const cellar = { ...office, line2: "kelder, bel aan de zijdeur" };

export default story("an order that changes meanwhile is checked again", { as: "bram" }, [
  say("I rang you earlier and nobody picked up. 1060 has to go next door, Oudburg 63."),
  call(
    "change_order_address",
    { order_id: "1060", ...office },
    {
      asks: [
        [
          /order 1060 .*New address: "Oudburg 63, 9000 Gent, Belgium"\nUntil now: "Sint-Jacobsnieuwstraat 8/s,
          accept(),
          [
            outOfBand(
              "staff",
              "PATCH /api/orders/:id/address/",
              { id: "1060" },
              { address: cellar },
            ),
          ],
        ],
        [
          /changed meanwhile\..*New address: "Oudburg 63, 9000 Gent, Belgium"\nUntil now: "Oudburg 63, kelder, bel aan de zijdeur/s,
          decline(),
        ],
      ],
      fails: /the user declined/,
      sends: [...address, "PATCH /api/orders/1060/address/", ...address], // which the shop refuses: the order is not as it was shown
    },
  ),
  reply(
    "While you read the question, somebody at the shop sent it next door already, to the cellar.",
  ),
  say(
    "So Marthe does listen to her messages! With the side door, even. Leave it at that. Then 1058: one kettle with a flat base.",
  ),
  call(
    "change_order_items",
    {
      order_id: "1058",
      items: [{ item_id: "kettle-bottle-green-classic", new_item_id: "kettle-bottle-green-flat" }],
      payment_method_id: "bram-mastercard",
    },
    {
      asks: [
        /Put in: .*bottle green, .*flat\)".*charged: 5\.00 EUR to "Mastercard/s,
        accept(),
        [
          outOfBand(
            "staff",
            "POST /api/orders/:id/items/",
            { id: "1058" },
            {
              items: [
                {
                  item_id: "kettle-bottle-green-classic",
                  new_item_id: "kettle-bottle-green-flat",
                },
              ],
              payment_method_id: "bram-visa",
            },
          ),
        ],
      ],
      fails:
        /^The shop refused it as no longer current \(HTTP 412\)\. This time: .* Its items were changed once already; only its address/,
      sends: [
        ...kettles,
        "POST /api/orders/1058/previews/",
        "POST /api/orders/1058/items/",
        "GET /api/orders/1058/",
      ],
      tokens: 70,
    },
  ),
  reply("Your yes came a moment late: the shop has just changed the items itself. Let me see how."),
  call(
    "get_order",
    { order_id: "1058" },
    {
      returns: {
        lines: [
          { item_id: "kettle-bottle-green-flat" },
          { item_id: "kettle-bottle-green-classic" },
        ],
        payments: [{}, { amount: { amount: "5.00" }, payment_method_id: "bram-visa" }],
      },
      sends: ["GET /api/orders/1058/"],
      tokens: 1300,
    },
  ),
  reply("One flat, one classic, just as you wanted it. The 5.00 EUR went to the Visa, though."),
  say("She is quick today. The candles in 1033, do I still get to return those?"),
  call(
    "return_items",
    { order_id: "1033", item_ids: ["candles-20cm-6"], payment_method_id: "bram-visa" },
    {
      asks: [
        /return .* order 1033 .*Candles \(.*20 cm, .*6\).* 26\.50 EUR/is,
        accept(),
        [
          outOfBand(
            "staff",
            "POST /api/orders/:id/returns/",
            { id: "1033" },
            {
              items: [{ item_id: "candles-20cm-6" }, { item_id: "candles-20cm-6" }],
              payment_method_id: "bram-visa",
            },
          ),
        ],
      ],
      fails: /can be returned or exchanged; this one is return requested\./,
      sends: [
        ...readsOf("1033"),
        "POST /api/orders/1033/previews/",
        "POST /api/orders/1033/returns/",
        "GET /api/orders/1033/",
      ],
      tokens: 70,
    },
  ),
  reply("She was faster again, and took both boxes of candles."),
  say("Then cancel 1060 before she draws on the pencils herself."),
  call(
    "cancel_order",
    { order_id: "1060", reason: "no_longer_needed" },
    {
      asks: [
        [
          /^Cancel order 1060 .*46\.80 EUR to "Visa ending in 5012/s,
          accept(),
          [
            outOfBand(
              "staff",
              "PATCH /api/orders/:id/address/",
              { id: "1060" },
              { address: office },
            ),
          ],
        ],
        [/changed meanwhile\.\nCancel order 1060 .*46\.80 EUR to "Visa ending in 5012/s, accept()],
      ],
      returns: { outcome: "done", status: "cancelled", amount: "-46.80", currency: "EUR" },
      sends: [
        ...address,
        "POST /api/orders/1060/cancel/",
        ...address,
        "POST /api/orders/1060/cancel/",
      ],
      tokens: 160,
    },
  ),
  reply(
    "Cancelled. You were asked twice because she had just put another address on it, which no longer matters.",
  ),
  expectWorld(({ orders }) => {
    const [pencils, kettle, candles] = ["1060", "1058", "1033"].map((id) =>
      orders.find(({ order_id }) => order_id === id),
    );
    return (
      pencils?.status === "cancelled" &&
      pencils.payments.length === 2 &&
      pencils.timeline?.filter(({ note }) => note === "Address changed.").length === 2 &&
      kettle?.timeline?.filter(({ note }) => note === "Items changed.").length === 1 &&
      kettle.payments.length === 2 &&
      candles?.return?.item_ids.length === 2
    );
  }),
]);
