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

const bram = "GET /api/customers/bram-de-wilde/";
/** What a stale cache returns. */
const staleCopy = (request: string, body: object) => fault(request, [respondWith(body)]);
const customer_id = "bram-de-wilde";
const pencils = { item_id: "pencils-hb", product_id: "cedar-pencils", name: "Cedar Pencils" };
const refused = (what: string, why: string) =>
  new RegExp(`^The shop refused the ${what} \\(HTTP 400\\): ${why}\\.`);

export default story(
  "changes based on stale data are refused by the shop, with its reason",
  { as: "bram" },
  [
    say(
      "Your page says that there are two tins of pencils in 1060. I never ordered two, but if so: both soft, please.",
    ),
    staleCopy("GET /api/orders/:id/", {
      order_id: "1060",
      customer_id,
      status: "pending",
      lines: [pencils, pencils],
    }),
    call(
      "change_order_items",
      {
        order_id: "1060",
        items: [
          { item_id: "pencils-hb", new_item_id: "pencils-2b" },
          { item_id: "pencils-hb", new_item_id: "pencils-2b" },
        ],
        payment_method_id: "bram-visa",
      },
      {
        asks: [
          /order 1060 .*Change: "Cedar Pencils" for .*2B\)"\nChange: "Cedar Pencils" for .*2B/s,
          accept(),
        ],
        fails: refused(
          "change of items",
          "items: Item pencils-hb was bought once, and is named more often",
        ),
        sends: [
          "GET /api/orders/1060/",
          bram,
          "GET /api/products/cedar-pencils/",
          "POST /api/orders/1060/items/",
        ],
        tokens: 80,
      },
    ),
    reply(
      "The shop itself has only one tin in that order. The page was out of date, and so was I.",
    ),
    say("It also shows me a kite in 1033. I have no kite. May I return it?"),
    staleCopy("GET /api/orders/:id/", {
      order_id: "1033",
      customer_id,
      status: "delivered",
      lines: [{ item_id: "kite-120cm-red", product_id: "delta-kite", name: "Delta Kite" }],
    }),
    call(
      "return_items",
      { order_id: "1033", item_ids: ["kite-120cm-red"], payment_method_id: "bram-visa" },
      {
        asks: [/^Return .*order 1033 .*: "Delta Kite"/s, accept()],
        fails: refused("return", "items: Item kite-120cm-red is not in this order"),
        sends: ["GET /api/orders/1033/", bram, "POST /api/orders/1033/returns/"],
        tokens: 80,
      },
    ),
    reply(
      "Nobody can return a kite that was never sent. I am sorry, it would have been a good trade.",
    ),
    say(
      "The large celadon bowls are back, I read. All three of 1058 in celadon, then one will do.",
    ),
    staleCopy("GET /api/products/:id/", {
      product_id: "cafe-au-lait-bowl",
      name: "Café au Lait Bowl",
      currency: "EUR",
      items: [
        {
          item_id: "bowl-500ml-celadon",
          options: { size: "500 ml", glaze: "celadon" },
          price: "18.90",
          available: true,
        },
      ],
    }),
    call(
      "change_order_items",
      {
        order_id: "1058",
        items: [{ item_id: "bowl-500ml-ink-blue", new_item_id: "bowl-500ml-celadon" }],
        payment_method_id: "bram-mastercard",
      },
      {
        fails:
          /^The shop refused the change of items: Item bowl-500ml-celadon is not available\. Nothing was changed\./,
        sends: [
          "GET /api/orders/1058/",
          bram,
          "GET /api/products/cafe-au-lait-bowl/",
          "POST /api/orders/1058/previews/",
        ],
        tokens: 80,
      },
    ),
    reply("They are sold out. The copy that I read was from before."),
    say("And a pepper mill in walnut, for the one that came with 1008?"),
    staleCopy("GET /api/products/:id/", {
      product_id: "tall-pepper-mill",
      name: "Tall Pepper Mill",
      items: [{ item_id: "mill-22cm-walnut", options: { wood: "walnut" }, available: true }],
    }),
    call(
      "exchange_items",
      {
        order_id: "1008",
        items: [{ item_id: "mill-30cm-beech", new_item_id: "mill-22cm-walnut" }],
        payment_method_id: "bram-mastercard",
      },
      {
        fails: refused(
          "exchange",
          "items: Item mill-22cm-walnut is not an item of the same product as mill-30cm-beech",
        ),
        sends: [
          "GET /api/orders/1008/",
          bram,
          "GET /api/products/tall-pepper-mill/",
          "POST /api/orders/1008/previews/",
        ],
        tokens: 80,
      },
    ),
    reply("There is no walnut mill any more."),
    say("My old American Express is still on the page, too. Then let that one pay 1060, ha."),
    staleCopy("GET /api/customers/:id/", {
      customer_id,
      first_name: "Bram",
      last_name: "De Wilde",
      payment_methods: [
        { payment_method_id: "bram-amex", kind: "credit_card", brand: "Amex", last_four: "0005" },
      ],
    }),
    call(
      "change_order_payment",
      { order_id: "1060", payment_method_id: "bram-amex" },
      {
        fails: refused(
          "change of payment",
          "payment_method_id: bram-amex is not a payment method of this customer",
        ),
        sends: ["GET /api/orders/1060/", bram, "POST /api/orders/1060/previews/"],
        tokens: 80,
      },
    ),
    say(
      "And the page says that my Mastercard paid for 1060. It was the Visa, was it not? Have the Visa pay.",
    ),
    staleCopy("GET /api/orders/:id/", {
      order_id: "1060",
      customer_id,
      status: "pending",
      payments: [{ kind: "payment", amount: "46.80", payment_method_id: "bram-mastercard" }],
      currency: "EUR",
    }),
    call(
      "change_order_payment",
      { order_id: "1060", payment_method_id: "bram-visa" },
      {
        asks: [/^Pay order 1060 .* "Visa ending in 5012/s, accept()],
        fails: refused(
          "change of payment",
          "payment_method_id: bram-visa pays for this order already",
        ),
        sends: ["GET /api/orders/1060/", bram, "PATCH /api/orders/1060/payment/"],
        tokens: 80,
      },
    ),
    reply("It was the Visa, and it pays already. Only the page is wrong."),
    say("Write to them about order 0999 then, where all this must come from."),
    staleCopy("GET /api/orders/:id/", { order_id: "0999", customer_id, status: "delivered" }),
    call(
      "contact_support",
      { subject: "Your pages", message: "They are from another time.", order_id: "0999" },
      {
        asks: [/about order 0999/, accept()],
        fails: refused("support request", "order_id: No Order matches the given query"),
        sends: ["GET /api/orders/0999/", "POST /api/support/requests/"],
        tokens: 80,
      },
    ),
    reply(
      "Not even that order exists. What I read here is an hour old and worse, but the shop decides by what it has, and so nothing has been changed.",
    ),
    expectWorld((world) => Bun.deepEquals(world, seed)),
  ],
);
