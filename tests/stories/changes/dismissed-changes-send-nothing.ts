import { seed } from "../../../mocks/world.ts";
import { call, dismiss, expectWorld, reply, say, story } from "../../harness/story.ts";

const bram = "GET /api/customers/bram-de-wilde/";
const pencils = ["GET /api/orders/1060/", bram];
const preview = "POST /api/orders/1060/previews/";
const dismissed = /the question was closed without an answer.* Nothing was sent to the shop\./;
const corner = { line1: "Oudburg 63", city: "Gent", postcode: "9000", country: "Belgium" };

export default story("a change whose question is dismissed is not sent", { as: "bram" }, [
  say(
    "Quickly, before the lunch crowd. My order 1060, take it all back. No, two espressos, not you.",
  ),
  call(
    "cancel_order",
    { order_id: "1060", reason: "ordered_by_mistake" },
    {
      asks: [/cancel order 1060/i, dismiss()],
      fails: dismissed,
      sends: [...pencils, preview],
      tokens: 60,
    },
  ),
  reply(
    "The question was closed without an answer, so I left 1060 as it is. Do you want it cancelled?",
  ),
  say("What? No. Have it sent next door, they have a doorbell."),
  call(
    "change_order_address",
    { order_id: "1060", ...corner },
    {
      asks: [/order 1060 .*New address: "Oudburg 63, 9000 Gent, Belgium"/s, dismiss()],
      fails: dismissed,
      sends: [...pencils, preview],
      tokens: 60,
    },
  ),
  say("With milk. Soft pencils instead of the hard ones, same price."),
  call(
    "change_order_items",
    {
      order_id: "1060",
      items: [{ item_id: "pencils-hb", new_item_id: "pencils-2b" }],
      payment_method_id: "bram-visa",
    },
    {
      asks: [/Taken out: .*HB\)", (\d+\.\d\d EUR)\nPut in: .*2B\)", \1$/, dismiss()],
      fails: dismissed,
      sends: [...pencils, "GET /api/products/cedar-pencils/", preview],
      tokens: 60,
    },
  ),
  say("Or pay with the other card, that one is for the flour."),
  call(
    "change_order_payment",
    { order_id: "1060", payment_method_id: "bram-mastercard" },
    {
      asks: [/^Pay order 1060 .*charged: .* to "Mastercard ending in 3395/s, dismiss()],
      fails: dismissed,
      sends: [...pencils, preview],
      tokens: 60,
    },
  ),
  reply("Four questions, and each was closed. Nothing has been changed so far."),
  say("I am listening. The candles in 1033 go back. Sugar is on the counter."),
  call(
    "return_items",
    { order_id: "1033", item_ids: ["candles-20cm-6"], payment_method_id: "bram-visa" },
    {
      asks: [/^Return .* order 1033 .*Candles \(.*20 cm, .*6\).* 26\.50 EUR/s, dismiss()],
      fails: dismissed,
      sends: ["GET /api/orders/1033/", bram, "POST /api/orders/1033/previews/"],
      tokens: 60,
    },
  ),
  say("And a taller mill for the one in 1008."),
  call(
    "exchange_items",
    {
      order_id: "1008",
      items: [{ item_id: "mill-30cm-beech", new_item_id: "mill-30cm-olive" }],
      payment_method_id: "bram-visa",
    },
    {
      asks: [
        /Mill \(.*30 cm, .*beech\)" for .*30 cm, .*olive\)"\nCharge to come: 22\.00 EUR to "Visa/,
        dismiss(),
      ],
      fails: dismissed,
      sends: [
        "GET /api/orders/1008/",
        bram,
        "GET /api/products/tall-pepper-mill/",
        "POST /api/orders/1008/previews/",
      ],
      tokens: 60,
    },
  ),
  say("If nobody rings, we are next door from now on, put that in my account."),
  call("change_customer_address", corner, {
    asks: [/address of "Bram De Wilde"\?\nNew address: "Oudburg 63/, dismiss()],
    fails: dismissed,
    sends: ["GET /api/customers/me/"],
    tokens: 60,
  }),
  say("Write to them that I will call. The quiche is out."),
  call(
    "contact_support",
    { subject: "Several things", message: "Bram of Café De Uil will telephone after two." },
    {
      asks: [
        /support\?\nSubject: "Several things"\nMessage: "Bram of Café De Uil will telephone/,
        dismiss(),
      ],
      fails: dismissed,
      sends: [],
      tokens: 60,
    },
  ),
  reply(
    "You closed eight questions without an answer, so nothing has changed. Come back after lunch, and we will take them one by one.",
  ),
  expectWorld((world) => Bun.deepEquals(world, seed)),
]);
