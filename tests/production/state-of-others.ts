/**
 * Confirmations, cursors and states that were altered, replayed, or bound to something else: none counts. The seals
 * are tried by 3,000 alterations each; what is tried one by one stands in tests/changes/ and tests/answers/.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { tools } from "../../server.ts";
import { openShopByRequest } from "../answers/shop-by-request.ts";
import { CANCEL } from "../changes/example-changes.ts";
import { ACCEPTED, CONFIRM_VIA, hostFor } from "../changes/json-rpc-host.ts";
import { openScriptedShop, SHARED_KEY, STAFF } from "../changes/scripted-shop.ts";

const RUNS = 3000;
/** Alters a sealed text: its letters, its length, its parts, its encoding. */
const alterations = (sealed: string): fc.Arbitrary<string> => {
  const at = fc.nat(sealed.length - 1);
  const letter = fc.constantFrom(..."AZaz09-_.=+/ \0é");
  const parts = sealed.split(".");
  const nth = fc.nat(parts.length - 1);
  return fc
    .oneof(
      fc
        .tuple(at, letter)
        .map(([place, other]) => sealed.slice(0, place) + other + sealed.slice(place + 1)),
      fc
        .tuple(at, letter)
        .map(([place, more]) => sealed.slice(0, place) + more + sealed.slice(place)),
      at.map((place) => sealed.slice(0, place) + sealed.slice(place + 1)),
      at.map((length) => sealed.slice(0, length)),
      fc.tuple(at, at).map(([a, b]) => {
        const letters = [...sealed];
        [letters[a], letters[b]] = [letters[b] ?? "", letters[a] ?? ""];
        return letters.join("");
      }),
      fc.tuple(nth, fc.base64String()).map(([part, other]) => parts.with(part, other).join(".")),
      fc.tuple(nth, nth).map(([a, b]) => parts.with(a, parts[b] ?? "").join(".")),
      fc.shuffledSubarray(parts).map((some) => some.join(".")),
      fc.constantFrom(
        `${sealed}.${sealed}`,
        `${sealed}${sealed}`,
        sealed.toUpperCase(),
        encodeURIComponent(sealed).replaceAll(".", "%2e"),
        Buffer.from(sealed).toString("base64"),
        [...sealed].toReversed().join(""),
        `${sealed}\n`,
        `"${sealed}"`,
        JSON.stringify({ confirmation: sealed }),
      ),
    )
    .filter((other) => other !== sealed && other !== ""); // "" is none
};

describe.each(CONFIRM_VIA)("a confirmation by %s", (via) => {
  test(`that is altered in ${RUNS} ways changes nothing`, async () => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(SHARED_KEY), via);
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const altered = fc.asyncProperty(alterations(confirmation), async (other) => {
      const reply = await host.accept("cancel_order", CANCEL, other);
      expect(reply.isDone).toBe(false);
      expect(shop.writes()).toEqual([]);
    });
    await fc.assert(altered, { numRuns: RUNS });
    expect((await host.accept("cancel_order", CANCEL, confirmation)).isDone).toBe(true); // untouched, it counts
  }, 120_000);

  test("replayed a hundred times, in two processes, cancels once", async () => {
    using shop = await openScriptedShop();
    const hosts = [1, 2].map(() => hostFor(shop.openServer(SHARED_KEY), via));
    const [first = hostFor(shop.openServer())] = hosts;
    const { confirmation } = await first.call("cancel_order", CANCEL);
    const replays = Array.from({ length: 100 }, async (_, nth) =>
      hosts[nth % 2]?.accept("cancel_order", CANCEL, confirmation),
    );
    const receipts = (await Promise.all(replays)).map((reply) => JSON.stringify(reply?.receipt));
    expect(new Set(receipts).size).toBe(1);
    expect(new Set(shop.keys()).size).toBe(1);
    const refunds = shop.order1054()?.payments.filter(({ kind }) => kind === "refund");
    expect(refunds).toHaveLength(1);
  });

  const other = { reason: "ordered_by_mistake" };
  test.each<[string, string, object, object]>([
    ["another order", "cancel_order", { ...CANCEL, order_id: "two-methods" }, {}],
    ["another reason", "cancel_order", { ...CANCEL, ...other }, {}],
    ["another tool", "contact_support", { subject: "x", message: "y", order_id: "1054" }, {}],
    ["another account", "cancel_order", CANCEL, STAFF],
    ["another shop", "cancel_order", CANCEL, { django_api_base: "https://other.test" }],
    ["another key", "cancel_order", CANCEL, { confirmation_key: "x".repeat(32) }],
  ])("bound to %s changes nothing", async (_, name, args, settings) => {
    using shop = await openScriptedShop();
    const { confirmation } = await hostFor(shop.openServer(SHARED_KEY), via).call(
      "cancel_order",
      CANCEL,
    );
    const host = hostFor(shop.openServer({ ...SHARED_KEY, ...settings }), via);
    expect((await host.accept(name, args, confirmation)).isDone).toBe(false);
    shop.expectUntouched();
  });
});

test("an acceptance that belongs to no question, or to another's, changes nothing", async () => {
  using shop = await openScriptedShop();
  const host = hostFor(shop.openServer(SHARED_KEY), "elicitation");
  const { confirmation } = await host.call("cancel_order", { ...CANCEL, order_id: "two-methods" });
  const states = [{}, { requestState: "" }, { requestState: confirmation }, { requestState: null }];
  for (const state of states) {
    const reply = await host.call("cancel_order", CANCEL, { ...state, inputResponses: ACCEPTED });
    expect(reply.isDone).toBe(false);
  }
  shop.expectUntouched();
});

describe("a cursor", () => {
  const rows = [{ order_id: 1, status: "shipped", placed_at: "2026-11-01" }];
  const open = (token = "a-token-of-many-letters") =>
    openShopByRequest(() => ({ results: rows, next: "?cursor=abc" }), undefined, token);
  let cursor = "";
  beforeAll(async () => void ({ next_cursor: cursor = "" } = await open().call("list_orders")));

  test(`that is altered in ${RUNS} ways asks the shop nothing`, async () => {
    const { asked, call } = open();
    const altered = fc.asyncProperty(alterations(cursor), async (other) => {
      await expect(call("list_orders", { cursor: other })).rejects.toThrow();
      expect(asked).toEqual([]);
    });
    await fc.assert(altered, { numRuns: RUNS });
    await call("list_orders", { cursor });
    expect(asked).toEqual(["/api/orders/?limit=10&cursor=abc"]);
  }, 60_000);
  test.each<[string, keyof typeof tools, object, string | undefined]>([
    ["another account", "list_orders", {}, "another-token-of-letters"],
    ["another tool", "search_products", { query: "x" }, undefined],
    ["another filter", "list_orders", { status: "pending" }, undefined],
    ["another person", "list_orders", { customer_id: "bram" }, undefined],
    ["another limit", "list_orders", { limit: 50 }, undefined],
  ])("of %s asks the shop nothing", async (_, name, args, token) => {
    const { asked, call } = open(token);
    await expect(call(name, { ...args, cursor })).rejects.toThrow(/^This cursor/);
    expect(asked).toEqual([]);
  });
});
