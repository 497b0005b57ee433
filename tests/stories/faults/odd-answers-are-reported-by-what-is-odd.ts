import {
  call,
  type Fault,
  fault,
  htmlPage,
  reply,
  say,
  status,
  story,
  type Step,
} from "../../harness/story.ts";

/** One odd answer to a question about a parcel, and how it is reported. */
const odd = (answer: Fault, fails: RegExp): Step[] => [
  fault("GET /api/orders/:id/status/", [answer]),
  call(
    "get_order_status",
    { order_id: "1036" },
    { fails, sends: ["GET /api/orders/1036/status/"], tokens: 100 },
  ),
];

export default story("odd answers are reported by what is odd about them", { as: "mia" }, [
  say("Where is my parcel, 1036? I will ask until the shop has found itself."),
  ...odd(htmlPage(200), /with a web page instead of JSON/),
  ...odd(status(301, { Location: "/elsewhere/" }), /with a redirect \(HTTP 301\)/),
  ...odd(status(401), /^The shop rejected this server's token/),
  ...odd(status(403, {}, {}), /forbids the order status .*\(HTTP 403\)/),
  ...odd(status(418), /^The shop refused the order status \(HTTP 418\)/),
  reply("Five odd answers. Each names what has to be set right, and none of them is your parcel."),
  call("get_order_status", { order_id: "1036" }, { returns: { status: "shipped" }, tokens: 400 }),
  reply("Now it answers: your parcel is on its way."),
]);
