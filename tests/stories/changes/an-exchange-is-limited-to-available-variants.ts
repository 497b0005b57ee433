import { accept, call, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = [
  "GET /api/orders/1003/",
  "GET /api/customers/ines-moreau/",
  "GET /api/products/cafe-au-lait-bowl/",
];
const exchange = (new_item_id: string) => ({
  order_id: "1003",
  items: [{ item_id: "bowl-350ml-celadon", new_item_id }],
  payment_method_id: "ines-paypal",
});
/** An item that cannot be chosen is refused with the ones that can. */
const refusedForAvailable = (item: string) =>
  new RegExp(
    `^Nothing was sent to the shop: .*${item}\\b.* bowl-350ml-oat, bowl-350ml-ink-blue, bowl-500ml-oat, bowl-500ml-ink-blue\\.`,
  );

export default story("an exchange is limited to available variants", { as: "ines" }, [
  say("One of my two celadon bowls has a chip. If you exchange it, I would take the large one."),
  call("exchange_items", exchange("bowl-500ml-celadon"), {
    fails: refusedForAvailable("bowl-500ml-celadon"),
    sends: reads,
    tokens: 90,
  }),
  reply("The large one is sold out in celadon. It is available in oat and in ink blue."),
  say("Then the same one again, without the chip."),
  call("exchange_items", exchange("bowl-350ml-celadon"), {
    fails: refusedForAvailable("bowl-350ml-celadon"),
    sends: reads,
    tokens: 90,
  }),
  reply(
    "An exchange is always for another variant. For the same bowl I would have to write to the shop: they repair what they sell.",
  ),
  say("No need. A kettle, then? The cream one."),
  call("exchange_items", exchange("kettle-cream-flat"), {
    fails: refusedForAvailable("kettle-cream-flat"),
    sends: reads,
    tokens: 90,
  }),
  reply("Only for another bowl, I am afraid; a kettle is another product. Large, in oat?"),
  say("In oat, large. It will be the odd one out, like me."),
  call("exchange_items", exchange("bowl-500ml-oat"), {
    asks: [
      /To be exchanged: .*Bowl \(.*350 ml, .*celadon\)" for .*500 ml, .*oat\)"\nCharge to come: 4\.40 EUR to "PayPal/s,
      accept(),
    ],
    returns: { outcome: "done", order_id: "1003", status: "exchange_requested" },
    sends: [...reads, "POST /api/orders/1003/previews/", "POST /api/orders/1003/exchanges/"],
    tokens: 160,
  }),
  reply("Requested: one large oat bowl for the chipped one, and 4.40 EUR from PayPal."),
  expectWorld(({ orders }) => {
    const bowls = orders.find(({ order_id }) => order_id === "1003");
    return (
      Bun.deepEquals(bowls?.exchange, {
        item_ids: ["bowl-350ml-celadon"],
        new_item_ids: ["bowl-500ml-oat"],
        payment_method_id: "ines-paypal",
        price_difference: "4.40",
      }) && bowls?.payments.length === 1
    );
  }),
]);
