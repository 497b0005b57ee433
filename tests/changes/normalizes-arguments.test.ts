/** Arguments are normalized before the user is asked: the shop gets exactly what the user has read. */
import { describe, expect, test } from "bun:test";
import { respondWith } from "../harness/story.ts";
import { CANCEL, CHANGE_ADDRESS, examples, FINE_TO_STUB, rowsOf } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { openScriptedShop, shareScriptedShop } from "./scripted-shop.ts";

describe("arguments", () => {
  const shop = shareScriptedShop();

  const asText = JSON.stringify(FINE_TO_STUB);
  const understood = rowsOf({
    cancel_order: [
      ["an order id with its number sign", { order_id: "#1054" }, ""],
      ["an order id that is a number", { order_id: 1054 }, ""],
    ],
    change_order_address: [
      ["null and an empty string for optional parts", { line2: null, state: "" }, ""],
    ],
    change_order_items: [
      ["a list as JSON text", { items: `[${asText}]` }, ""],
      ["objects as JSON texts", { items: [asText] }, ""],
      ["objects as JSON texts, in a list as JSON text", { items: JSON.stringify([asText]) }, ""],
    ],
    return_items: [
      ["ids as JSON text", { item_ids: '["ink-sepia"]' }, ""],
      ["an id with white space and a number sign", { item_ids: [" #ink-sepia\n"] }, ""],
    ],
    change_customer_address: [["an empty customer id", { customer_id: "" }, ""]],
  });
  test.each(understood)("$name accepts $what", async ({ name, args }) => {
    using shop = await openScriptedShop();
    expect((await hostFor(shop.openServer()).callAndAccept(name, args)).isDone).toBe(true);
    expect(shop.writes().map(({ body }) => JSON.parse(body))).toEqual([examples[name].body]);
  });

  test("change_order_address accepts a postcode that is a number", async () => {
    using shop = await openScriptedShop();
    const args = { ...CHANGE_ADDRESS, postcode: 11451 };
    await hostFor(shop.openServer()).callAndAccept("change_order_address", args);
    expect(shop.order1054()?.address.postcode).toBe("11451");
  });

  const hidden = "to \u202erac\u202c\u200b \u0007bed\r\nBcc: all@shop.test\u{E0041}";
  test.each(
    rowsOf({
      change_order_address: [["line1", { line1: hidden }, ""]],
      change_customer_address: [["city", { city: hidden }, ""]],
      contact_support: [
        ["subject", { subject: hidden }, ""],
        ["message", { message: hidden }, ""],
      ],
    }),
  )("$name sends its $what as the user has read it", async ({ name, args }) => {
    using shop = await openScriptedShop();
    const host = hostFor(shop.openServer(), "elicitation");
    const { text: question, confirmation } = await host.call(name, args);
    expect((await host.accept(name, args, confirmation)).isDone).toBe(true);
    const [sent = "", ...others] = shop.writes().map(({ body }) => body);
    expect(others).toEqual([]);
    const texts: string[] = [];
    JSON.parse(sent, (_, value) => (typeof value === "string" ? texts.push(value) : value));
    const asked = question.replaceAll(" / ", "\n"); // the breaks of a message are seen, and form no line
    expect(texts.filter((text) => !asked.includes(text))).toEqual([]);
    expect(texts.join("")).not.toMatch(/[\p{C}--\n]/v);
  });

  test("cancel_order asks a question of bounded length about an order of 3,000 lines", async () => {
    const lines = Array(3000).fill({ item_id: "ink", name: "Ink".repeat(70) });
    shop().schedule("GET /api/orders/:id/", [
      respondWith({ order_id: 1054, status: "pending", lines }),
    ]);
    const { text } = await hostFor(shop().openServer()).call("cancel_order", CANCEL);
    expect(text.length).toBeLessThan(10_000);
  });
});
