import { seed } from "../../../mocks/world.ts";
import { accept, call, expectWorld, reply, save, say, story, use } from "../../harness/story.ts";

const readsOf = (order: string, customer: string) => [
  `GET /api/orders/${order}/`,
  `GET /api/customers/${customer}/`,
];
const nell = readsOf("1055", "nell-okafor");
const axel = [...readsOf("1039", "axel-lindqvist"), "GET /api/products/almanac-2027/"];
const juergen = [...readsOf("1032", "juergen-weiss"), "GET /api/products/nine-mens-morris/"];
const zofia = readsOf("1056", "zofia-wisniewska");
const florianska = {
  line1: "ul. Floriańska 3",
  line2: "m. 9",
  city: "Kraków",
  state: "",
  postcode: "31-019",
  country: "Poland",
};

export default story("staff change the orders of several customers", { as: "staff" }, [
  say("Good afternoon. A Nell Okafor, T23 XV56, wants to cancel her apron."),
  call(
    "find_customer",
    { last_name: "Okafor", postcode: "T23 XV56" },
    {
      returns: { customers: [{ customer_id: save("nell"), first_name: "Nell" }] },
      sends: ["GET /api/customers/?last_name=Okafor&postcode=T23+XV56&limit=10"],
      tokens: 180,
    },
  ),
  call(
    "list_orders",
    { customer_id: use("nell"), status: "pending" },
    {
      returns: { orders: [{ order_id: save("apron"), total: { amount: "84.50" } }] },
      sends: ["GET /api/orders/?status=pending&customer=nell-okafor&limit=10"],
      tokens: 200,
    },
  ),
  call(
    "get_order",
    { order_id: use("apron") },
    {
      returns: {
        lines: [{ name: "Linen Apron" }, { name: "Pair of Tea Towels" }],
        payments: [
          { kind: "payment", payment_method_id: "nell-visa" },
          { kind: "payment", payment_method_id: "nell-paypal" },
          { kind: "refund", payment_method_id: "nell-visa" },
        ],
        can_cancel: { allowed: true },
      },
      sends: ["GET /api/orders/1055/"],
      tokens: 1100,
    },
  ),
  reply(
    "Order 1055, an apron and two tea towels, paid with PayPal in the end. It can be cancelled.",
  ),
  say("All of it. She no longer has a kitchen, she says."),
  call(
    "cancel_order",
    { order_id: use("apron"), reason: "no_longer_needed" },
    {
      asks: [
        /^Cancel order 1055 of "Nell Okafor" .*Linen Apron \(.*rust, .*L–XL\)", .*84\.50 EUR to "PayPal/s,
        accept(),
      ],
      returns: { outcome: "done", status: "cancelled", amount: "-84.50", currency: "EUR" },
      sends: [...nell, "POST /api/orders/1055/previews/", "POST /api/orders/1055/cancel/"],
      tokens: 160,
    },
  ),
  reply(
    "Cancelled. 84.50 EUR go back to her PayPal, and nothing to the Visa, which was refunded before.",
  ),
  say("Next, Axel Lindqvist. His almanac, 1039, is for a cousin who reads Dutch."),
  call(
    "change_order_items",
    {
      order_id: "1039",
      items: [{ item_id: "almanac-english", new_item_id: "almanac-dutch" }],
      payment_method_id: "axel-mastercard",
    },
    {
      asks: [
        /order 1039 of "Axel Lindqvist"\?.*\nTaken out: .*English\)", (.*)\nPut in: .*Dutch\)", \1$/,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1039", status: "pending" },
      text: /^Order 1039: changed\.\n/,
      sends: [...axel, "POST /api/orders/1039/previews/", "POST /api/orders/1039/items/"],
      tokens: 160,
    },
  ),
  reply("In Dutch, then. The price is the same, so nothing is charged."),
  say("Jürgen Weiß has lost his temper and a beech counter. 1032, the game, in brass and steel."),
  call(
    "exchange_items",
    {
      order_id: "1032",
      items: [{ item_id: "morris-beech-and-walnut", new_item_id: "morris-brass-and-steel" }],
      payment_method_id: "juergen-paypal",
    },
    {
      asks: [
        /order 1032 of "Jürgen Weiß"\?\n.*for .*brass and steel\)"\n.* 11\.00 EUR .*"PayPal/s,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1032", status: "exchange_requested" },
      sends: [...juergen, "POST /api/orders/1032/previews/", "POST /api/orders/1032/exchanges/"],
      tokens: 160,
    },
  ),
  reply("The exchange is requested, at 11.00 EUR more. Brass and steel should survive his temper."),
  say(
    "Zofia Wiśniewska, e-mail zofia@wisniewska.example, moves to ulica Floriańska 3, m. 9, 31-019 Kraków. The pencil box goes there, too.",
  ),
  call(
    "find_customer",
    { email: "zofia@wisniewska.example" },
    {
      returns: { customers: [{ customer_id: save("zofia"), last_name: "Wiśniewska" }] },
      sends: ["GET /api/customers/?email=zofia%40wisniewska.example&limit=10"],
      tokens: 180,
    },
  ),
  call(
    "change_customer_address",
    { customer_id: use("zofia"), ...florianska },
    {
      asks: [
        /address of "Zofia Wiśniewska"\?\nNew address: "ul\. Floriańska 3, .*\nUntil now: "ul\. Józefa 18/,
        accept(),
      ],
      returns: { outcome: "done" },
      sends: [...zofia.slice(1), "PATCH /api/customers/zofia-wisniewska/address/"],
      tokens: 160,
    },
  ),
  call(
    "change_order_address",
    { order_id: "1056", ...florianska },
    {
      asks: [
        /order 1056 of "Zofia Wiśniewska".*\nNew address: "ul\. Floriańska 3, m\. 9, 31-019 Kraków/,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1056", status: "pending" },
      sends: [...zofia, "POST /api/orders/1056/previews/", "PATCH /api/orders/1056/address/"],
      tokens: 160,
    },
  ),
  reply("Both are changed, hers and that of the pencil box."),
  say("Leave a note for whoever packs it tomorrow: a card, “for the new desk”. Then tea."),
  call(
    "contact_support",
    { subject: "A card for 1056", message: "Please write: for the new desk.", order_id: "1056" },
    {
      asks: [
        /about order 1056\?\nSubject: "A card for 1056"\nMessage: "Please write: for the new desk\."/,
        accept(),
      ],
      returns: { outcome: "done" },
      sends: ["GET /api/orders/1056/", "POST /api/support/requests/"],
      tokens: 160,
    },
  ),
  reply("It is noted as request-1. Enjoy your tea, Marthe."),
  expectWorld(({ orders, customers, support_requests = [] }) => {
    const [nells, axels, juergens, zofias] = ["1055", "1039", "1032", "1056"].map((id) =>
      orders.find(({ order_id }) => order_id === id),
    );
    const moved = customers.find(({ customer_id }) => customer_id === "zofia-wisniewska");
    const changed = orders.filter((order, nth) => !Bun.deepEquals(order, seed.orders[nth]));
    return (
      changed.length === 4 &&
      nells?.status === "cancelled" &&
      Bun.deepEquals(nells.payments.slice(3), [
        { kind: "refund", amount: "84.50", payment_method_id: "nell-paypal" },
      ]) &&
      axels?.items[0]?.options["language"] === "Dutch" &&
      axels.items_modified === true &&
      axels.payments.length === 1 &&
      juergens?.exchange?.price_difference === "11.00" &&
      Bun.deepEquals(zofias?.address, florianska) &&
      Bun.deepEquals(moved?.address, florianska) &&
      support_requests.at(-1)?.customer_id === "marthe-claes"
    );
  }),
]);
