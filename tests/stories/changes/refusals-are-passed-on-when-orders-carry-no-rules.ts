import { seed } from "../../../mocks/world.ts";
import {
  accept,
  call,
  expectWorld,
  fault,
  reply,
  say,
  respondWith,
  story,
} from "../../harness/story.ts";

/** An order as a plain Django view returns it, without `can_*`. */
function withoutRules(order_id: string) {
  const order = seed.orders.find((one) => one.order_id === order_id);
  const { customer_id, status, items: lines, payments, address } = order ?? {};
  const body = { order_id, customer_id, status, currency: "EUR", lines, payments, address };
  return fault("GET /api/orders/:id/", [respondWith(body)]);
}
const sends = (order: string, customer: string, write: string, product?: string) => {
  const reads = [`GET /api/orders/${order}/`, `GET /api/customers/${customer}/`];
  if (product) reads.push(`GET /api/products/${product}/`);
  return [...reads, write];
};
const refused = (what: string, why: string) =>
  new RegExp(`^The shop refused the ${what}: ${why}\\. Nothing was changed\\.`);
const pending = "Only a pending order can be";
const once = "Its items were changed once already; only its address can still be changed";
const delivered = "Only a delivered order can be returned or exchanged; this one is";

export default story(
  "the shop's refusals are passed on when its orders carry no rules",
  { as: "staff" },
  [
    say(
      "Marthe here. Since last night's deployment our orders no longer say what can be done with them. I want to know whether the shop still checks. Søren's cape, 1038: cancel it.",
    ),
    withoutRules("1038"),
    call(
      "cancel_order",
      { order_id: "1038", reason: "no_longer_needed" },
      {
        asks: [
          /^Cancel order 1038 of "Søren Kjærgaard" .*The shop works out the money, which is not known before\.$/s,
          accept(),
        ],
        fails: refused("cancellation", `${pending} cancelled; this one is shipped`),
        sends: sends("1038", "soren-kjaergaard", "POST /api/orders/1038/cancel/"),
        tokens: 80,
      },
    ),
    reply("It does: the cape has been shipped."),
    say("His nest box, 1045, is pending, but he changed it."),
    withoutRules("1045"),
    call(
      "cancel_order",
      { order_id: "1045", reason: "no_longer_needed" },
      {
        asks: [/^Cancel order 1045 of "Søren Kjærgaard"/, accept()],
        fails: refused("cancellation", ".* order whose items were changed cannot be cancelled"),
        sends: sends("1045", "soren-kjaergaard", "POST /api/orders/1045/cancel/"),
        tokens: 80,
      },
    ),
    say("Other seeds in it?"),
    withoutRules("1045"),
    call(
      "change_order_items",
      {
        order_id: "1045",
        items: [{ item_id: "seeds-for-bees", new_item_id: "seeds-salad" }],
        payment_method_id: "soren-visa",
      },
      {
        asks: [/Change: .*for bees\)" for .*salad/, accept()],
        fails: refused("change of items", once),
        sends: sends("1045", "soren-kjaergaard", "POST /api/orders/1045/items/", "seed-tin"),
        tokens: 80,
      },
    ),
    say("Paid by gift card?"),
    withoutRules("1045"),
    call(
      "change_order_payment",
      { order_id: "1045", payment_method_id: "soren-gift" },
      {
        asks: [/^Pay order 1045 .*"gift card/s, accept()],
        fails: refused("change of payment", once),
        sends: sends("1045", "soren-kjaergaard", "PATCH /api/orders/1045/payment/"),
        tokens: 80,
      },
    ),
    reply(
      "Once its items were changed, an order keeps its items and its payment, and cannot be cancelled.",
    ),
    say(
      "Jürgen's almanac, 1050, is being packed under my eyes. Other seeds, another card, another street?",
    ),
    withoutRules("1050"),
    call(
      "change_order_items",
      {
        order_id: "1050",
        items: [{ item_id: "seeds-salad", new_item_id: "seeds-for-bees" }],
        payment_method_id: "juergen-paypal",
      },
      {
        asks: [/Change: .*salad\)" for .*for bees/, accept()],
        fails: refused("change of items", `${pending} changed; this one is processing`),
        sends: sends("1050", "juergen-weiss", "POST /api/orders/1050/items/", "seed-tin"),
        tokens: 80,
      },
    ),
    withoutRules("1050"),
    call(
      "change_order_payment",
      { order_id: "1050", payment_method_id: "juergen-mastercard" },
      {
        asks: [/^Pay order 1050 .*"Mastercard ending in 6120/s, accept()],
        fails: refused("change of payment", `${pending} changed; this one is processing`),
        sends: sends("1050", "juergen-weiss", "PATCH /api/orders/1050/payment/"),
        tokens: 80,
      },
    ),
    withoutRules("1050"),
    call(
      "change_order_address",
      {
        order_id: "1050",
        line1: "Körnerstraße 33",
        city: "Leipzig",
        postcode: "04107",
        country: "Germany",
      },
      {
        asks: [/order 1050 .*New address: "Körnerstraße 33, 04107 Leipzig/s, accept()],
        fails: refused("change of address", "Only the address of a pending order .* is processing"),
        sends: sends("1050", "juergen-weiss", "PATCH /api/orders/1050/address/"),
        tokens: 80,
      },
    ),
    reply("Refused three times. An order that is being packed stays as it is."),
    say(
      "Mia's pen cannot come back before it has gone. And nobody returns twice, or exchanges twice.",
    ),
    withoutRules("1054"),
    call(
      "return_items",
      { order_id: "1054", item_ids: ["ink-blue-black"], payment_method_id: "mia-visa" },
      {
        asks: [/^Return .* order 1054 .*Ink, 50 ml \(.*blue-black\)/s, accept()],
        fails: refused("return", `${delivered} pending`),
        sends: sends("1054", "mia-lindqvist", "POST /api/orders/1054/returns/"),
        tokens: 80,
      },
    ),
    withoutRules("1019"),
    call(
      "return_items",
      { order_id: "1019", item_ids: ["pot-18cm-with"], payment_method_id: "nell-visa" },
      {
        asks: [/^Return .* order 1019 .*Pot \(.*18 cm, .*with\)/s, accept()],
        fails: refused("return", `${delivered} return requested`),
        sends: sends("1019", "nell-okafor", "POST /api/orders/1019/returns/"),
        tokens: 80,
      },
    ),
    withoutRules("1023"),
    call(
      "exchange_items",
      {
        order_id: "1023",
        items: [{ item_id: "board-oak-32cm", new_item_id: "board-oak-24cm" }],
        payment_method_id: "juergen-mastercard",
      },
      {
        asks: [/Change: .*oak, .*32 cm\)" for .*oak, .*24 cm/, accept()],
        fails: refused("exchange", `${delivered} exchange requested`),
        sends: sends(
          "1023",
          "juergen-weiss",
          "POST /api/orders/1023/exchanges/",
          "smorrebrod-board",
        ),
        tokens: 80,
      },
    ),
    reply(
      "Ten requests, ten refusals, each with its reason, and nothing was changed. Your order pages have lost the rules, but the shop still applies them.",
    ),
    expectWorld((world) => Bun.deepEquals(world, seed)),
  ],
);
