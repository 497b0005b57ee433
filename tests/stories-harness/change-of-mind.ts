/** A story of one change. */
import {
  absent,
  accept,
  call,
  callRaw,
  decline,
  dismiss,
  elsewhere,
  ends,
  fault,
  pass,
  reset,
  status,
  story,
} from "../harness/story.ts";
import { cancelling, cancels, looks, pen, repaid } from "./steps-and-failures.ts";

/** One change asked for, twice refused and then agreed to while the shop stumbles, and what comes after it. */
export const changeOfMind = story("a change of mind", { as: "mia" }, [
  call("cancel_order", pen, {
    asks: [/cancel order 1054.* 56\.90 EUR.*mia-visa/i, decline()],
    fails: /declined/,
    sends: looks,
  }),
  call("cancel_order", pen, {
    asks: [/cancel/i, dismiss()],
    fails: /closed/,
    sends: looks,
  }),
  fault(cancelling, [status(503), reset(), pass()]),
  call("cancel_order", pen, {
    asks: [
      [/cancel/i, accept(), [repaid]],
      [/changed.*56\.90 EUR.*mia-gift/, accept()],
    ],
    returns: { outcome: "done", status: "cancelled", amount: "-56.90", confirmation: absent() },
    sends: [...looks, ...looks, ...looks, cancels, cancels, cancels],
  }),
  callRaw("cancel_order", { ...pen, order_id: "#1054" }, { fails: /cancelled/ }),
  elsewhere("nell", "POST /api/support/requests/", {}, { subject: "Hello", message: "Hello?" }),
  ends(({ orders }) =>
    orders.some(({ order_id, payments }) => order_id === "1054" && payments.length === 4),
  ),
]);
