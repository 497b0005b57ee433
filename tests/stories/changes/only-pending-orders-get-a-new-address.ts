import { seed } from "../../../mocks/world.ts";
import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const malmo = {
  line1: "Möllevångsgatan 22",
  line2: "lgh 1102",
  city: "Malmö",
  state: "",
  postcode: "214 20",
  country: "Sweden",
};
const readsOf = (order: string) => [
  `GET /api/orders/${order}/`,
  "GET /api/customers/mia-lindqvist/",
];

export default story(
  "a customer's own address and those of pending orders can be changed",
  { as: "mia", allLanesOnDjango: true },
  [
    say("I move on the first: Möllevångsgatan 22, lgh 1102, 214 20 Malmö. Will you remember that?"),
    call("change_customer_address", malmo, {
      asks: [
        /address of "Mia Lindqvist"\?\nNew address: "Möllevångsgatan 22, lgh 1102, 214 20 Malmö, Sweden"\nUntil now: "Linnégatan 14, lgh 1203, 413 04 Göteborg, Sweden"$/,
        accept(),
      ],
      returns: { outcome: "done" },
      text: /^Address of "Mia Lindqvist": changed\./,
      sends: ["GET /api/customers/me/", "PATCH /api/customers/me/address/"],
      tokens: 160,
    }),
    reply(
      "Your own address is changed. Orders keep the one they were placed with. Shall I go through those?",
    ),
    say("Please. There are the pen, the bowls and the wool throw."),
    call(
      "change_order_address",
      { order_id: "1054", ...malmo },
      {
        asks: [
          /order 1054 .*New address: "Möllevångsgatan 22, .*\nUntil now: "Linnégatan 14/s,
          accept(),
        ],
        returns: { outcome: "done", order_id: "1054", status: "pending" },
        text: /^Order 1054: .* the new address\b/,
        sends: [
          ...readsOf("1054"),
          "POST /api/orders/1054/previews/",
          "PATCH /api/orders/1054/address/",
        ],
        tokens: 160,
      },
    ),
    reply(
      "The pen goes to Malmö. The bowls were changed once already, but an address is still possible.",
    ),
    call(
      "change_order_address",
      { order_id: "1049", ...malmo },
      {
        asks: [
          /order 1049 .*New address: "Möllevångsgatan 22, .*\nUntil now: "Linnégatan 14/s,
          accept(),
        ],
        returns: { outcome: "done", order_id: "1049", status: "pending" },
        sends: [
          ...readsOf("1049"),
          "POST /api/orders/1049/previews/",
          "PATCH /api/orders/1049/address/",
        ],
        tokens: 160,
      },
    ),
    call(
      "change_order_address",
      { order_id: "1047", ...malmo },
      {
        fails:
          /^Nothing was sent: .* Only the address of a pending order can be changed; this one is processing\./,
        sends: ["GET /api/orders/1047/"],
        tokens: 70,
      },
    ),
    reply(
      "The bowls follow you, too. The throw is being packed at this moment and goes to Linnégatan 14; please ask whoever lives there next to keep it for you.",
    ),
    expectWorld(({ customers, orders }) => {
      const mia = customers.find(({ customer_id }) => customer_id === "mia-lindqvist");
      const moved = orders.filter((order, nth) => !Bun.deepEquals(order, seed.orders[nth]));
      return (
        Bun.deepEquals(mia?.address, malmo) &&
        moved.map(({ order_id }) => order_id).join() === "1049,1054" &&
        moved.every(
          ({ address, status, timeline }) =>
            Bun.deepEquals(address, malmo) &&
            status === "pending" &&
            timeline?.at(-1)?.note === "Address changed.",
        )
      );
    }),
  ],
);
