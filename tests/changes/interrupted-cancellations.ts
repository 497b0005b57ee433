/** Cancellations of order 1054 while the shop fails, and how such a cancellation may end. */
import { afterAll, beforeAll, expect, spyOn } from "bun:test";
import { type Fault, status } from "../harness/story.ts";
import { CANCEL } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, type ScriptedShop, type Send, SHARED_KEY } from "./scripted-shop.ts";

export const OUTCOME_UNKNOWN =
  "It is not known whether the shop made the cancellation: no clear answer came. Make the same call again with the same confirmation";
export const UNREACHABLE = "The shop cannot be reached: nothing answers at its address.";
export const REFUSED = "The shop refused the cancellation: It is on its way. Nothing was changed.";

export const AT_ONCE = { "Retry-After": "0" };
export const tooManyFor60s = status(429, { "Retry-After": "60" });
export const tooManyFor2s = status(429, { "Retry-After": "2" });
export const loginRedirect = status(302, { Location: "/accounts/login/" });
export const conflict = status(409, {}, { detail: "It is on its way.", code: "not_pending" });
export const badRequest = status(400, {}, { reason: ["No."] });

/** The faults of the shop, how many requests they take, and whether the order is cancelled in the end. */
export type Interruption = [what: string, faults: Fault[], requests: number, isCancelled: boolean];

/** Prepares a confirmation for all tests of a `describe`; call it where the tests are defined. */
export function interruptedCancellations() {
  let confirmation: string; // every server with the shared key accepts it
  const log = spyOn(console, "error").mockImplementation(() => {}); // has the cause of each unclear end
  afterAll(() => log.mockRestore());
  beforeAll(async () => {
    using shop = await openScriptedShop();
    const asked = await hostFor(shop.openServer(SHARED_KEY)).call("cancel_order", CANCEL);
    ({ confirmation } = asked);
  });
  /** Cancels order 1054 while the shop fails like this. */
  async function cancel(shop: ScriptedShop, faults: Fault[], send?: Send) {
    shop.schedule("POST /api/orders/:id/cancel/", faults);
    const host = hostFor(shop.openServer(SHARED_KEY, send));
    return host.accept("cancel_order", CANCEL, confirmation);
  }
  /** All faults were met, by so many requests under one key, and the order was cancelled once or not at all. */
  function expectEnd(shop: ScriptedShop, requests: number, isCancelled: boolean) {
    expect(shop.unmet()).toEqual([]);
    expect(shop.writes().length).toBe(requests);
    expect(new Set(shop.keys()).size).toBe(requests ? 1 : 0);
    const order = shop.order1054();
    expect(order?.status).toBe(isCancelled ? "cancelled" : "pending");
    expect(order?.payments.length).toBe(isCancelled ? 2 : 1); // never two refunds
  }
  return { cancel, expectEnd };
}
