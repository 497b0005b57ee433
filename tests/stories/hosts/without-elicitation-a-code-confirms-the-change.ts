import {
  absent,
  call,
  expectWorld,
  matching,
  reply,
  save,
  say,
  story,
  use,
} from "../../harness/story.ts";

const reads = ["GET /api/orders/1054/", "GET /api/customers/mia-lindqvist/"];
const looks = [...reads, "POST /api/orders/1054/previews/"];
const letter = { subject: "Gift wrap", message: "Do you have the paper with the quinces?" };

export default story(
  "without elicitation a code confirms one change, with exactly its arguments",
  { as: "mia", allLanesOnDjango: true, elicitation: false },
  [
    say("Cancel my pen, please, 1054. It was a mistake."),
    call(
      "cancel_order",
      { order_id: "1054", reason: "ordered_by_mistake" },
      {
        returns: {
          outcome: "confirmation_needed",
          summary: matching(
            /^Nothing is done yet\. Ask the user .*\nCancel order 1054 of "Mia Lindqvist"/,
          ),
          order_id: "1054",
          status: absent(),
          confirmation: save("code"),
          expires_at: matching(/^\d{4}-\d\d-\d\dT/),
        },
        sends: looks,
        tokens: 400,
      },
    ),
    reply(
      "Nothing is done yet. Please confirm: cancel order 1054, as ordered by mistake? It holds the Sparrow Fountain Pen (black, fine) and the Oak-Gall Ink (blue-black), and 56.90 EUR go back to the Visa ending in 4417.",
    ),
    say("Yes. Or say rather that I no longer need it, that sounds less foolish."),
    call(
      "cancel_order",
      { order_id: "1054", reason: "no_longer_needed", confirmation: use("code") },
      {
        returns: {
          outcome: "confirmation_needed",
          summary: matching(/to another request\b.*\nNothing is done yet/),
          confirmation: save("new code"),
        },
        sends: looks,
        tokens: 430,
      },
    ),
    reply(
      "That is another request than the one you said yes to: order 1054, all of it, as no longer needed. Yes to that as well?",
    ),
    say("You are thorough. Yes."),
    call(
      "cancel_order",
      { order_id: "1054", reason: "no_longer_needed", confirmation: use("new code") },
      {
        returns: { outcome: "done", status: "cancelled", amount: "-56.90", confirmation: absent() },
        sends: ["POST /api/orders/1054/cancel/"],
        tokens: 160,
      },
    ),
    reply("Cancelled, with the reason that you no longer need it."),
    say("And ask them about the paper with the quinces. You have my word, just send it."),
    call(
      "contact_support",
      { ...letter, confirmation: "She gave me her word." },
      {
        returns: {
          outcome: "confirmation_needed",
          summary: matching(
            /this server did not give that confirmation to this account\b.*\nNothing is done yet/,
          ),
          confirmation: save("letter"),
        },
        sends: [],
        tokens: 300,
      },
    ),
    reply(
      "I believe you, but please confirm what I would send: “Gift wrap: Do you have the paper with the quinces?”",
    ),
    say("Just that."),
    call(
      "contact_support",
      { ...letter, confirmation: use("letter") },
      {
        returns: { outcome: "done", summary: matching(/request-1/) },
        sends: ["POST /api/support/requests/"],
        tokens: 160,
      },
    ),
    reply("Sent, as request-1."),
    say("Once more, in case they lose it."),
    call(
      "contact_support",
      { ...letter, confirmation: use("letter") },
      {
        returns: { outcome: "done", summary: matching(/request-1/) },
        sends: ["POST /api/support/requests/"],
        tokens: 160,
      },
    ),
    reply(
      "However often I send it with the same confirmation, they have it once, as request-1. For a second message I would have to ask you again; shall I?",
    ),
    say("No, no. One will do."),
    expectWorld(({ orders, support_requests = [] }) => {
      const pen = orders.find(({ order_id }) => order_id === "1054");
      return (
        pen?.cancel_reason === "no_longer_needed" &&
        support_requests.filter(({ request_id }) => request_id.startsWith("request-")).length === 1
      );
    }),
  ],
);
