import { call, reply, say, story } from "../../harness/story.ts";

const invalidId =
  /^get_order_status was not called: order_id: expected an id as the shop writes it: up to 128 letters, digits and \. _ : ~ -\. Correct this and call it again\.$/;

export default story("malformed order ids are refused and never sent to the shop", { as: "mia" }, [
  say("Check https://quinceandlantern.example/account/orders/1036 for me."),
  call(
    "get_order_status",
    { order_id: "https://quinceandlantern.example/account/orders/1036" },
    { fails: invalidId, sends: [], tokens: 60 },
  ),
  say("A friend says that ../1055 works, too."),
  call("get_order_status", { order_id: "../1055" }, { fails: invalidId, sends: [], tokens: 60 }),
  call(
    "get_order_status",
    { order_id: "1036/../1055" },
    { fails: invalidId, sends: [], tokens: 60 },
  ),
  reply("That is not how order numbers look. Yours, in that address, is 1036."),
  call(
    "get_order_status",
    { order_id: " #1036 " },
    {
      returns: { order_id: "1036", status: "shipped" },
      sends: ["GET /api/orders/1036/status/"],
      tokens: 220,
    },
  ),
  reply("1036 is on its way and should arrive on 23 November."),
]);
