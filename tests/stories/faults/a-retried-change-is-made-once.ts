import {
  accept,
  call,
  expectWorld,
  fault,
  reply,
  reset,
  say,
  status,
  story,
  truncated,
} from "../../harness/story.ts";

const readsOf = (order: string) => [
  `GET /api/orders/${order}/`,
  "GET /api/customers/bram-de-wilde/",
];
const kettles = [...readsOf("1058"), "GET /api/products/enamel-kettle/"];
const cancelOrder = "POST /api/orders/1060/cancel/";
const changeAddress = "PATCH /api/orders/1058/address/";
const changeItems = "POST /api/orders/1058/items/";

export default story(
  "a change retried after a fault is made once",
  { as: "bram", allLanesOnDjango: true },
  [
    say("There is thunder over Gent, so be quick. Cancel 1060, I no longer need the pencils."),
    fault("POST /api/orders/:id/cancel/", [reset()]),
    call(
      "cancel_order",
      { order_id: "1060", reason: "no_longer_needed" },
      {
        asks: [/^Cancel order 1060 .*46\.80 EUR to "Visa ending in 5012/s, accept()],
        returns: { outcome: "done", status: "cancelled", amount: "-46.80", currency: "EUR" },
        text: /^Order 1060: cancelled\. Refunded: 46\.80 EUR to "bram-visa"\./,
        sends: [...readsOf("1060"), "POST /api/orders/1060/previews/", cancelOrder, cancelOrder], // made by the first, reported by the second
        tokens: 160,
      },
    ),
    reply("Cancelled, and 46.80 EUR go back to your Visa, once."),
    say("The lights flickered. And 1058 goes to Oudburg 63, the neighbours."),
    fault("PATCH /api/orders/:id/address/", [status(503, { "Retry-After": "0" })]),
    call(
      "change_order_address",
      { order_id: "1058", line1: "Oudburg 63", city: "Gent", postcode: "9000", country: "Belgium" },
      {
        asks: [
          /order 1058 .*New address: "Oudburg 63, 9000 Gent, Belgium"\nUntil now: "Oudburg 61/s,
          accept(),
        ],
        returns: { outcome: "done", order_id: "1058", status: "pending" },
        sends: [
          ...readsOf("1058"),
          "POST /api/orders/1058/previews/",
          changeAddress,
          changeAddress,
        ], // refused by the first, made by the second
        tokens: 160,
      },
    ),
    reply("It goes next door."),
    say("And one of its two kettles with a flat base. That was close!"),
    fault("POST /api/orders/:id/items/", [truncated()]),
    call(
      "change_order_items",
      {
        order_id: "1058",
        items: [
          { item_id: "kettle-bottle-green-classic", new_item_id: "kettle-bottle-green-flat" },
        ],
        payment_method_id: "bram-mastercard",
      },
      {
        asks: [/Put in: .*bottle green, .*flat\)".*charged: 5\.00 EUR to "Mastercard/s, accept()],
        returns: { outcome: "done", order_id: "1058", amount: "5.00", currency: "EUR" },
        sends: [...kettles, "POST /api/orders/1058/previews/", changeItems, changeItems],
        tokens: 160,
      },
    ),
    reply(
      "Also done, and also once: one kettle is flat now, and 5.00 EUR are charged. Three answers went wrong; the shop acted three times, not six.",
    ),
    expectWorld(({ orders }) => {
      const [pencils, kettle] = ["1060", "1058"].map((id) =>
        orders.find(({ order_id }) => order_id === id),
      );
      const notes = (order?: (typeof orders)[number]) =>
        order?.timeline?.flatMap(({ note }) =>
          /^(Cancelled|Address|Items)/.test(note ?? "") ? [note] : [],
        );
      return (
        Bun.deepEquals(notes(pencils), ["Cancelled: no longer needed."]) &&
        Bun.deepEquals(pencils?.payments, [
          { kind: "payment", amount: "46.80", payment_method_id: "bram-visa" },
          { kind: "refund", amount: "46.80", payment_method_id: "bram-visa" },
        ]) &&
        Bun.deepEquals(notes(kettle), ["Address changed.", "Items changed."]) &&
        kettle?.address.line1 === "Oudburg 63" &&
        Bun.deepEquals(kettle.payments, [
          { kind: "payment", amount: "149.50", payment_method_id: "bram-mastercard" },
          { kind: "payment", amount: "5.00", payment_method_id: "bram-mastercard" },
        ])
      );
    }),
  ],
);
