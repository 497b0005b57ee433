import { seed } from "../../../mocks/world.ts";
import { accept, call, decline, expectWorld, reply, say, story } from "../../harness/story.ts";

const letter = {
  subject: "The lid of the second parcel",
  message:
    "The watering can has come, and so has the twine. The lid of its box has not. Is it somewhere in Gent?",
  order_id: "1028",
};
const sends = ["GET /api/orders/1028/", "POST /api/support/requests/"];
const question =
  /support about order 1028\?\nSubject: "The lid of the second parcel"\nMessage: "The watering can has come/;

export default story("the same message can be sent twice", { as: "mia", allLanesOnDjango: true }, [
  say(
    "Tell them that order 1028 came without the lid of the second box. Ask whether it is still in Gent.",
  ),
  call("contact_support", letter, {
    asks: [question, decline()],
    fails: /the user declined.* Nothing was sent to the shop\./,
    sends: ["GET /api/orders/1028/"],
    tokens: 60,
  }),
  reply("You declined. Should I word it differently?"),
  say("No, no, I pressed the wrong thing. Exactly those words."),
  call("contact_support", letter, {
    asks: [question, accept()],
    returns: { outcome: "done" },
    text: /^Support request: sent .*\brequest-1\./,
    sends,
    tokens: 160,
  }),
  reply("It is with the shop as request-1."),
  say("They are a small shop, and letters get lost. Send it again."),
  call("contact_support", letter, {
    asks: [question, accept()],
    returns: { outcome: "done" },
    text: /^Support request: sent .*\brequest-2\./,
    sends,
    tokens: 160,
  }),
  reply("Then they have it twice, as request-1 and request-2."),
  say("And ask about Nell's parcel for her while you are at it, 1055."),
  call(
    "contact_support",
    { subject: "Nell's apron", message: "When does Nell's apron leave?", order_id: "1055" },
    {
      fails: /^Nothing was found under 1055 \(order record\): /,
      sends: ["GET /api/orders/1055/"],
      tokens: 60,
    },
  ),
  reply("I cannot mention that one: I find no 1055 among your orders. Nell can write herself."),
  expectWorld(({ support_requests = [], orders }) => {
    const { order_id, subject, message } = letter;
    const customer_id = "mia-lindqvist";
    const ours = support_requests.slice(seed.support_requests?.length);
    return (
      Bun.deepEquals(orders, seed.orders) &&
      Bun.deepEquals(ours, [
        { request_id: "request-1", customer_id, subject, message, order_id },
        { request_id: "request-2", customer_id, subject, message, order_id },
      ])
    );
  }),
]);
