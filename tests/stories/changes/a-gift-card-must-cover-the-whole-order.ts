import { seed } from "../../../mocks/world.ts";
import { call, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = ["GET /api/orders/1030/", "GET /api/customers/giulia-ferrante/"];
const sends = [...reads, "POST /api/orders/1030/previews/"];

export default story("a gift card must cover the whole order", { as: "giulia" }, [
  say("While the Italian almanacs are at the printer's: pay 1030 with my gift card."),
  call(
    "change_order_payment",
    { order_id: "1030", payment_method_id: "giulia-gift" },
    {
      fails:
        /^The shop refused the change of payment: Gift card giulia-gift has 30\.00 EUR, and 43\.00 EUR are needed\. Nothing was changed\./,
      sends,
      tokens: 80,
    },
  ),
  reply("A gift card has to pay for the whole order here, and yours is 13.00 EUR short of it."),
  say("Then with PayPal."),
  call(
    "change_order_payment",
    { order_id: "1030", payment_method_id: "giulia-paypal" },
    {
      fails: /^Nothing was sent to the shop: .*giulia-paypal pays for it already/,
      sends: reads,
      tokens: 80,
    },
  ),
  reply("PayPal already pays for it."),
  say("My husband has a Visa card, zofia-visa, no, that is the neighbour's. Try it?"),
  call(
    "change_order_payment",
    { order_id: "1030", payment_method_id: "zofia-visa" },
    {
      fails:
        /^Nothing was sent to the shop: payment_method_id: zofia-visa is not one of this customer's.* giulia-paypal, giulia-gift\b/,
      sends: reads,
      tokens: 80,
    },
  ),
  reply("I find only your PayPal and your gift card. Let us leave it as it is."),
  expectWorld((world) => Bun.deepEquals(world, seed)),
]);
