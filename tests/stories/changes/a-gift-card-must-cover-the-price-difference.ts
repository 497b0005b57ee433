import { seed } from "../../../mocks/world.ts";
import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const readsOf = (order: string) => [`GET /api/orders/${order}/`, "GET /api/customers/nell-okafor/"];
const towels = [...readsOf("1055"), "GET /api/products/tea-towel-pair/"];
const pens = [...readsOf("1024"), "GET /api/products/sparrow-fountain-pen/"];
const red = {
  order_id: "1055",
  items: [{ item_id: "towels-undyed", new_item_id: "towels-red" }],
};
const tortoiseshell = {
  order_id: "1024",
  items: [{ item_id: "sparrow-black-medium", new_item_id: "sparrow-tortoiseshell-medium" }],
};

export default story("a gift card must cover the price difference of new items", { as: "nell" }, [
  say("Could the tea towels in 1055 be red? And take the difference from my gift card."),
  call(
    "change_order_items",
    { ...red, payment_method_id: "nell-gift" },
    {
      fails:
        /^The shop refused the change of items: Gift card nell-gift has 0\.00 EUR, and 1\.40 EUR are needed\. Nothing was changed\./,
      sends: [...towels, "POST /api/orders/1055/previews/"],
      tokens: 80,
    },
  ),
  reply("The card is empty, and red costs 1.40 EUR more. Your Visa or PayPal would do."),
  say(
    "Oh, I thought there was something left. Then leave the towels. The pen from October, though: in tortoiseshell?",
  ),
  call(
    "exchange_items",
    { ...tortoiseshell, payment_method_id: "nell-gift" },
    {
      fails:
        /^The shop refused the exchange: Gift card nell-gift has 0\.00 EUR, and 6\.00 EUR are needed\. Nothing was changed\./,
      sends: [...pens, "POST /api/orders/1024/previews/"],
      tokens: 80,
    },
  ),
  reply("The same card, and still nothing on it. This one would be 6.00 EUR."),
  say("Stupid of me. The Visa."),
  call(
    "exchange_items",
    { ...tortoiseshell, payment_method_id: "nell-visa" },
    {
      asks: [
        /To be exchanged: .*medium.* for .*tortoiseshell, .*medium.*\nCharge to come: 6\.00 EUR to "Visa ending in 8841/s,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1024", status: "exchange_requested" },
      sends: [...pens, "POST /api/orders/1024/previews/", "POST /api/orders/1024/exchanges/"],
      tokens: 160,
    },
  ),
  reply("The exchange of the pen is requested, and your Visa is charged when it is made."),
  say("Then put 1055 on the Visa as well, as it was at first."),
  call(
    "change_order_payment",
    { order_id: "1055", payment_method_id: "nell-visa" },
    {
      fails:
        /^The shop refused the change of payment: .* exactly one payment and no refund\. Nothing was changed\./,
      sends: [...readsOf("1055"), "POST /api/orders/1055/previews/"],
      tokens: 80,
    },
  ),
  reply("You moved it from the Visa to PayPal before, and the shop allows that only once."),
  expectWorld(({ orders, customers }) => {
    const pen = orders.find(({ order_id }) => order_id === "1024");
    const others = ({ order_id }: { order_id: string }) => order_id !== "1024";
    return (
      Bun.deepEquals(pen?.exchange, {
        item_ids: ["sparrow-black-medium"],
        new_item_ids: ["sparrow-tortoiseshell-medium"],
        payment_method_id: "nell-visa",
        price_difference: "6.00",
      }) &&
      Bun.deepEquals(orders.filter(others), seed.orders.filter(others)) &&
      Bun.deepEquals(customers, seed.customers)
    );
  }),
]);
