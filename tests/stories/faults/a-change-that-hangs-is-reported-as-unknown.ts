import {
  accept,
  call,
  expectWorld,
  fault,
  hang,
  reply,
  say,
  slow,
  status,
  story,
} from "../../harness/story.ts";

const reads = ["GET /api/orders/1054/", "GET /api/customers/mia-lindqvist/"];
const pens = [
  ...reads,
  "GET /api/products/sparrow-fountain-pen/",
  "POST /api/orders/1054/previews/",
];
const changeItems = "POST /api/orders/1054/items/";
const medium = {
  order_id: "1054",
  items: [{ item_id: "sparrow-black-fine", new_item_id: "sparrow-black-medium" }],
  payment_method_id: "mia-visa",
};
const question = /Taken out: .*black, .*fine\)", (.*)\nPut in: .*black, .*medium\)", \1$/;

export default story("a change that the shop never answers is reported as unknown", { as: "mia" }, [
  say("Make the nib of my pen a medium one."),
  fault("POST /api/orders/:id/items/", [status(429, { "Retry-After": "120" })]),
  call("change_order_items", medium, {
    asks: [question, accept()],
    fails: /^The shop has received too many requests\. Wait at least 120 s, then try again\.$/,
    sends: [...pens, changeItems],
    tokens: 40,
  }),
  reply("The shop is busy and asks us to wait for two minutes. Nothing was changed."),
  say("I have made tea. Again."),
  fault("POST /api/orders/:id/items/", [hang(), hang(), hang()]),
  call("change_order_items", medium, {
    asks: [question, accept()],
    fails: /^It is not known whether the shop made the change of items: no clear answer came\./,
    sends: [...pens, changeItems, changeItems, changeItems],
    tokens: 70,
  }),
  reply("It has not answered, so I do not know whether it was done. Let me look."),
  call(
    "get_order",
    { order_id: "1054" },
    {
      returns: { items_modified: false, lines: [{ item_id: "sparrow-black-fine" }] },
      sends: reads.slice(0, 1),
      tokens: 1100,
    },
  ),
  reply("It was not. Once more?"),
  say("Once more. I have biscuits, too."),
  fault("POST /api/orders/:id/items/", [slow(2)]),
  call("change_order_items", medium, {
    asks: [question, accept()],
    returns: { outcome: "done", order_id: "1054", status: "pending" },
    sends: [...pens, changeItems],
    tokens: 160,
  }),
  reply("Done, after two seconds. A medium nib, at the same price."),
  expectWorld(({ orders }) => {
    const pen = orders.find(({ order_id }) => order_id === "1054");
    return (
      pen?.items_modified === true &&
      pen.items[0]?.item_id === "sparrow-black-medium" &&
      pen.payments.length === 1 &&
      pen.timeline?.filter(({ note }) => note === "Items changed.").length === 1
    );
  }),
]);
