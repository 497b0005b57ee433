/** What the tests of the harness play, and how a play fails. */
import { elsewhere, type Step, story } from "../harness/story.ts";

export const cancelling = "POST /api/orders/:id/cancel/";
export const repaid = elsewhere(
  "staff",
  "PATCH /api/orders/:id/payment/",
  { id: "1054" },
  { payment_method_id: "mia-gift" },
);
/** What a play fails with. Awaited, since only one can hold the clock. */
export const failure = (playing: Promise<unknown>) =>
  playing.then(
    () => "it passed",
    (error: Error) => error.message,
  );
export const mia = (...steps: Step[]) => story("a test of the harness", { as: "mia" }, steps);
export const order = { order_id: "1036" };
export const asked = "GET /api/orders/1036/status/";
/** Her pending order, and what it takes to cancel it. */
export const pen = { order_id: "1054", reason: "no_longer_needed" } as const;
export const looks = ["GET /api/orders/1054/", "GET /api/customers/mia-lindqvist/"];
export const cancels = "POST /api/orders/1054/cancel/";
