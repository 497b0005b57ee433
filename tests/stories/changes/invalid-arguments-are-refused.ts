import { accept, call, callRaw, expectWorld, reply, say, story } from "../../harness/story.ts";

const reads = ["GET /api/orders/1054/", "GET /api/customers/mia-lindqvist/"];
const ink = [...reads, "GET /api/products/oak-gall-ink/"];
const towels = ["GET /api/orders/1028/", "GET /api/customers/mia-lindqvist/"];
const saga = "And then the handle came off. ".repeat(167);

export default story("invalid arguments are refused and never sent", { as: "mia" }, [
  say("Cancel the pen. I found it cheaper elsewhere."),
  callRaw(
    "cancel_order",
    { order_id: "1054", reason: "found it cheaper elsewhere" },
    {
      fails:
        /^cancel_order was not called: reason: expected one of "no_longer_needed"\|"ordered_by_mistake"\. Correct this and call it again\.$/,
      sends: [],
      tokens: 60,
    },
  ),
  reply(
    "The shop accepts two reasons only, no longer needed and ordered by mistake. Which is nearer?",
  ),
  say("Neither, really. Keep it, and send it to Möllevångsgatan 22 in Malmö."),
  callRaw(
    "change_order_address",
    { order_id: "1054", line1: "Möllevångsgatan 22", city: "Malmö", country: "Sweden" },
    {
      fails:
        /^change_order_address was not called: postcode: expected string, received undefined\./,
      sends: [],
      tokens: 60,
    },
  ),
  reply("What is the postcode there?"),
  say(
    "I would have to get up. Never mind the address; make the ink violet, and let the gift card settle it.",
  ),
  // Some hosts send lists as JSON text, and the user's # with the number.
  callRaw(
    "change_order_items",
    {
      order_id: "#1054",
      items: '[{"item_id": "ink-blue-black", "new_item_id": "ink-violet"}]',
      payment_method_id: "mia-gift",
    },
    {
      asks: [
        /order 1054 .*Taken out: .*blue-black\)".*Put in: .*violet\)".*refunded: 1\.40 EUR to "gift card/s,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1054", amount: "-1.40", currency: "EUR" },
      sends: [...ink, "POST /api/orders/1054/previews/", "POST /api/orders/1054/items/"],
      tokens: 160,
    },
  ),
  reply("Violet it is, and 1.40 EUR are back on the gift card."),
  say("And of the towels I want to return half."),
  callRaw(
    "return_items",
    {
      order_id: "1028",
      items: '["towels-red"]',
      quantity: "0.5",
      payment_method_id: "mia-visa",
    },
    {
      fails:
        /^return_items was not called: item_ids: .* received undefined; unknown arguments: items, quantity\./,
      sends: [],
      tokens: 60,
    },
  ),
  callRaw(
    "return_items",
    { order_id: "1028", item_ids: "[]", payment_method_id: "mia-visa" },
    { fails: /^return_items was not called: item_ids: /, sends: [], tokens: 60 },
  ),
  reply("They come as a pair and go as a pair. Both, or none?"),
  say("Both, then. The red runs."),
  callRaw(
    "return_items",
    { order_id: "1028", item_ids: '["towels-red"]', payment_method_id: "mia-visa" },
    {
      asks: [
        /^Return .* order 1028 .*: "Pair of Tea Towels \(.*red\)".* 17\.90 EUR to "Visa ending in 4417/s,
        accept(),
      ],
      returns: { outcome: "done", order_id: "1028", status: "return_requested" },
      sends: [...towels, "POST /api/orders/1028/previews/", "POST /api/orders/1028/returns/"],
      tokens: 160,
    },
  ),
  say("Now write them what I think of the watering can. I have it here, it is a little long."),
  callRaw(
    "contact_support",
    { subject: "The watering can: a saga", message: saga },
    {
      fails:
        /^contact_support was not called: message: expected string to have <=4000 characters\./,
      sends: [],
      tokens: 60,
    },
  ),
  reply("It has five thousand characters, and the shop reads four thousand. May I shorten it?"),
  say("If you must."),
  call(
    "contact_support",
    { subject: "The watering can: a saga", message: saga.slice(0, 29) },
    {
      asks: [/: a saga"\nMessage: "And then the handle came off\."/, accept()],
      returns: { outcome: "done" },
      sends: ["POST /api/support/requests/"],
      tokens: 160,
    },
  ),
  reply("Sent. I kept the best of it."),
  expectWorld(({ orders, customers, support_requests = [] }) => {
    const mia = customers.find(({ customer_id }) => customer_id === "mia-lindqvist");
    const pen = orders.find(({ order_id }) => order_id === "1054");
    return (
      pen?.status === "pending" &&
      pen.address.city === "Göteborg" &&
      Bun.deepEquals(pen.payments.slice(1), [
        { kind: "refund", amount: "1.40", payment_method_id: "mia-gift" },
      ]) &&
      mia?.payment_methods.some(({ balance }) => balance === "61.40") === true &&
      support_requests.at(-1)?.message === "And then the handle came off."
    );
  }),
]);
