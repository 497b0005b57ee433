import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const readsOf = (order: string) => [
  `GET /api/orders/${order}/`,
  "GET /api/customers/bram-de-wilde/",
];
const kettle = "kettle-bottle-green-classic";
const lantern = "GET /api/products/harbour-lantern/";

export default story("no more items can be changed or returned than were bought", { as: "bram" }, [
  say(
    "Bram of Café De Uil. My new stove is an induction one, so my three green kettles in 1058 need the flat base.",
  ),
  call(
    "change_order_items",
    {
      order_id: "1058",
      items: [
        { item_id: kettle, new_item_id: "kettle-bottle-green-flat" },
        { item_id: kettle, new_item_id: "kettle-bottle-green-flat" },
        { item_id: kettle, new_item_id: "kettle-bottle-green-flat" },
      ],
      payment_method_id: "bram-mastercard",
    },
    {
      fails: /^Nothing was sent to the shop: .*kettle-bottle-green-classic\b/,
      sends: readsOf("1058"),
      tokens: 100,
    },
  ),
  reply("There are two kettles in 1058, and three bowls. Shall I change both kettles?"),
  say("Two, is it? Then one of them; the other stays on the gas ring."),
  call(
    "change_order_items",
    {
      order_id: "1058",
      items: [{ item_id: kettle, new_item_id: "kettle-bottle-green-flat" }],
      payment_method_id: "bram-mastercard",
    },
    {
      asks: [
        /Taken out: .*Kettle No\. 3 \(.*bottle green, .*classic\)", .*\nPut in: .*bottle green, .*flat\)", .*\n.*charged: 5\.00 EUR to "Mastercard ending in 3395/,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1058", amount: "5.00", currency: "EUR" },
      sends: [
        ...readsOf("1058"),
        "GET /api/products/enamel-kettle/",
        "POST /api/orders/1058/previews/",
        "POST /api/orders/1058/items/",
      ],
      tokens: 160,
    },
  ),
  reply("One kettle with a flat base, one with a classic one, for another 5.00 EUR."),
  say("The two lanterns that came with 1033 are black. I meant plain zinc, both."),
  call(
    "exchange_items",
    {
      order_id: "1033",
      items: [
        { item_id: "lantern-26cm-black", new_item_id: "lantern-26cm-zinc" },
        { item_id: "lantern-26cm-black", new_item_id: "lantern-26cm-zinc" },
      ],
      payment_method_id: "bram-visa",
    },
    {
      asks: [
        /Lantern \(.*26 cm, .*black\)" for .*26 cm, .*zinc\)"\n.*Lantern \(.*26 cm, .*black\)" for .*26 cm, .*zinc\)"\nRefund to come: 6\.00 EUR to "Visa ending in 5012/,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1033", status: "exchange_requested" },
      sends: [
        ...readsOf("1033"),
        lantern,
        "POST /api/orders/1033/previews/",
        "POST /api/orders/1033/exchanges/",
      ],
      tokens: 160,
    },
  ),
  reply("Both lanterns are down for an exchange. They cost 3.00 EUR less each."),
  say("Last thing. Four of the oat bowls from August are too wide for my saucers."),
  call(
    "return_items",
    {
      order_id: "1008",
      item_ids: ["bowl-500ml-oat", "bowl-500ml-oat", "bowl-500ml-oat", "bowl-500ml-oat"],
      payment_method_id: "bram-mastercard",
    },
    {
      fails: /^Nothing was sent to the shop: .*bowl-500ml-oat\b/,
      sends: readsOf("1008"),
      tokens: 100,
    },
  ),
  reply("Order 1008 holds three of them."),
  say("I am better at coffee. Two, then, and I keep one for the sugar."),
  call(
    "return_items",
    {
      order_id: "1008",
      item_ids: ["bowl-500ml-oat", "bowl-500ml-oat"],
      payment_method_id: "bram-mastercard",
    },
    {
      asks: [
        /^Return .* order 1008 .*returned: "Café au Lait Bowl \(.*500 ml, .*oat\)"\n.*returned: "Café au Lait Bowl \(.*500 ml, .*oat\)"\n.* 37\.80 EUR to "Mastercard ending in 3395/s,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1008", status: "return_requested" },
      sends: [
        ...readsOf("1008"),
        "POST /api/orders/1008/previews/",
        "POST /api/orders/1008/returns/",
      ],
      tokens: 160,
    },
  ),
  reply("Two bowls come back, and one stays with the sugar."),
  expectWorld(({ orders }) => {
    const [stove, lights, bowls] = ["1058", "1033", "1008"].map((id) =>
      orders.find(({ order_id }) => order_id === id),
    );
    return (
      stove?.items.map(({ item_id }) => item_id).join(" ") ===
        `kettle-bottle-green-flat ${kettle} bowl-500ml-ink-blue bowl-500ml-ink-blue bowl-500ml-ink-blue` &&
      Bun.deepEquals(stove.payments.at(-1), {
        kind: "payment",
        amount: "5.00",
        payment_method_id: "bram-mastercard",
      }) &&
      Bun.deepEquals(lights?.exchange, {
        item_ids: ["lantern-26cm-black", "lantern-26cm-black"],
        new_item_ids: ["lantern-26cm-zinc", "lantern-26cm-zinc"],
        payment_method_id: "bram-visa",
        price_difference: "-6.00",
      }) &&
      lights?.payments.length === 1 &&
      Bun.deepEquals(bowls?.return, {
        item_ids: ["bowl-500ml-oat", "bowl-500ml-oat"],
        payment_method_id: "bram-mastercard",
      })
    );
  }),
]);
