import { seed } from "../../../mocks/world.ts";
import { accept, call, outOfBand, expectWorld, reply, say, story } from "../../harness/story.ts";

const largerSocks = outOfBand(
  "staff",
  "POST /api/orders/:id/items/",
  { id: "1059" },
  {
    items: [{ item_id: "socks-39-41-moss", new_item_id: "socks-45-47-moss" }],
    payment_method_id: "ines-gift",
  },
);

export default story("a balance that changes meanwhile is checked by the shop", { as: "ines" }, [
  say("Pay the field glass, 1053, from my gift card. What is left on it then, a euro?"),
  call(
    "change_order_payment",
    { order_id: "1053", payment_method_id: "ines-gift" },
    {
      asks: [
        /Pay order 1053 .*Will be charged: 84\.00 EUR to "gift card \(ines-gift\)"/s,
        accept(),
        [largerSocks],
      ],
      fails:
        /^The shop refused the change of payment: Gift card ines-gift has 83\.60 EUR, and 84\.00 EUR are needed\. Nothing was changed\./,
      sends: [
        "GET /api/orders/1053/",
        "GET /api/customers/ines-moreau/",
        "POST /api/orders/1053/previews/",
        "PATCH /api/orders/1053/payment/",
      ],
      tokens: 80,
    },
  ),
  reply(
    "When you were asked, there were 85.00 EUR on the card; now there are 83.60 EUR. The shop has just charged it 1.40 EUR, so the field glass stays on your Visa.",
  ),
  say("Ah yes, I phoned about the socks. Madame Vidal knits, but not in size 47."),
  expectWorld(({ orders, customers }) => {
    const ines = customers.find(({ customer_id }) => customer_id === "ines-moreau");
    const glass = ({ order_id }: { order_id: string }) => order_id === "1053";
    return (
      ines?.payment_methods.some(({ balance }) => balance === "83.60") === true &&
      Bun.deepEquals(orders.find(glass), seed.orders.find(glass))
    );
  }),
]);
