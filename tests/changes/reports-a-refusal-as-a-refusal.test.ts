/** When it is certain that the shop made no change, the error states that, with the shop's reason. */
import { describe, expect, test } from "bun:test";
import { type Fault, htmlPage, reset, status } from "../harness/story.ts";
import { CANCEL } from "./example-changes.ts";
import {
  AT_ONCE,
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
  ["405", [status(405)], 1, false, "This shop has no cancellation:"],
  [
    "418",
    [status(418)],
    1,
    false,
    "The shop refused the cancellation (HTTP 418): The shop stumbled.",
  ],
  ["429, then 409", [status(429, AT_ONCE), conflict], 2, false, REFUSED],
  [
    "an HTML page with 409",
    [htmlPage(409)],
    1,
    false,
    "The shop refused the cancellation (HTTP 409). The same call",
  ],
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
  ])("reports a failed read before its question: %s", async (_, line, faults, expected) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    shop.schedule(line, faults);
    const reply = await host.call("cancel_order", CANCEL);
    expect(reply.text).toStartWith(expected);
    expect(reply.isError).toBe(true);
    expect(shop.unmet()).toEqual([]);
    shop.expectUntouched();
    expect((await host.callAndAccept("cancel_order", CANCEL)).isDone).toBe(true);
  });

  test("reads nothing after the user's yes", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const reads = shop.requests.length;
    expect((await host.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true);
    const since = shop.requests.slice(reads).map(({ line }) => line);
    expect(since).toEqual(["POST /api/orders/1054/cancel/"]);
  });

  test("can be confirmed again with the same confirmation after a refusal", async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer());
    const { confirmation } = await host.call("cancel_order", CANCEL);
    shop.schedule("POST /api/orders/:id/cancel/", [conflict]);
    const refused = await host.accept("cancel_order", CANCEL, confirmation);
    expect(refused.text).toStartWith(REFUSED);
    expect((await host.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true);
  });
});
