import {
  call,
  expectWorld,
  lost,
  matching,
  reply,
  save,
  say,
  story,
  use,
} from "../../harness/story.ts";

const oudburg = { line1: "Oudburg 63", city: "Gent", postcode: "9000", country: "Belgium" };

export default story(
  "a code confirms in another process than the one that gave it",
  { as: "bram", elicitation: false, keepsProcess: false },
  [
    say("Order 1060 goes next door, Oudburg 63."),
    call(
      "change_order_address",
      { order_id: "1060", ...oudburg },
      {
        returns: {
          outcome: "confirmation_needed",
          summary: matching(/\nNew address: "Oudburg 63, 9000 Gent, Belgium"\n/),
          confirmation: save("code"),
        },
        sends: [
          "GET /api/orders/1060/",
          "GET /api/customers/bram-de-wilde/",
          "POST /api/orders/1060/previews/",
        ],
        tokens: 400,
      },
    ),
    reply("From Sint-Jacobsnieuwstraat 8 to Oudburg 63, both in Gent: shall I?"),
    say("Yes."),
    lost(
      call(
        "change_order_address",
        { order_id: "1060", ...oudburg, confirmation: use("code") },
        {
          returns: { outcome: "done", order_id: "1060", status: "pending" },
          sends: ["PATCH /api/orders/1060/address/"],
          tokens: 160,
        },
      ),
    ),
    reply("It goes next door."),
    expectWorld(({ orders }) => {
      const pencils = orders.find(({ order_id }) => order_id === "1060");
      const notes = pencils?.timeline?.filter(({ note }) => note === "Address changed.");
      return pencils?.address.line1 === "Oudburg 63" && notes?.length === 1;
    }),
  ],
);
