/** Orders and customers have a version, which a change may name in `If-Match`. @module */
import { describe, expect, test } from "bun:test";
import {
  ADDRESS_BODY,
  blueToRed,
  CANCEL_BODY,
  createTestShop,
  KEY_REQUIRED,
  NOW,
  paymentBody,
  requestLine,
  returnBody,
  ruleViolation,
  smallWorld,
} from "./setup.ts";

const MISMATCH = ruleViolation(
  "version_mismatch",
  "It has changed since: this is no longer the version that If-Match names.",
);
const changes: [line: string, of: string, body: object][] = [
  [requestLine("cancelOrder", "new"), requestLine("order", "new"), CANCEL_BODY],
  [requestLine("changeOrderAddress", "new"), requestLine("order", "new"), ADDRESS_BODY],
  [requestLine("changeOrderItems", "new"), requestLine("order", "new"), blueToRed],
  [requestLine("changeOrderPayment", "new"), requestLine("order", "new"), paymentBody("gift")],
  [
    requestLine("returnItems", "delivered"),
    requestLine("order", "delivered"),
    returnBody("card", "blue"),
  ],
  [requestLine("exchangeItems", "delivered"), requestLine("order", "delivered"), blueToRed],
  [requestLine("changeCustomerAddress", "me"), requestLine("customer", "me"), ADDRESS_BODY],
];
const ifMatch = (value: string) => ({ headers: { "If-Match": value } });

describe("a version", () => {
  test.each(changes)("is another after %s, whose answer has it", async (line, read, body) => {
    const { send } = createTestShop();
    const before = await send(read);
    expect(before.headers.get("ETag")).toBe(`"${before.body.version}"`);
    const answer = await send(line, { body });
    expect(answer.body.version).not.toBe(before.body.version);
    expect(answer.headers.get("ETag")).toBe(`"${answer.body.version}"`);
    expect((await send(read)).body.version).toBe(answer.body.version);
  });

  test("of the same content is another at another time", async () => {
    const { send, clock } = createTestShop();
    const versions = new Set<string>();
    for (const second of [0, 1, 2]) {
      clock.now = new Date(Date.parse(NOW) + second * 1000);
      const { body } = await send(requestLine("changeOrderAddress", "new"), { body: ADDRESS_BODY });
      versions.add(body.version);
    }
    expect(versions.size).toBe(3);
  });

  test("of a customer counts balances", async () => {
    const { send } = createTestShop();
    const { version } = (await send(requestLine("customer", "me"))).body;
    await send(requestLine("changeOrderPayment", "new"), { body: paymentBody("gift") });
    expect((await send(requestLine("customer", "me"))).body.version).not.toBe(version);
  });

  test("of an order is that of everybody who may see it, and does not depend on other orders", async () => {
    const { send } = createTestShop();
    const { version } = (await send(requestLine("order", "new"))).body;
    await send(requestLine("cancelOrder", "three-pens"), { body: CANCEL_BODY });
    expect((await send(requestLine("order", "new"), { by: "sam" })).body.version).toBe(version);
  });
});

describe.each(changes)("%s", (line, read, body) => {
  test.each(["other", '"other"', 'W/"{}"', "{}", "", '"*"', '"{}', '"a", W/"b"'])(
    "with If-Match: %s is refused",
    async (form) => {
      const { send, world } = createTestShop();
      const { version } = (await send(read)).body;
      const answer = await send(line, { body, ...ifMatch(form.replace("{}", version)) });
      expect([answer.status, answer.body]).toEqual([412, MISMATCH]);
      expect(world()).toStrictEqual(smallWorld);
    },
  );
  test.each(['"{}"', '"other", "{}"', '\t"{}" ,W/"other"', "*", " * "])(
    "with If-Match: %s is made",
    async (form) => {
      const { send } = createTestShop();
      const { version } = (await send(read)).body;
      const answer = await send(line, { body, ...ifMatch(form.replace("{}", version)) });
      expect(answer.status).toBe(200);
    },
  );
});

describe("If-Match", () => {
  const cancel = requestLine("cancelOrder", "new");

  test("of a known key is not compared", async () => {
    const { send } = createTestShop();
    const { version } = (await send(requestLine("order", "new"))).body;
    const stale = ifMatch(`"${version}"`);
    const first = await send(cancel, { body: CANCEL_BODY, key: "k", ...stale });
    const again = await send(cancel, { body: CANCEL_BODY, key: "k", ...stale });
    expect([first.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get("ETag")).toBe(first.headers.get("ETag"));
    expect((await send(cancel, { body: CANCEL_BODY, ...stale })).status).toBe(412);
    expect((await send(cancel, { body: {}, key: "k", ...stale })).body.code).toBe(
      "idempotency_key_reused",
    );
  });

  test("that did not match leaves its key unused", async () => {
    const { send } = createTestShop();
    const refused = await send(cancel, { body: CANCEL_BODY, key: "k", ...ifMatch('"other"') });
    expect([refused.status, (await send(cancel, { body: CANCEL_BODY, key: "k" })).status]).toEqual([
      412, 200,
    ]);
  });

  test.each<[what: string, line: string, body: object, key: string | undefined, answer: object]>([
    ["after the key", cancel, CANCEL_BODY, "", KEY_REQUIRED],
    [
      "after the order",
      requestLine("cancelOrder", "nothing"),
      CANCEL_BODY,
      undefined,
      { detail: "No Order matches the given query." },
    ],
    ["before the body", cancel, {}, undefined, MISMATCH],
    ["before the rules", requestLine("cancelOrder", "shipped"), CANCEL_BODY, undefined, MISMATCH],
  ])("is compared %s", async (_, line, body, key, answer) => {
    const { send } = createTestShop();
    const sent = await send(line, {
      body,
      ...ifMatch('"other"'),
      ...(key !== undefined && { key }),
    });
    expect(sent.body).toEqual(answer);
  });

  test("is not asked of a support request", async () => {
    const { send } = createTestShop();
    const body = { subject: "s", message: "m" };
    const line = requestLine("contactSupport", "");
    expect((await send(line, { body, ...ifMatch('"other"') })).status).toBe(201);
  });
});
