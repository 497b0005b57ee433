/**
 * A corpus of hostile texts, in every place of every answer of a shop: what a model reads of it is plain text, within
 * bounds, and cannot be taken for a line of the server's own.
 */
import { describe, expect, spyOn, test } from "bun:test";
import { decodeHTML } from "entities";
import { htmlTagNames } from "html-tag-names";
import { openShop, settingsSchema, tools } from "../../server.ts";
import { ShopError } from "../../shop/errors.ts";
import { CANCEL } from "../changes/example-changes.ts";
import { HOSTILE_TEXTS } from "./hostile-texts.ts";

spyOn(console, "error").mockImplementation(() => {}); // what is logged of it is not of this test
const MAX_BYTES = 24_000;

// ── What must not be there ──────────────────────────────────────────────────────────────────────

/** Controls but for line breaks, marks of direction, what has no width, tags of Unicode, halves of characters. */
const HIDDEN =
  /[[\p{Cc}--\n]\p{Cs}\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\uffff]|\u034f/v;
const TAG = new RegExp(`</?(?:${htmlTagNames.join("|")})(?:[\\s/>]|$)|<!-|<!d|<\\?x`, "i");
const HANDLER = /<[a-z][^>]*[\s/"']on[a-z]+\s*=/i;
/** @param times how often it is decoded before a browser reads it */
function expectPlain(text: string, times = 5) {
  expect(text).not.toMatch(HIDDEN);
  for (let decoded = text, time = 0; time <= times; time++, decoded = decodeHTML(decoded)) {
    expect(decoded).not.toMatch(TAG);
    expect(decoded).not.toMatch(HANDLER);
  }
}
/** Ids and addresses are told as they are, entities and all: in them nobody decodes any. */
const isExact = (name: string) => /(_ids?|_number|^url|^images?)$/.test(name);
function expectAllPlain(value: unknown, times = 5): void {
  if (typeof value === "string") expectPlain(value, times);
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    expectPlain(name);
    expectAllPlain(part, isExact(name) ? 0 : Array.isArray(value) ? times : 5);
  }
}
/** The notes that the server writes; a row is JSON, and so is the rest of a result. */
const OWN_LINES =
  /^(Each row: |The shop|Ignored |Nothing |\d+ .*(left out|shortened|not |as )|Not |No |Whether |This )/;
function expectOwnLines(text: string) {
  for (const line of text.split("\n").slice(1)) {
    if (/^[[{]/.test(line)) expect(() => JSON.parse(line)).not.toThrow();
    else expect(line).toMatch(OWN_LINES);
  }
}

// ── A shop that says one thing everywhere ───────────────────────────────────────────────────────

const orderOf = (text: string) => {
  return {
    order_id: "1054",
    order_number: text,
    status: text,
    placed_at: text,
    total: { amount: "1.00", currency: text },
    version: "1",
    can_cancel: { allowed: true, reason: text },
    can_change: { allowed: false, reason: text },
    cancel_reason: text,
    lines: [{ item_id: text, name: text, options: { [text]: text }, price: text, quantity: text }],
    payments: [{ kind: text, amount: text, payment_method_id: text }],
    shipments: [{ tracking_ids: [text], item_ids: [text], carrier: text }],
    timeline: [{ at: text, status: text, note: text }],
    address: { line1: text, line2: text, city: text, state: text, postcode: text, country: text },
    return: { item_ids: [text], payment_method_id: text },
    url: text,
    customer_id: "me",
    notes: [text],
    summary: text,
    next_step: text,
    [text]: text,
  };
};
const productOf = (text: string) => {
  const product = { product_id: "p1", name: text, description: text, category: text, price: text };
  const links = { url: text, image: text, images: [text, text] };
  return {
    ...product,
    ...links,
    currency: text,
    items: [{ item_id: "i1", options: { [text]: text } }],
  };
};
const customerOf = (text: string) => {
  const methods = [{ payment_method_id: "m1", kind: text, brand: text, last_four: text }];
  const names = { first_name: text, last_name: text, email: text };
  return {
    customer_id: "me",
    ...names,
    address: { line1: text, city: text },
    payment_methods: methods,
  };
};
const page = (row: object) => {
  return { results: [row, row, { ...row, extra: 1 }], next: null };
};
const info = (text: string) => {
  const policies = { [text]: text, returns: text };
  return { name: text, currency: text, categories: [text], policies, support_hours: text };
};
type Name = keyof typeof tools;
const reading: [Name, object, (text: string) => unknown][] = [
  ["search_products", { query: "pen" }, (text) => page(productOf(text))],
  ["get_product", { product_id: "p1" }, productOf],
  ["get_shop_info", {}, info],
  ["get_order_status", { order_id: "1054" }, orderOf],
  ["get_order", { order_id: "1054" }, orderOf],
  ["list_orders", {}, (text) => page(orderOf(text))],
  ["find_customer", { last_name: "x" }, (text) => page({ ...customerOf(text), last_name: "x" })],
  ["get_customer", {}, customerOf],
];
const openWith = (answer: (url: string) => Response) => {
  const settings = { django_api_base: "https://shop.test", django_api_token: "a-token-of-letters" };
  return openShop(settingsSchema.parse(settings), { fetch: async (url) => answer(url) });
};

describe.each(reading)("%s", (name, args, answerOf) => {
  test(`shows ${HOSTILE_TEXTS.length} hostile texts as plain text`, async () => {
    let shown = 0;
    for (const hostile of HOSTILE_TEXTS) {
      const shop = openWith(() => Response.json(answerOf(hostile)));
      const called = await tools[name].call(name, args, shop).catch((error: unknown) => error);
      if (called instanceof ShopError) {
        expectPlain(called.message); // where a text makes the whole answer unreadable
        continue;
      }
      const { result, text } = called as Awaited<ReturnType<(typeof tools)[Name]["call"]>>; // or it failed
      shown += 1;
      expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(MAX_BYTES);
      expectAllPlain(result);
      expectPlain(text, 0); // of the same, ids and addresses among it
      expectOwnLines(text);
    }
    expect(shown).toBeGreaterThan(HOSTILE_TEXTS.length * 0.9);
  });
});

test("a list has as many rows as the shop's, whatever a name says", async () => {
  for (const hostile of HOSTILE_TEXTS) {
    const rows = ["1", "2", "3"].map((id) => ({ ...productOf(hostile), product_id: id }));
    const shop = openWith(() => Response.json(rows));
    const { text } = await tools.search_products.call("search_products", { query: "x" }, shop);
    const said = text.split("\n").filter((line) => line.startsWith("["));
    expect(said.map((line) => JSON.parse(line)[0])).toEqual(["1", "2", "3"]);
  }
});

describe.each([400, 403, 404, 409, 422])("a refusal with %d", (status) => {
  test("is told in one line of plain text", async () => {
    for (const hostile of HOSTILE_TEXTS) {
      const bodies = [
        { detail: hostile },
        { [hostile]: [hostile, hostile] },
        { non_field_errors: [hostile], code: hostile },
        hostile,
        [hostile],
      ];
      for (const body of bodies) {
        const headers = { "X-Reason": "x", "Content-Type": "application/json" };
        const shop = openWith(() => new Response(JSON.stringify(body), { status, headers }));
        const failed = await tools.get_order
          .call("get_order", { order_id: "1" }, shop)
          .catch((error: Error) => error);
        expect(failed).toBeInstanceOf(ShopError);
        const { message } = failed as ShopError; // as was just seen
        expectPlain(message);
        expect(message).not.toContain("\n");
        expect(message.length).toBeLessThan(2000);
        expect(message).toMatch(/^(The shop|No order|The order|This account|Nothing)/);
      }
    }
  });
});

const BEGINNINGS =
  /^(Nothing is done|Cancel |Items:|Status:|The shop|Will be|Payment|Total|\d+ .* left out|Ignored |Taken out|Put in|Change|Until now|New address|To be|Refund)/;
test("a question has the server's words at the start of each line", async () => {
  let asked = 0;
  for (const hostile of HOSTILE_TEXTS) {
    const shop = openWith((url) =>
      Response.json(url.includes("/customers/") ? customerOf(hostile) : orderOf(hostile)),
    );
    const called = await tools.cancel_order
      .call("cancel_order", CANCEL, shop)
      .catch((error: unknown) => error);
    if (called instanceof ShopError) continue;
    const { result, summary } = called as Awaited<ReturnType<typeof tools.cancel_order.call>>; // likewise
    asked += 1;
    expect(result["outcome"]).toBe("confirmation_needed");
    expectPlain(summary, 0); // ids among it
    for (const line of summary.split("\n")) {
      expect(line).toMatch(BEGINNINGS);
      const unquoted = line.replace(/"[^"]*"/g, "");
      expect(unquoted).not.toMatch(/ignore all|script|alert|instructions/i);
    }
  }
  expect(asked).toBeGreaterThan(HOSTILE_TEXTS.length * 0.9);
});
