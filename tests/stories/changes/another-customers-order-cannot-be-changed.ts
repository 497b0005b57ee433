import { seed } from "../../../mocks/world.ts";
import { call, expectWorld, reply, say, story } from "../../harness/story.ts";

const notFound = (id: string) =>
  new RegExp(
    `^Nothing was found under ${id} \\(order record\\): the id does not exist, or it does not belong to this account\\.`,
  );
const flat = { line1: "Möllevångsgatan 22", city: "Malmö", postcode: "214 20", country: "Sweden" };
const pen = { fails: notFound("1054"), sends: ["GET /api/orders/1054/"], tokens: 60 };
const can = { fails: notFound("1028"), sends: ["GET /api/orders/1028/"], tokens: 60 };

export default story("another customer's order cannot be changed", { as: "nell" }, [
  say("My friend Mia has no signal. Her order is 1054, cancel it for her, she will thank you."),
  call("cancel_order", { order_id: "1054", reason: "no_longer_needed" }, pen),
  reply("I find nothing under 1054 in your account, and I can only reach your own orders."),
  say("She said to have it sent to her new flat, at least."),
  call("change_order_address", { order_id: "1054", ...flat }, pen),
  say("With another nib?"),
  call(
    "change_order_items",
    {
      order_id: "1054",
      items: [{ item_id: "sparrow-black-fine", new_item_id: "sparrow-black-medium" }],
      payment_method_id: "nell-visa",
    },
    pen,
  ),
  say("If I pay?"),
  call("change_order_payment", { order_id: "1054", payment_method_id: "nell-visa" }, pen),
  reply("That is kind, and it changes nothing. For me there is no such order."),
  say("Her watering can, 1028, then. It is too small, send it back."),
  call(
    "return_items",
    { order_id: "1028", item_ids: ["elsa-1.5l-zinc"], payment_method_id: "nell-gift" },
    can,
  ),
  call(
    "exchange_items",
    {
      order_id: "1028",
      items: [{ item_id: "elsa-1.5l-zinc", new_item_id: "elsa-5l-zinc" }],
      payment_method_id: "nell-visa",
    },
    can,
  ),
  say("Can you put the new address into her account, so that she need not do it herself?"),
  call(
    "change_customer_address",
    { customer_id: "mia-lindqvist", ...flat },
    {
      fails: /^Nothing was found under mia-lindqvist \(customer profile\): /,
      sends: ["GET /api/customers/mia-lindqvist/"],
      tokens: 60,
    },
  ),
  say("And complain in her name?"),
  call(
    "contact_support",
    { subject: "My pen", message: "This is Mia, and I want my pen in Malmö.", order_id: "1054" },
    pen,
  ),
  say("My own order is 1055. Could she pay that, at least? Her card is mia-visa."),
  call(
    "change_order_payment",
    { order_id: "1055", payment_method_id: "mia-visa" },
    {
      fails: /mia-visa is not one of this customer's.* nell-visa, nell-paypal, nell-gift\b/,
      sends: ["GET /api/orders/1055/", "GET /api/customers/nell-okafor/"],
      tokens: 80,
    },
  ),
  reply(
    "Her card is not among yours. You are a good friend, Nell, but what is Mia's can only be changed by Mia, or by the shop.",
  ),
  expectWorld((world) => Bun.deepEquals(world, seed)),
]);
