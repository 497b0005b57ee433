/** A write sent again under its Idempotency-Key gets the first answer, and changes nothing. @module */
import { describe, expect, test } from "bun:test";
import { NOW, openShop, line, CANCEL, MOVE } from "./setup.ts";

describe("a write sent again", () => {
  const HOUR = 60 * 60 * 1000;
  const later = (ms: number) => new Date(Date.parse(NOW) + ms);
  const contact = line("contactSupport", "");
  const body = { subject: "s", message: "m" };
  const REUSED = JSON.stringify({
    detail: "This Idempotency-Key was used for another request.",
    code: "idempotency_key_reused",
  });

  test("under its key gets the first answer, and changes nothing", async () => {
    const { send, world, clock } = openShop();
    const first = await send(line("cancelOrder", "new"), { body: CANCEL, key: "k" });
    const after = world();
    clock.now = later(24 * HOUR);
    const again = await send(line("cancelOrder", "new"), { body: CANCEL, key: "k" });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(world()).toStrictEqual(after);
    expect((await send(line("cancelOrder", "new"), { body: CANCEL })).body.code).toBe(
      "not_pending",
    );
  });

  test("gets the first answer although the shop has moved on", async () => {
    const { send } = openShop();
    const first = await send(line("changeOrderAddress", "new"), { body: MOVE, key: "k" });
    await send(line("cancelOrder", "new"), { body: CANCEL });
    const again = await send(line("changeOrderAddress", "new"), { body: MOVE, key: "k" });
    expect([again.status, again.text]).toEqual([200, first.text]);
  });

  test.each<[string, string, object | string]>([
    ["in another order of its keys", contact, '{"message": "m",\n"subject":"\\u0073"}'],
    ["with another query", `${contact}?x=1`, body],
  ])("is the same %s", async (_, sameLine, sameBody) => {
    const { send } = openShop();
    const first = await send(contact, { body, key: "k" });
    expect((await send(sameLine, { body: sameBody, key: "k" })).text).toBe(first.text);
  });

  const numbered = (number: string) => JSON.stringify(MOVE).replace('"9000"', number);
  test.each<[string, string, object | string]>([
    ["body", line("changeOrderAddress", "new"), MOVE],
    ["number", line("changeOrderAddress", "new"), numbered("9000.0")],
    ["order", line("changeOrderAddress", "modified"), numbered("9000")],
    ["endpoint", line("changeCustomerAddress", "me"), numbered("9000")],
  ])("with another %s under its key is refused", async (_, otherLine, otherBody) => {
    const { send, world } = openShop();
    const key = "k";
    await send(line("changeOrderAddress", "new"), { body: numbered("9000"), key });
    const after = world();
    const { status, text } = await send(otherLine, { body: otherBody, key });
    expect([status, text]).toEqual([409, REUSED]);
    expect(world()).toStrictEqual(after);
  });

  test("more than 24 hours later is another write", async () => {
    const { send, clock, world } = openShop();
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
    const { send } = openShop();
    for (const _ of "12") expect((await send(contact, { body, key: "k" })).status).toBe(201);
  });

  test("by somebody else has a key of its own", async () => {
    const { send, world } = openShop();
    for (const by of ["ann", "ben", "sam"])
      expect((await send(contact, { by, body, key: "k" })).body.customer_id).toBe(by);
    expect(world().support_requests).toHaveLength(3);
  });

  test("after a refusal is looked at afresh", async () => {
    const { send, world } = openShop();
    const order_id = "delivered";
    expect((await send(line("cancelOrder", order_id), { body: CANCEL, key: "k" })).status).toBe(
      409,
    );
    expect((await send(contact, { body: {}, key: "k" })).status).toBe(400);
    expect((await send(contact, { body, key: "k" })).status).toBe(201);
    expect(world().support_requests).toHaveLength(1);
  });

  test("at the same time gets the first's answer", async () => {
    const { send, world } = openShop();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send(contact, { body, key: "k" })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(world().support_requests).toHaveLength(1);
  });
});
