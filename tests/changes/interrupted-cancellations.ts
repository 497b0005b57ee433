/** Cancellations during which the shop fails. */
import { beforeAll, expect } from "bun:test";
import { type Fault, status } from "../harness/story.ts";
import { CANCEL } from "./example-changes.ts";
import { hostOf } from "./json-rpc-host.ts";
import { openScene, type Scene, type Send, SHARED } from "./scripted-shop.ts";

export const NOT_KNOWN =
  "It is not known whether the shop made the cancellation: no clear answer came. Look first";
export const UNREACHABLE = "The shop cannot be reached: nothing answers at its address.";
export const AT_ONCE = { "Retry-After": "0" };
export const busy = status(429, { "Retry-After": "60" });
export const wait = status(429, { "Retry-After": "2" });
export const login = status(302, { Location: "/accounts/login/" });
export const conflict = status(409, {}, { detail: "It is on its way.", code: "not_pending" });
export const misread = status(400, {}, { reason: ["No."] });

/** What the shop does, how many requests that takes, and whether the order is cancelled in the end. */
export type End = [what: string, faults: Fault[], requests: number, isMade: boolean];
export const REFUSED = "The shop refused the cancellation: It is on its way. Nothing was changed.";

export function cancellations() {
  let yes: string; // one that every process with the key takes
  beforeAll(async () => {
    using scene = await openScene();
    yes = (await hostOf(scene.open(SHARED)).call("cancel_order", CANCEL)).consent;
  });
  /** Cancels order 1054 while the shop stumbles like this. */
  async function cancel(scene: Scene, faults: Fault[], send?: Send) {
    scene.schedule("POST /api/orders/:id/cancel/", faults);
    return hostOf(scene.open(SHARED, send)).accept("cancel_order", CANCEL, yes);
  }
  function expectEnd(scene: Scene, requests: number, isMade: boolean) {
    expect(scene.unmet()).toEqual([]);
    expect(scene.writes().length).toBe(requests);
    expect(new Set(scene.keys()).size).toBe(requests ? 1 : 0);
    const order = scene.order();
    expect(order?.status).toBe(isMade ? "cancelled" : "pending");
    expect(order?.payments.length).toBe(isMade ? 2 : 1); // never two refunds
  }
  return { cancel, expectEnd };
}
