/** Support requests are accepted and numbered. @module */
import { describe, expect, test } from "bun:test";
import { readWorld } from "../../mocks/world.ts";
import {
  createTestShop,
  expectRefusal,
  type RefusedWrite,
  requestLine,
  smallWorld,
} from "./setup.ts";

describe("a write that a rule forbids", () => {
  test.each<RefusedWrite>([
    [
      "contactSupport",
      "",
      { subject: "s", message: "m", order_id: "bens" },
      { order_id: ["No Order matches the given query."] },
    ],
  ])("%s of %s with %j changes nothing", expectRefusal);
});

describe("a write that the rules allow", () => {
  test("to support is numbered above the highest request", async () => {
    const { send, world } = createTestShop();
    const about = { subject: " Broken ", message: "Two\nlines ", order_id: "new" };
    const { order_id, ...plain } = about;
    const first = await send(requestLine("contactSupport", ""), { body: about });
    const second = await send(requestLine("contactSupport", ""), { body: plain, by: "sam" });
    const trimmed = { subject: "Broken", message: "Two\nlines" };
    const [annsOwn, sams] = [
      { request_id: "request-1", customer_id: "ann", ...trimmed },
      { request_id: "request-2", customer_id: "sam", ...trimmed },
    ];
    expect([first.status, first.text]).toEqual([201, JSON.stringify({ ...annsOwn, order_id })]);
    expect([second.status, second.text]).toEqual([
      201,
      JSON.stringify({ ...sams, order_id: null }),
    ]);
    const requests = [{ ...annsOwn, order_id }, sams];
    expect(world()).toStrictEqual(readWorld({ ...smallWorld, support_requests: requests }));

    const taken = ["request-9", "request-10", "Request-99", "request-x"].map((request_id) => {
      return { request_id, customer_id: "ben", ...trimmed };
    });
    const busy = createTestShop(readWorld({ ...smallWorld, support_requests: taken }));
    const { body } = await busy.send(requestLine("contactSupport", ""), {
      body: { ...about, order_id: null },
    });
    expect(body).toEqual({
      request_id: "request-11",
      customer_id: "ann",
      ...trimmed,
      order_id: null,
    });
  });
});
