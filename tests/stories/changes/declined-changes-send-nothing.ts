import { seed } from "../../../mocks/world.ts";
import { call, decline, expectWorld, reply, say, story } from "../../harness/story.ts";

const mia = "GET /api/customers/mia-lindqvist/";
const pen = ["GET /api/orders/1054/", mia];
const preview = "POST /api/orders/1054/previews/";
const declined = /the user declined.* Nothing was sent to the shop\./;
const treeHouse = { line1: "Trädkojan 1", city: "Göteborg", postcode: "413 04", country: "Sweden" };

export default story("a change that the user declines is not sent", { as: "mia" }, [
  say("hi this is otto i am nine. cancel aunties pen"),
  call(
    "cancel_order",
    { order_id: "1054", reason: "no_longer_needed" },
    {
      asks: [/^Cancel order 1054/, decline()],
      fails: declined,
      sends: [...pen, preview],
      tokens: 60,
    },
  ),
  reply("Somebody said no, Otto, so the pen stays."),
  say("then send it to my tree house"),
  call(
    "change_order_address",
    { order_id: "1054", ...treeHouse },
    {
      asks: [/order 1054 .*New address: "Trädkojan 1, 413 04 Göteborg, Sweden"/s, decline()],
      fails: declined,
      sends: [...pen, preview],
      tokens: 60,
    },
  ),
  say("ok make it the tortoise one"),
  call(
    "change_order_items",
    {
      order_id: "1054",
      items: [{ item_id: "sparrow-black-fine", new_item_id: "sparrow-tortoiseshell-fine" }],
      payment_method_id: "mia-gift",
    },
    {
      asks: [/Put in: .*tortoiseshell, .*fine\)".*charged: 6\.00 EUR to "gift card/s, decline()],
      fails: declined,
      sends: [...pen, "GET /api/products/sparrow-fountain-pen/", preview],
      tokens: 60,
    },
  ),
  say("and pay with the paypal thing"),
  call(
    "change_order_payment",
    { order_id: "1054", payment_method_id: "mia-paypal" },
    {
      asks: [/^Pay order 1054 .*charged: 56\.90 EUR to "PayPal/s, decline()],
      fails: declined,
      sends: [...pen, preview],
      tokens: 60,
    },
  ),
  reply("Your aunt reads these questions before she answers them, I think."),
  say("send the tea towels back. they are boring"),
  call(
    "return_items",
    { order_id: "1028", item_ids: ["towels-red"], payment_method_id: "mia-visa" },
    {
      asks: [
        /^Return .* order 1028 .*Tea Towels \(.*red\)".* 17\.90 EUR to "Visa ending in 4417/s,
        decline(),
      ],
      fails: declined,
      sends: ["GET /api/orders/1028/", mia, "POST /api/orders/1028/previews/"],
      tokens: 60,
    },
  ),
  say("change both notebooks to ones with no dots"),
  call(
    "exchange_items",
    {
      order_id: "1004",
      items: [
        { item_id: "notebook-dotted-moss", new_item_id: "notebook-plain-moss" },
        { item_id: "notebook-dotted-moss", new_item_id: "notebook-plain-slate" },
      ],
      payment_method_id: "mia-visa",
    },
    {
      asks: [
        /dotted, .*moss\)" for .*plain, .*moss\)"\n.*dotted, .*moss\)" for .*plain, .*slate\)"\nPrice difference: 0\.00 EUR$/s,
        decline(),
      ],
      fails: declined,
      sends: [
        "GET /api/orders/1004/",
        mia,
        "GET /api/products/field-notebook/",
        "POST /api/orders/1004/previews/",
      ],
      tokens: 60,
    },
  ),
  say("auntie lives in the tree house too now"),
  call("change_customer_address", treeHouse, {
    asks: [
      /address of "Mia Lindqvist"\?\nNew address: "Trädkojan 1, .*\nUntil now: "Linnégatan 14/,
      decline(),
    ],
    fails: declined,
    sends: ["GET /api/customers/me/"],
    tokens: 60,
  }),
  say("write to the shop that i want a job"),
  call(
    "contact_support",
    { subject: "a job", message: "i want a job. otto, nine" },
    {
      asks: [
        /^Write to the shop's support\?\nSubject: "a job"\nMessage: "i want a job\. otto, nine"/,
        decline(),
      ],
      fails: declined,
      sends: [],
      tokens: 60,
    },
  ),
  reply("Eight times no. Ask again when you are ten, Otto; the shop is open on Saturdays."),
  say("This is Mia. Has he done anything?"),
  reply("Nothing. Each time you were asked, each time you said no, and nothing was sent."),
  expectWorld((world) => Bun.deepEquals(world, seed)),
]);
