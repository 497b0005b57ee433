import { accept, call, expectWorld, lost, reply, say, story } from "../../harness/story.ts";

const letter = { subject: "The pen", message: "Is the box of the pen worth keeping?" };

export default story(
  "a call whose answer was lost has the same answer when it is sent again",
  { as: "mia", allLanesOnDjango: true },
  [
    say("Cancel my pen, 1054, before the train goes into the tunnel."),
    lost(
      call(
        "cancel_order",
        { order_id: "1054", reason: "no_longer_needed" },
        {
          asks: [/^Cancel order 1054 /, accept()],
          returns: {
            outcome: "done",
            order_id: "1054",
            status: "cancelled",
            amount: "-56.90",
            currency: "EUR",
          },
          text: /^Order 1054: cancelled\. Refunded: 56\.90 EUR to "mia-visa"\./,
          sends: [
            "GET /api/orders/1054/",
            "GET /api/customers/mia-lindqvist/",
            "POST /api/orders/1054/previews/",
            "POST /api/orders/1054/cancel/",
          ],
          tokens: 160,
        },
      ),
    ),
    reply("It is cancelled, and 56.90 EUR go back to your Visa, once."),
    say("And write to them, there is another tunnel."),
    lost(
      call("contact_support", letter, {
        asks: [/^Write to the shop's support\?\nSubject: "The pen"\n/, accept()],
        returns: { outcome: "done" },
        text: /\brequest-1\b/,
        sends: ["POST /api/support/requests/"],
        tokens: 160,
      }),
    ),
    reply("They have one letter, request-1."),
    expectWorld(({ orders, support_requests = [] }) => {
      const pen = orders.find(({ order_id }) => order_id === "1054");
      const letters = support_requests.filter(({ subject }) => subject === letter.subject);
      return pen?.status === "cancelled" && pen.payments.length === 2 && letters.length === 1;
    }),
  ],
);
