/** What the tests of the harness play against the mock: Mia's orders, requests about them, and small stories. */
import { outOfBand, type Step, story } from "../harness/story.ts";

/** A story of Mia's with these steps. */
export const asMia = (...steps: Step[]) => story("a test of the harness", { as: "mia" }, steps);

/** The message that a play fails with. Await it before the next play: only one can hold the clock. */
export const failureOf = (playing: Promise<unknown>) =>
  playing.then(
    () => "it passed",
    (error: Error) => error.message,
  );

export const shippedOrder = { order_id: "1036" };
export const STATUS_LINE = "GET /api/orders/1036/status/";

/** Cancels Mia's pending order. */
export const cancelPen = { order_id: "1054", reason: "no_longer_needed" } as const;
/** The reads before that change, and the change itself. */
export const READ_LINES = [
  "GET /api/orders/1054/",
  "GET /api/customers/mia-lindqvist/",
  "POST /api/orders/1054/previews/",
];
export const CANCEL_LINE = "POST /api/orders/1054/cancel/";
/** The same request for any order, as faults name it. */
export const CANCEL_ROUTE = "POST /api/orders/:id/cancel/";

/** Staff change what the pending order is paid with. */
export const payByGiftCard = outOfBand(
  "staff",
  "PATCH /api/orders/:id/payment/",
  { id: "1054" },
  { payment_method_id: "mia-gift" },
);
