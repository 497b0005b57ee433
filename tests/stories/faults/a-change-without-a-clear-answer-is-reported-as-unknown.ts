import {
  accept,
  call,
  expectWorld,
  fault,
  htmlPage,
  reply,
  reset,
  resetUnread,
  say,
  respondWith,
  story,
} from "../../harness/story.ts";

const reads = ["GET /api/orders/1056/", "GET /api/customers/zofia-wisniewska/"];
const looks = [...reads, "POST /api/orders/1056/previews/"];
const changePayment = "PATCH /api/orders/1056/payment/";
const changeAddress = "PATCH /api/orders/1056/address/";
const aunt = {
  line1: "ul. Piotrkowska 86",
  line2: "m. 12",
  city: "Łódź",
  postcode: "90-103",
  country: "Poland",
};
const toAunt = /order 1056 .*New address: "ul\. Piotrkowska 86, m\. 12, 90-103 Łódź/s;
const ribbon = { subject: "A ribbon", message: "A red one, if you have it.", order_id: "1056" };
const contactSupport = "POST /api/support/requests/";
const stillInKrakow = {
  returns: { address: { line1: "ul. Józefa 18", city: "Kraków" } },
  sends: reads.slice(0, 1),
  tokens: 1100,
};
/** A change that may have been made is not reported as failed. Where a code can be sent again, that settles it. */
const unknownOutcome = (what: string) =>
  new RegExp(
    `^It is not known whether the shop made the ${what}: no clear answer came\\. (Check first\\b.* get_order|Make the same call again with the same confirmation)`,
  );

export default story("a change without a clear answer is reported as unknown", { as: "zofia" }, [
  say("I am on the train to Łódź. Put the pencil box, 1056, on my Mastercard."),
  fault("PATCH /api/orders/:id/payment/", [reset(), reset(), reset()]),
  call(
    "change_order_payment",
    { order_id: "1056", payment_method_id: "zofia-mastercard" },
    {
      asks: [/^Pay order 1056 .*"Mastercard ending in 9050/s, accept()],
      fails: unknownOutcome("change of payment"),
      sends: [...looks, changePayment, changePayment, changePayment],
      tokens: 70,
    },
  ),
  reply("I sent it, and no answer came back. Before I do anything twice, let me look."),
  call(
    "get_order",
    { order_id: "1056" },
    {
      returns: {
        payments: [
          { kind: "payment", payment_method_id: "zofia-visa" },
          { kind: "payment", payment_method_id: "zofia-mastercard" },
          { kind: "refund", payment_method_id: "zofia-visa" },
        ],
      },
      sends: reads.slice(0, 1),
      tokens: 1100,
    },
  ),
  reply("It was made, and once: the Mastercard has paid 43.00 EUR, and your Visa has them back."),
  say(
    "Good that you looked. Now have it sent to my aunt in ulica Piotrkowska. There is a tunnel, hurry.",
  ),
  fault("PATCH /api/orders/:id/address/", [
    resetUnread(),
    htmlPage(200, "<h1>Log in to the train's network</h1>"),
  ]),
  call(
    "change_order_address",
    { order_id: "1056", ...aunt },
    {
      asks: [toAunt, accept()],
      fails: unknownOutcome("change of address"),
      sends: [...looks, changeAddress, changeAddress],
      tokens: 70,
    },
  ),
  call("get_order", { order_id: "1056" }, stillInKrakow),
  reply("This time it was not made: something on the train answered in the shop's place. Again?"),
  say("Again. I can see daylight."),
  fault("PATCH /api/orders/:id/address/", [respondWith({ ok: true })]),
  call(
    "change_order_address",
    { order_id: "1056", ...aunt },
    {
      asks: [toAunt, accept()],
      returns: { outcome: "accepted" },
      text: /^Order 1056: the shop has accepted the change of address\. Its answer does not show it yet/,
      sends: [...looks, changeAddress, "GET /api/orders/1056/"],
      tokens: 160,
    },
  ),
  call("get_order", { order_id: "1056" }, stillInKrakow),
  reply(
    "It answered ok without saying to what. The order does not show it: the box still goes to Kraków. Once more?",
  ),
  say("Once more. Łódź in four minutes."),
  call(
    "change_order_address",
    { order_id: "1056", ...aunt },
    {
      asks: [toAunt, accept()],
      returns: { outcome: "done", order_id: "1056", status: "pending" },
      sends: [...looks, changeAddress],
      tokens: 160,
    },
  ),
  reply("Now the shop itself says so: the box goes to your aunt."),
  say("Great. Ask them to put a ribbon on it, and then I will put you away."),
  fault("POST /api/support/requests/", [reset(), reset(), reset()]),
  call("contact_support", ribbon, {
    asks: [/support about order 1056\?\nSubject: "A ribbon"\nMessage: "A red one/, accept()],
    fails: unknownOutcome("support request"),
    sends: ["GET /api/orders/1056/", contactSupport, contactSupport, contactSupport],
    tokens: 70,
  }),
  reply(
    "That may have arrived or not, and I cannot look up messages to the shop. Shall I send it again? They might have it twice.",
  ),
  say("Leave it. Either there is a ribbon, or there is a surprise."),
  expectWorld(({ orders, support_requests = [] }) => {
    const box = orders.find(({ order_id }) => order_id === "1056");
    return (
      support_requests.filter(({ subject }) => subject === "A ribbon").length === 1 &&
      Bun.deepEquals(box?.address, { ...aunt, state: "" }) &&
      Bun.deepEquals(box?.payments, [
        { kind: "payment", amount: "43.00", payment_method_id: "zofia-visa" },
        { kind: "payment", amount: "43.00", payment_method_id: "zofia-mastercard" },
        { kind: "refund", amount: "43.00", payment_method_id: "zofia-visa" },
      ])
    );
  }),
]);
