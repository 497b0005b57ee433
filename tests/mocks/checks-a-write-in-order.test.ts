/** A write is checked in a fixed order: token, method, key, content type, JSON, object, body. @module */
import { describe, expect, test } from "bun:test";
import { createTestShop, KEY_REQUIRED, type SentRequest, smallWorld } from "./setup.ts";

describe("a write is checked", () => {
  const path = "/api/orders/new/cancel/";
  const NOT_JSON = { "Content-Type": "text/plain; charset=utf-8" };
  const GARBAGE = '{"reason"';
  const steps: [what: string, line: string, sent: SentRequest, status: number, body: object][] = [
    [
      "token",
      `PUT ${path}`,
      { by: "nobody", key: "", headers: NOT_JSON, body: GARBAGE },
      401,
      { detail: "Invalid token." },
    ],
    [
      "method",
      `PUT ${path}`,
      { key: "", headers: NOT_JSON, body: GARBAGE },
      405,
      { detail: 'Method "PUT" not allowed.' },
    ],
    ["key", `POST ${path}`, { key: "", headers: NOT_JSON, body: GARBAGE }, 400, KEY_REQUIRED],
    [
      "content type",
      `POST ${path}`,
      { headers: NOT_JSON, body: GARBAGE },
      415,
      { detail: 'Unsupported media type "text/plain; charset=utf-8" in request.' },
    ],
    [
      "JSON",
      `POST ${path}`,
      { body: GARBAGE },
      400,
      { detail: expect.stringMatching(/^JSON parse error - ./) },
    ],
    [
      "owner",
      "POST /api/orders/bens/cancel/",
      { body: {} },
      404,
      { detail: "No Order matches the given query." },
    ],
    [
      "customer",
      "PATCH /api/customers/ben/address/",
      { body: {} },
      404,
      { detail: "No Customer matches the given query." },
    ],
    [
      "body",
      "POST /api/orders/shipped/cancel/",
      { body: {} },
      400,
      { reason: ["This field is required."] },
    ],
  ];
  test.each(steps)("for its %s in turn", async (_, line, sent, status, body) => {
    const { send, world } = createTestShop();
    const answer = await send(line, sent);
    expect([answer.status, answer.body]).toEqual([status, body]);
    expect(world()).toStrictEqual(smallWorld);
  });

  test("for its key before its order and its body", async () => {
    const { send } = createTestShop();
    await send("POST /api/support/requests/", { body: { subject: "s", message: "m" }, key: "k" });
    for (const path of ["orders/bens/cancel/", "orders/new/cancel/"])
      expect((await send(`POST /api/${path}`, { body: { reason: 1 }, key: "k" })).body.code).toBe(
        "idempotency_key_reused",
      );
  });
});
