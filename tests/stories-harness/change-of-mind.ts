/** A story with one change that takes several questions and attempts, for every lane to play. */
import {
  absent,
  accept,
  call,
  callRaw,
  decline,
  dismiss,
  outOfBand,
  expectWorld,
  fault,
  passThrough,
  reset,
  status,
  story,
} from "../harness/story.ts";
import {
  CANCEL_LINE,
  CANCEL_ROUTE,
  cancelPen,
  payByGiftCard,
  READ_LINES,
} from "./example-steps.ts";

/** Mia declines, closes the question, and then agrees while staff change the order and the shop fails twice. */
export const changeOfMind = story("a change of mind", { as: "mia" }, [
  call("cancel_order", cancelPen, {
    asks: [/^Cancel order 1054.* 56\.90 EUR.*mia-visa/s, decline()],
    fails: /declined/,
    sends: READ_LINES,
  }),
  call("cancel_order", cancelPen, {
    asks: [/cancel/i, dismiss()],
    fails: /closed/,
    sends: READ_LINES,
  }),
  fault(CANCEL_ROUTE, [passThrough(), status(503), reset(), passThrough()]),
  call("cancel_order", cancelPen, {
    asks: [
      [/cancel/i, accept(), [payByGiftCard]],
      [/changed.*56\.90 EUR.*mia-gift/s, accept()],
    ],
    returns: { outcome: "done", status: "cancelled", amount: "-56.90", confirmation: absent() },
    sends: [...READ_LINES, CANCEL_LINE, ...READ_LINES, CANCEL_LINE, CANCEL_LINE, CANCEL_LINE],
  }),
  callRaw("cancel_order", { ...cancelPen, order_id: "#1054" }, { fails: /cancelled/ }),
  outOfBand("nell", "POST /api/support/requests/", {}, { subject: "Hello", message: "Hello?" }),
  expectWorld(({ orders }) =>
    orders.some(({ order_id, payments }) => order_id === "1054" && payments.length === 4),
  ),
]);
