/** When it is certain that the shop made no change, the error states that, with the shop's reason. */
import { describe, expect, test } from "bun:test";
import { type Fault, htmlPage, reset, resetUnread, status } from "../harness/story.ts";
import { CANCEL } from "./example-changes.ts";
import {
  badRequest,
  conflict,
  interruptedCancellations,
  type Interruption,
  loginRedirect,
  REFUSED,
  tooManyFor60s,
} from "./interrupted-cancellations.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, repeat, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

const NOT_THERE = "Nothing was found under 1054 (cancellation):";
const BAD_REQUEST = "The shop refused the cancellation (HTTP 400): reason: No.";
const refusals: [...Interruption, expected: string][] = [
  ["409", [conflict], 1, false, REFUSED],
  ["400", [badRequest], 1, false, BAD_REQUEST],
  ["404", [status(404)], 1, false, NOT_THERE],
  ["401", [status(401)], 1, false, "The shop rejected this server's token"],
  [
    "403",
    [status(403)],
    1,
    false,
    "This account is not allowed to use the shop's cancellation like this",
  ],
  [
    "too many requests",
    [tooManyFor60s],
    1,
    false,
    "The shop has received too many requests. Wait at least 60 s",
  ],
  ["a reset of the unread request, then 409", [resetUnread(), conflict], 2, false, REFUSED],
  ["405", [status(405)], 1, false, "The shop refused the cancellation (HTTP 405)"],
  [
    "an HTML page with 409",
    [htmlPage(409)],
    1,
    false,
    "The shop refused the cancellation. Nothing was",
  ],
  ["a reset of the unread request, then 404", [resetUnread(), status(404)], 2, false, NOT_THERE],
  ["503, then 400", [status(503), badRequest], 2, false, BAD_REQUEST],
];

describe("cancel_order", () => {
  const { cancel, expectEnd } = interruptedCancellations();

  test.each(refusals)(
    "reports a refusal after %s",
    async (_, faults, requests, isCancelled, expected) => {
      using shop = await openScriptedShop();
      const reply = await cancel(shop, faults);
      expect(reply.text).toStartWith(expected);
      expect(reply.isError).toBe(true);
      expectEnd(shop, requests, isCancelled);
    },
  );

  test.each<[string, string, Fault[], expected: string]>([
    [
      "503 for the order",
      "GET /api/orders/:id/",
      repeat(3, status(503)),
      "The shop failed to answer the order",
    ],
    [
      "resets for the order",
      "GET /api/orders/:id/",
      repeat(3, reset()),
      "The connection broke off",
    ],
    [
      "a login redirect for the order",
      "GET /api/orders/:id/",
      [loginRedirect],
      "The shop answered the order record",
    ],
    [
      "503 for the customer",
      "GET /api/customers/:id/",
      repeat(3, status(503)),
      "The shop failed to answer the",
    ],
  ])("reports a failed read after the user's yes: %s", async (_, line, faults, expected) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("cancel_order", CANCEL);
    shop.schedule(line, faults);
    const reply = await host.accept("cancel_order", CANCEL, confirmation);
    expect(reply.text).toStartWith(expected);
    expect(reply.isError).toBe(true);
    expect(shop.unmet()).toEqual([]);
    shop.expectUntouched();
    const again = await host.accept("cancel_order", CANCEL, confirmation);
    expect(again.isDone).toBe(true); // the confirmation still counts
  });
});
