/** A confirmation of another call is asked anew; so is a code of another account, shop or key, whose state is a protocol error. */
import { describe, test } from "bun:test";
import type { SettingsInput } from "../harness/lanes.ts";
import { respondWith } from "../harness/story.ts";
import { CANCEL, examples, EXCHANGE, rowsOf, SEPIA_TO_FOREST } from "./example-changes.ts";
import { CONFIRM_VIA, hostFor } from "./json-rpc-host.ts";
import { expectAskedAgain, expectForeign, OTHER_REQUEST } from "./rejected-confirmations.ts";
import { repeat, SHARED_KEY, shareScriptedShop, STAFF } from "./scripted-shop.ts";

describe.each(CONFIRM_VIA)("a confirmation by %s", (via) => {
  const shop = shareScriptedShop();

  test("of cancel_order does not count for another order", async () => {
    const host = hostFor(shop().openServer(STAFF), via);
    const { confirmation } = await host.call("cancel_order", CANCEL);
    const other = { ...CANCEL, order_id: "nells" };
    expectAskedAgain(await host.accept("cancel_order", other, confirmation), OTHER_REQUEST);
  });

  test("of change_order_items does not count for exchange_items with the same arguments", async () => {
    const line = { item_id: SEPIA_TO_FOREST.item_id, product_id: "oak-gall-ink", name: "Ink" };
    const order = { order_id: "1004", status: "unknown", lines: [line] }; // allows both tools
    shop().schedule("GET /api/orders/:id/", repeat(2, respondWith(order)));
    const host = hostFor(shop().openServer(), via);
    const { confirmation } = await host.call("change_order_items", EXCHANGE);
    expectAskedAgain(await host.accept("exchange_items", EXCHANGE, confirmation), OTHER_REQUEST);
  });

  test("of cancel_order does not count when it comes the other way", async () => {
    const server = shop().openServer();
    const { confirmation } = await hostFor(server, via).call("cancel_order", CANCEL);
    const host = hostFor(server, via === "code" ? "elicitation" : "code");
    expectAskedAgain(await host.accept("cancel_order", CANCEL, confirmation), OTHER_REQUEST);
  });

  const otherKey = { confirmation_key: `${SHARED_KEY.confirmation_key}!` };
  const otherShop = { ...SHARED_KEY, django_api_base: "https://staging.test" };
  test.each<[string, Partial<SettingsInput>, Partial<SettingsInput>]>([
    ["for another account with the same key", SHARED_KEY, { ...SHARED_KEY, ...STAFF }],
    ["for another account without a key", {}, STAFF],
    ["of a server with a key in one without", SHARED_KEY, {}],
    ["in another server with another key", SHARED_KEY, otherKey],
    ["for another shop with the same key", SHARED_KEY, otherShop],
  ])("of cancel_order does not count %s", async (_, first, second) => {
    const asking = hostFor(shop().openServer(first), via);
    const { confirmation } = await asking.call("cancel_order", CANCEL);
    const host = hostFor(shop().openServer(second), via);
    expectForeign(await host.accept("cancel_order", CANCEL, confirmation), via);
  });
});

describe("a confirmation by code", () => {
  const shop = shareScriptedShop();
  const twoItems = ["ink-sepia", "notebook-dotted-moss"];
  const violet = [{ ...SEPIA_TO_FOREST, new_item_id: "ink-violet" }];
  const changes = rowsOf({
    cancel_order: [["reason", { reason: "ordered_by_mistake" }, OTHER_REQUEST]],
    change_order_address: [
      ["house number", { line1: "Strandvägen 11" }, OTHER_REQUEST],
      ["state, which was empty", { state: "AB" }, OTHER_REQUEST],
    ],
    change_order_items: [["payment method", { payment_method_id: "mia-gift" }, OTHER_REQUEST]],
    change_order_payment: [["payment method", { payment_method_id: "mia-gift" }, OTHER_REQUEST]],
    return_items: [["list of items", { item_ids: twoItems }, OTHER_REQUEST]],
    exchange_items: [["new item", { items: violet }, OTHER_REQUEST]],
    change_customer_address: [["customer", { customer_id: "mia-lindqvist" }, OTHER_REQUEST]],
    contact_support: [
      ["letter of the message", { message: "Could you wrap it!" }, OTHER_REQUEST],
      ["order: none", { order_id: "" }, OTHER_REQUEST],
    ],
  });
  test.each(changes)(
    "does not count for $name with another $what",
    async ({ name, args, expected }) => {
      const host = hostFor(shop().openServer());
      const { confirmation } = await host.call(name, examples[name].args);
      expectAskedAgain(await host.accept(name, args, confirmation), expected);
    },
  );
});
