import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = [
  "GET /api/orders/1059/",
  "GET /api/customers/ines-moreau/",
  "GET /api/products/felt-hot-water-bottle/",
  "GET /api/products/allotment-socks/",
];

export default story("changing to cheaper items refunds the difference", { as: "ines" }, [
  say(
    "The two-litre bottle is for a giant. Can order 1059 have the small grey one? And the socks in 36 to 38, in rust.",
  ),
  call(
    "change_order_items",
    {
      order_id: "1059",
      items: [
        { item_id: "bottle-2l-forest", new_item_id: "bottle-0.8l-grey" },
        { item_id: "socks-39-41-moss", new_item_id: "socks-36-38-rust" },
      ],
      payment_method_id: "ines-gift",
    },
    {
      asks: [
        /Taken out: .*39–41, .*moss\)", 16\.80 EUR\n.*2 L, .*forest\)", 41\.00 EUR\nPut in: .*36–38, .*rust\)", 16\.80 EUR\n.*0\.8 L, .*grey\)", 33\.00 EUR\n.*refunded: 8\.00 EUR to "gift card/s,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1059", amount: "-8.00", currency: "EUR" },
      text: /^Order 1059: changed\. Refunded: 8\.00 EUR to "ines-gift"\./,
      sends: [...reads, "POST /api/orders/1059/previews/", "POST /api/orders/1059/items/"],
      tokens: 160,
    },
  ),
  reply("Both are changed. The difference of 8.00 EUR has been refunded to your gift card."),
  say("How much is on it now?"),
  call(
    "get_customer",
    {},
    {
      returns: {
        payment_methods: [{}, {}, { payment_method_id: "ines-gift", balance: { amount: "93.00" } }],
      },
      sends: ["GET /api/customers/me/"],
      tokens: 400,
    },
  ),
  reply("93.00 EUR."),
  expectWorld(({ orders, customers }) => {
    const order = orders.find(({ order_id }) => order_id === "1059");
    const ines = customers.find(({ customer_id }) => customer_id === "ines-moreau");
    const card = ines?.payment_methods.find(({ kind }) => kind === "gift_card");
    return (
      card?.balance === "93.00" &&
      order?.items_modified === true &&
      order.items.map(({ item_id, price }) => `${item_id} ${price}`).join() ===
        "socks-36-38-rust 16.80,bottle-0.8l-grey 33.00" &&
      Bun.deepEquals(order.payments, [
        { kind: "payment", amount: "57.80", payment_method_id: "ines-gift" },
        { kind: "refund", amount: "8.00", payment_method_id: "ines-gift" },
      ])
    );
  }),
]);
