/** A write sent again under its Idempotency-Key gets the first answer, and changes nothing. @module */
import { describe, expect, test } from "bun:test";
import { ADDRESS_BODY, CANCEL_BODY, createTestShop, NOW, requestLine } from "./setup.ts";

describe("a write sent again", () => {
  const HOUR = 60 * 60 * 1000;
  const later = (ms: number) => new Date(Date.parse(NOW) + ms);
  const contact = requestLine("contactSupport", "");
  const body = { subject: "s", message: "m" };
  const REUSED = JSON.stringify({
    detail: "This Idempotency-Key was used for another request.",
    code: "idempotency_key_reused",
  });

  test("under its key gets the first answer, and changes nothing", async () => {
    const { send, world, clock } = createTestShop();
    const first = await send(requestLine("cancelOrder", "new"), { body: CANCEL_BODY, key: "k" });
    const after = world();
    clock.now = later(24 * HOUR);
    const again = await send(requestLine("cancelOrder", "new"), { body: CANCEL_BODY, key: "k" });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(world()).toStrictEqual(after);
    expect((await send(requestLine("cancelOrder", "new"), { body: CANCEL_BODY })).body.code).toBe(
      "not_pending",
    );
  });

  test("gets the first answer although the shop has moved on", async () => {
    const { send } = createTestShop();
    const first = await send(requestLine("changeOrderAddress", "new"), {
      body: ADDRESS_BODY,
      key: "k",
    });
    await send(requestLine("cancelOrder", "new"), { body: CANCEL_BODY });
    const again = await send(requestLine("changeOrderAddress", "new"), {
      body: ADDRESS_BODY,
      key: "k",
    });
    expect([again.status, again.text]).toEqual([200, first.text]);
  });

  test.each<[string, string, object | string]>([
    ["in another order of its keys", contact, '{"message": "m",\n"subject":"\\u0073"}'],
    ["with another query", `${contact}?x=1`, body],
  ])("is the same %s", async (_, sameLine, sameBody) => {
    const { send } = createTestShop();
    const first = await send(contact, { body, key: "k" });
    expect((await send(sameLine, { body: sameBody, key: "k" })).text).toBe(first.text);
  });

  const numbered = (number: string) => JSON.stringify(ADDRESS_BODY).replace('"9000"', number);
  test.each<[string, string, object | string]>([
    ["body", requestLine("changeOrderAddress", "new"), ADDRESS_BODY],
    ["number", requestLine("changeOrderAddress", "new"), numbered("9000.0")],
    ["order", requestLine("changeOrderAddress", "modified"), numbered("9000")],
    ["endpoint", requestLine("changeCustomerAddress", "me"), numbered("9000")],
  ])("with another %s under its key is refused", async (_, otherLine, otherBody) => {
    const { send, world } = createTestShop();
    const key = "k";
    await send(requestLine("changeOrderAddress", "new"), { body: numbered("9000"), key });
    const after = world();
    const { status, text } = await send(otherLine, { body: otherBody, key });
    expect([status, text]).toEqual([409, REUSED]);
    expect(world()).toStrictEqual(after);
  });

  test("more than 24 hours later is another write", async () => {
    const { send, clock, world } = createTestShop();
    await send(contact, { body, key: "k" });
    await send(contact, { body, key: "late" });
    clock.now = later(24 * HOUR + 1);
    expect((await send(contact, { body, key: "k" })).body.request_id).toBe("request-3");
    expect((await send(contact, { body, key: "k" })).body.request_id).toBe("request-3");
    clock.now = later(0); // the clock was put back: what was forgotten stays forgotten
    expect((await send(contact, { body, key: "late" })).body.request_id).toBe("request-4");
    expect(world().support_requests).toHaveLength(4);
  });

  test("gets the first status", async () => {
    const { send } = createTestShop();
    for (const _ of "12") expect((await send(contact, { body, key: "k" })).status).toBe(201);
  });

  test("by another customer is a write of its own under the same key", async () => {
    const { send, world } = createTestShop();
    for (const by of ["ann", "ben", "sam"])
      expect((await send(contact, { by, body, key: "k" })).body.customer_id).toBe(by);
    expect(world().support_requests).toHaveLength(3);
  });

  test("after a refusal is processed again", async () => {
    const { send, world } = createTestShop();
    const order_id = "delivered";
    expect(
      (await send(requestLine("cancelOrder", order_id), { body: CANCEL_BODY, key: "k" })).status,
    ).toBe(409);
    expect((await send(contact, { body: {}, key: "k" })).status).toBe(400);
    expect((await send(contact, { body, key: "k" })).status).toBe(201);
    expect(world().support_requests).toHaveLength(1);
  });

  test("at the same time gets the first's answer", async () => {
    const { send, world } = createTestShop();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send(contact, { body, key: "k" })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(world().support_requests).toHaveLength(1);
  });
});
