/**
 * A preview that fails is no reason to guess: the question is the request, and says that the money is not known. What
 * the shop refuses to preview, it refuses.
 */
import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { useFakeClock } from "../harness/clock.ts";
import {
  type Fault,
  garbage,
  hang,
  htmlPage,
  reset,
  respondWith,
  slow,
  status,
  truncated,
} from "../harness/story.ts";
import { CANCEL, CHANGE_ADDRESS, CHANGE_ITEMS, CHANGE_NAMES, examples } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { alteringPreviews, openScriptedShop, repeat, withoutJitter } from "./scripted-shop.ts";

withoutJitter();

const FAILED = "The shop failed to say what this would do: the money is not known before.";
const WITHOUT = "The shop works out the money, which is not known before.";
const NOT_SHOWN =
  "The shop's preview does not show the change itself: it may do more than this says.";
const CHANGE_TEXT = [
  'Change the items of order 1054 of "Mia Lindqvist"?',
  'Change: "Sparrow Fountain Pen (body: black, nib: fine)" for "Sparrow Fountain Pen (body: tortoiseshell, nib: stub)"',
  'Payment method: "Visa ending in 4417 (mia-visa)"',
  FAILED,
].join("\n");
const PREVIEW = "POST /api/orders/:id/previews/";

const failures: [what: string, Fault[], requests: number][] = [
  ["another order", [respondWith({ order_id: "1055", status: "cancelled" })], 1],
  ["the id and the status alone", [respondWith({ order_id: "1054", status: "pending" })], 1],
  ["nothing", [status(204)], 1],
  ["JSON of another shape", [respondWith({ ok: true })], 1],
  ["a list", [respondWith([])], 1],
  ["an HTML page", [htmlPage(200)], 1],
  ["something else than JSON", [garbage()], 1],
  ["500 three times", repeat(3, status(500)), 3],
  ["half an answer three times", repeat(3, truncated()), 3],
  ["resets", repeat(3, reset()), 3],
  ["404, since there is none", [status(404)], 1],
  ["an HTML page with 404", [htmlPage(404)], 1],
  ["405", [status(405)], 1],
  ["429 for an hour", [status(429, { "Retry-After": "3600" })], 1],
  ["a redirect to a login", [status(302, { Location: "/accounts/login/" })], 1],
];
describe("change_order_items", () => {
  test.each(failures)("asks the request when its preview is %s", async (_, faults, requests) => {
    using shop = await openScriptedShop();
    shop.schedule(PREVIEW, faults);
    const host = hostFor(shop.openServer(), "elicitation");
    const { text, confirmation } = await host.call("change_order_items", CHANGE_ITEMS);
    expect(text).toBe(CHANGE_TEXT);
    expect(shop.requests.filter(({ line }) => line.endsWith("/previews/")).length).toBe(requests);
    shop.expectUntouched();
    const { receipt } = await host.accept("change_order_items", CHANGE_ITEMS, confirmation);
    expect(receipt?.summary).toBe('Order 1054: changed. Charged: 12.00 EUR to "mia-visa".');
  });

  test.each<[string, Fault[]]>([
    ["takes nine seconds", [slow(9)]],
    ["never ends", repeat(3, hang())],
  ])("asks the request when its preview %s", async (_, faults) => {
    const clock = useFakeClock();
    using shop = await openScriptedShop({ clock });
    shop.schedule(PREVIEW, [...faults, ...repeat(3, hang())]);
    const host = hostFor(shop.openServer(), "elicitation");
    const { text } = await clock.during(host.call("change_order_items", CHANGE_ITEMS));
    clock.release();
    expect(text).toBe(CHANGE_TEXT);
    shop.expectUntouched();
  });

  test("asks the request when its preview shows no difference", async () => {
    using shop = await openScriptedShop();
    const now = shop.order1054();
    const server = shop.openServer(
      {},
      alteringPreviews(() => now),
    );
    const { text } = await hostFor(server, "elicitation").call("change_order_items", CHANGE_ITEMS);
    expect(text).toBe(CHANGE_TEXT.replace(FAILED, NOT_SHOWN));
  });

  test.each<["return_items" | "change_order_address", part: string, lines: string[]]>([
    ["return_items", "return", ['To be returned: "Oak-Gall Ink, 50 ml (color: sepia)"']],
    ["change_order_address", "address", ['New address: "Strandvägen 1, 114 51 Stockholm, Sweden"']],
  ])("%s asks the request as well where its preview lacks the %s", async (name, part, lines) => {
    using shop = await openScriptedShop();
    const { args } = examples[name];
    const [before] = shop.world().orders.filter(({ order_id }) => order_id === "1054");
    const was: Record<string, unknown> = { address: before?.address };
    const server = shop.openServer(
      {},
      alteringPreviews((order) => ({ ...order, [part]: was[part], cancel_reason: "x" })),
    );
    const { text } = await hostFor(server, "elicitation").call(name, args);
    for (const line of [...lines, NOT_SHOWN]) expect(text.split("\n")).toContain(line);
  });

  test.each<[string, (order: Record<string, unknown>) => object]>([
    ["lines", (order) => ({ ...order, lines: undefined })],
    ["an address", (order) => ({ ...order, address: undefined })],
    ["payments", (order) => ({ ...order, payments: undefined })],
    ["lines that can be read", (order) => ({ ...order, lines: "three" })],
  ])("asks the request when its preview has no %s, which the order has", async (_, alter) => {
    using shop = await openScriptedShop();
    const server = shop.openServer({}, alteringPreviews(alter));
    const { text } = await hostFor(server, "elicitation").call("change_order_items", CHANGE_ITEMS);
    expect(text).toStartWith(CHANGE_TEXT);
  });

  test("asks the request when a line of its preview cannot be read, and names none as taken out", async () => {
    using shop = await openScriptedShop();
    const alter = ({ lines, ...order }: Record<string, unknown>) => {
      return { ...order, lines: [...z.array(z.unknown()).parse(lines), { name: "Ribbon" }] };
    };
    const server = shop.openServer({}, alteringPreviews(alter));
    const { text } = await hostFor(server, "elicitation").call("change_order_items", CHANGE_ITEMS);
    expect(text).toBe(
      `${CHANGE_TEXT}\n1 order line of the shop's answer could not be read and is left out.`,
    );
  });

  test("is shown what its preview says of an order with a line that can never be read", async () => {
    using shop = await openScriptedShop();
    const ribbon = { name: "Ribbon" };
    const pen = { item_id: "pen", name: "Pen", price: "2.00" };
    const order = { order_id: "1054", status: "pending", lines: [pen, ribbon], can_preview: true };
    shop.schedule("GET /api/orders/:id/", [respondWith(order)]);
    shop.schedule(PREVIEW, [respondWith({ ...order, status: "cancelled" })]);
    const { text } = await hostFor(shop.openServer(), "elicitation").call("cancel_order", CANCEL);
    expect(text.split("\n").slice(1)).toEqual([
      'Items: "Pen"',
      'Status: "pending" becomes "cancelled"',
      "2 order lines of the shop's answer could not be read and are left out.",
    ]);
  });

  test("says in its question that a payment of the preview could not be read", async () => {
    using shop = await openScriptedShop();
    const payments = [
      { kind: "payment", amount: "12.00", payment_method_id: "mia-visa" },
      { kind: "payment", amount: "1,50", payment_method_id: "mia-visa" },
    ];
    const alter = (order: object) => ({ ...order, change: { kind: "items", payments } });
    const server = shop.openServer({}, alteringPreviews(alter));
    const { text } = await hostFor(server, "elicitation").call("change_order_items", CHANGE_ITEMS);
    expect(text).toBe(
      `${CHANGE_TEXT}\n1 payment of the shop's answer could not be read and is left out.`,
    );
  });
});

describe("a shop", () => {
  test.each([
    ["says that it has none", { can_preview: false }],
    ["says nothing of them", {}],
  ])("is asked for no preview where it %s", async (_, said) => {
    using shop = await openScriptedShop();
    const order = { order_id: "1054", status: "pending", ...said };
    shop.schedule("GET /api/orders/:id/", [respondWith(order)]);
    const host = hostFor(shop.openServer(), "elicitation");
    const { text } = await host.call("cancel_order", CANCEL);
    expect(text).toBe(`Cancel order 1054 of "Mia Lindqvist" (no longer needed)?\n${WITHOUT}`);
    expect(shop.requests.some(({ line }) => line.endsWith("/previews/"))).toBe(false);
  });

  test("without previews, versions and payment methods is asked in what was read", async () => {
    using shop = await openScriptedShop();
    const line = { item_id: "7", name: "Kettle", price: "-5.00" };
    const order = { order_id: "1004", status: "delivered", lines: [line] };
    shop.schedule("GET /api/orders/:id/", [respondWith(order)]);
    shop.schedule("GET /api/customers/:id/", [respondWith({ customer_id: "me" })]);
    const host = hostFor(shop.openServer(), "elicitation");
    const { text } = await host.call("return_items", { order_id: "1004", item_ids: ["7"] });
    expect(text).toBe(`Return items of order 1004?\nTo be returned: "Kettle"\n${WITHOUT}`);
  });

  test.each<[string, Fault, expected: string]>([
    [
      "409",
      status(409, {}, { detail: "It is on its way." }),
      "The shop refused the change of address: It is on its way. Nothing was changed.",
    ],
    [
      "400",
      status(400, {}, { address: { city: ["Not served."] } }),
      "The shop refused the change of address (HTTP 400): city: Not served.",
    ],
    ["401", status(401), "The shop rejected this server's token"],
    ["403", status(403), "This account is not allowed to use the shop's change of address"],
  ])("that refuses the preview with %s refuses the change", async (_, refusal, expected) => {
    using shop = await openScriptedShop();
    shop.schedule(PREVIEW, [refusal]);
    const reply = await hostFor(shop.openServer()).call("change_order_address", CHANGE_ADDRESS);
    expect(reply.text).toStartWith(expected);
    expect(reply.isError).toBe(true);
    shop.expectUntouched();
  });

  test.each(CHANGE_NAMES)(
    "is sent nothing but reads and previews before a yes: %s",
    async (name) => {
      using shop = await openScriptedShop();
      for (const via of ["code", "elicitation"] as const)
        await hostFor(shop.openServer(), via).call(name, examples[name].args);
      expect(shop.requests.map(({ line }) => line)).toEqual(
        expect.not.arrayContaining([examples[name].line]),
      );
      for (const { line, headers } of shop.requests) {
        expect(line).toMatch(/^GET |\/previews\/$/);
        expect(Object.keys(headers)).toEqual(["authorization"]);
      }
      shop.expectUntouched();
    },
  );
});

describe("a version", () => {
  test.each<[string, unknown, sent: string | undefined]>([
    ["a word", "v7:2026-11-22T09:00:00Z", '"v7:2026-11-22T09:00:00Z"'],
    ["a number", 7, '"7"'],
    ["what no header can carry", "версия", undefined],
    ["two words", "v 7", undefined],
    ["a quote", 'v"7', undefined],
    ["a list", ["v7"], undefined],
  ])("is sent back where a header can carry it: %s", async (_, version, sent) => {
    using shop = await openScriptedShop();
    const order = { order_id: "1054", status: "pending", version };
    shop.schedule("GET /api/orders/:id/", [respondWith(order)]);
    const answer = { order_id: "1054", status: "cancelled" };
    shop.schedule("POST /api/orders/:id/cancel/", [respondWith(answer)]);
    const { isDone } = await hostFor(shop.openServer()).callAndAccept("cancel_order", CANCEL);
    expect(isDone).toBe(true);
    expect(shop.writes()[0]?.headers["if-match"]).toBe(sent);
  });

  test("that was never sent is not said to have changed", async () => {
    using shop = await openScriptedShop();
    shop.schedule("GET /api/orders/:id/", [respondWith({ order_id: "1054", status: "pending" })]);
    const refusal = status(412, {}, { detail: "Requires a signature." });
    shop.schedule("POST /api/orders/:id/cancel/", [refusal]);
    const { text } = await hostFor(shop.openServer()).callAndAccept("cancel_order", CANCEL);
    expect(text).toStartWith(
      "The shop refused the cancellation (HTTP 412): Requires a signature. The same call",
    );
  });
});
