/** Arguments as hosts write them, as the person reads them, and as they are sent. */
import { describe, expect, test } from "bun:test";
import { sends } from "../harness/story.ts";
import { CANCEL, MOVE, type Name, rowsOf, STUB, wishes } from "./example-changes.ts";
import { hostOf } from "./json-rpc-host.ts";
import { openScene, shareScene } from "./scripted-shop.ts";

describe("arguments", () => {
  const scene = shareScene();
  const call = (name: Name, args: object) => hostOf(scene().open()).call(name, args);

  const inText = JSON.stringify(STUB);
  const understood = rowsOf({
    cancel_order: [
      ["an order with its sign", { order_id: "#1054" }, ""],
      ["a number", { order_id: 1054 }, ""],
    ],
    change_order_address: [["null and nothing", { line2: null, state: "" }, ""]],
    change_order_items: [
      ["a list in a text", { items: `[${inText}]` }, ""],
      ["objects in texts", { items: [inText] }, ""],
      ["objects in texts, in a text", { items: JSON.stringify([inText]) }, ""],
    ],
    return_items: [
      ["ids in a text", { item_ids: '["ink-sepia"]' }, ""],
      ["white space and a sign", { item_ids: [" #ink-sepia\n"] }, ""],
    ],
    change_customer_address: [["an empty customer", { customer_id: "" }, ""]],
  });
  test.each(understood)("of $name as hosts write them: $what", async ({ name, args }) => {
    using scene = await openScene();
    expect((await hostOf(scene.open()).change(name, args)).isDone).toBe(true);
    expect(scene.writes().map(({ body }) => JSON.parse(body))).toEqual([wishes[name].body]);
  });

  test("with a postcode that is a number are understood", async () => {
    using scene = await openScene();
    await hostOf(scene.open()).change("change_order_address", { ...MOVE, postcode: 11451 });
    expect(scene.order()?.address.postcode).toBe("11451");
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
  )("of $name reach the shop as the person read them: $what", async ({ name, args }) => {
    using scene = await openScene();
    const host = hostOf(scene.open(), "elicitation");
    const { words, consent } = await host.call(name, args);
    expect((await host.accept(name, args, consent)).isDone).toBe(true);
    const [sent = "", ...others] = scene.writes().map(({ body }) => body);
    expect(others).toEqual([]);
    const texts: string[] = [];
    JSON.parse(sent, (_, value) => (typeof value === "string" ? texts.push(value) : value));
    expect(texts.filter((text) => !words.includes(text))).toEqual([]);
    expect(texts.join("")).not.toMatch(/[\p{C}--\n]/v);
  });

  test("about an order without end are asked in a question with one", async () => {
    const lines = Array(3000).fill({ item_id: "ink", name: "Ink".repeat(70) });
    scene().schedule("GET /api/orders/:id/", [sends({ order_id: 1054, status: "pending", lines })]);
    const { words } = await call("cancel_order", CANCEL);
    expect(words.length).toBeLessThan(10_000);
  });
});
