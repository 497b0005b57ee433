import {
  call,
  expectWorld,
  fault,
  reply,
  reset,
  save,
  say,
  story,
  use,
} from "../../harness/story.ts";

const asked = { outcome: "confirmation_needed", confirmation: save("code") } as const;
const byCode = { confirmation: use("code") } as const;
const malmo = { line1: "Möllevångsgatan 22", city: "Malmö", postcode: "214 20", country: "Sweden" };
const paypal = { order_id: "1054", payment_method_id: "mia-paypal" };
const stub = {
  order_id: "1054",
  items: [{ item_id: "sparrow-black-fine", new_item_id: "sparrow-tortoiseshell-stub" }],
  payment_method_id: "mia-visa",
};
const towels = { order_id: "1028", item_ids: ["towels-red"], payment_method_id: "mia-visa" };
const notebook = {
  order_id: "1004",
  items: [{ item_id: "notebook-dotted-moss", new_item_id: "notebook-plain-moss" }],
  payment_method_id: "mia-visa",
};
const changePayment = "PATCH /api/orders/1054/payment/";

export default story(
  "every change can be confirmed by a code, also when its end was not known",
  { as: "mia", elicitation: false },
  [
    say("Five things. First, PayPal pays for the pen, 1054."),
    call("change_order_payment", paypal, { returns: asked, tokens: 400 }),
    reply("56.90 EUR are charged to PayPal then, and your Visa gets them back. Yes?"),
    say("Yes."),
    fault("PATCH /api/orders/:id/payment/", [reset(), reset(), reset()]),
    call(
      "change_order_payment",
      { ...paypal, ...byCode },
      {
        fails: /^It is not known whether .* Make the same call again with the same confirmation/,
        sends: [changePayment, changePayment, changePayment],
        tokens: 80,
      },
    ),
    reply("The line broke, so I ask the shop what became of it."),
    call(
      "change_order_payment",
      { ...paypal, ...byCode },
      { returns: { outcome: "done", order_id: "1054" }, sends: [changePayment], tokens: 160 },
    ),
    reply("It was done, and once. Next?"),
    say("The pen in tortoiseshell, with a stub nib. Yes, I am sure."),
    call("change_order_items", stub, { returns: asked, tokens: 450 }),
    call(
      "change_order_items",
      { ...stub, ...byCode },
      {
        returns: { outcome: "done", amount: "12.00" },
        sends: ["POST /api/orders/1054/items/"],
        tokens: 160,
      },
    ),
    say("The red towels back. Yes."),
    call("return_items", towels, { returns: asked, tokens: 450 }),
    call(
      "return_items",
      { ...towels, ...byCode },
      {
        returns: { outcome: "done", status: "return_requested" },
        sends: ["POST /api/orders/1028/returns/"],
        tokens: 160,
      },
    ),
    say("One of the notebooks without dots. Yes."),
    call("exchange_items", notebook, { returns: asked, tokens: 450 }),
    call(
      "exchange_items",
      { ...notebook, ...byCode },
      {
        returns: { outcome: "done", status: "exchange_requested" },
        sends: ["POST /api/orders/1004/exchanges/"],
        tokens: 160,
      },
    ),
    say("And from now on I live at Möllevångsgatan 22 in Malmö. Yes."),
    call("change_customer_address", malmo, { returns: asked, tokens: 400 }),
    call(
      "change_customer_address",
      { ...malmo, ...byCode },
      {
        returns: { outcome: "done" },
        sends: ["PATCH /api/customers/me/address/"],
        tokens: 160,
      },
    ),
    reply("Five questions, five times yes, and five changes."),
    expectWorld(({ orders, customers }) => {
      const pen = orders.find(({ order_id }) => order_id === "1054");
      const mia = customers.find(({ customer_id }) => customer_id === "mia-lindqvist");
      return pen?.payments.length === 4 && mia?.address.city === "Malmö";
    }),
  ],
);
