import { call, fault, reply, say, status, story } from "../../harness/story.ts";

const throttled = { detail: "Request was throttled. Expected available in 120 seconds." };

export default story("a Retry-After of two minutes is reported, not waited out", { as: "mia" }, [
  say("Is there a card on file for me? I may have to change it."),
  fault("GET /api/customers/:id/", [status(429, { "Retry-After": "120" }, throttled)]),
  call(
    "get_customer",
    {},
    {
      fails: /^The shop has received too many requests\. Wait at least 120 s, then try again\.$/,
      sends: ["GET /api/customers/me/"],
      tokens: 30,
    },
  ),
  reply(
    "The shop is very busy and asks us to wait for two minutes. Shall I look again after that?",
  ),
  say("Two minutes are up!"),
  call(
    "get_customer",
    {},
    {
      returns: {
        customer_id: "mia-lindqvist",
        payment_methods: [
          { kind: "credit_card", brand: "Visa", last_four: "4417" },
          { kind: "paypal" },
          { kind: "gift_card", balance: { amount: "60.00", currency: "EUR" } },
        ],
      },
      text: /^Customer mia-lindqvist: Mia Lindqvist\n/,
      sends: ["GET /api/customers/me/"],
      tokens: 400,
    },
  ),
  reply("Yes: a Visa card that ends in 4417, your PayPal account, and a gift card with 60.00 EUR."),
]);
