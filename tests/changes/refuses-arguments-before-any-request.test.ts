/** Arguments that are refused unseen. */
import { describe, expect, test } from "bun:test";
import { type Name, NEW, rowsOf, STUB } from "./example-changes.ts";
import { hostOf } from "./json-rpc-host.ts";
import { shareScene } from "./scripted-shop.ts";

describe("arguments", () => {
  const scene = shareScene();
  const call = (name: Name, args: object) => hostOf(scene().open()).call(name, args);

  const noId = "expected an id as the shop writes it: up to 64 letters, digits and . _ : -";
  const none = (name: string) => `${name}: expected string, received undefined`;
  const blank = (name: string) => `${name}: expected string to have >=1 characters`;
  const long = (name: string, max: number) =>
    `${name}: expected string to have <=${max} characters`;
  const object = (name: string) => `${name}: expected string, received object`;
  const stray = (key: string) => `Unrecognized key: "${key}"`;
  const few = (name: string) => `${name}: expected array to have >=1 items`;
  const many = (name: string) => `${name}: expected array to have <=50 items`;
  const noReason = 'reason: expected one of "no_longer_needed"|"ordered_by_mistake"';
  const allGone = { order_id: undefined, reason: undefined };
  const proto: unknown = JSON.parse(
    '{"item_id":"a","new_item_id":"b","__proto__":{"isAdmin":true}}',
  );
  const inOne = { line1: undefined, city: undefined, postcode: undefined, address: NEW };

  const unseen = rowsOf({
    cancel_order: [
      ["an unknown reason", { reason: "bored" }, noReason],
      ["a reason in capitals", { reason: "NO_LONGER_NEEDED" }, noReason],
      ["a list of reasons", { reason: ["no_longer_needed"] }, noReason],
      ["nothing", allGone, `${none("order_id")}; ${noReason}`],
      ["null", { order_id: null }, "order_id: expected string, received null"],
      ["an order above its folder", { order_id: "../1054" }, `order_id: ${noId}`],
      ["an order with a query", { order_id: "1054?force=1" }, `order_id: ${noId}`],
      ["an order with a line break", { order_id: "1054\r\nX: y" }, `order_id: ${noId}`],
      ["an order of two signs", { order_id: "##1054" }, `order_id: ${noId}`],
      ["an order beyond all numbers", { order_id: 1e300 }, `order_id: ${noId}`],
      ["an order that is an object", { order_id: { $ne: 1 } }, object("order_id")],
      ["an order that is true", { order_id: true }, "order_id: expected string, received boolean"],
      ["an argument that is none", { force: true }, stray("force")],
      ["a key of every object", { constructor: 1 }, stray("constructor")],
      ["a confirmation that is an object", { confirmation: {} }, object("confirmation")],
    ],
    change_order_address: [
      ["no postcode", { postcode: undefined }, none("postcode")],
      ["a postcode that is null", { postcode: null }, "postcode: expected string, received null"],
      [
        "all in one object",
        inOne,
        `${["line1", "city", "postcode"].map(none).join("; ")}; ${stray("address")}`,
      ],
    ],
    change_order_items: [
      ["an empty list", { items: [] }, few("items")],
      ["51 items", { items: Array(51).fill(STUB) }, many("items")],
      ["words", { items: ["sparrow"] }, "items.0: expected object, received string"],
      ["a text that is no JSON", { items: "[{oops" }, "items: expected array, received string"],
      ["a list in the list", { items: [[STUB]] }, "items.0: expected object, received array"],
      ["a list of null", { items: [null] }, "items.0: expected object, received null"],
      ["half an item", { items: [{ item_id: "a" }] }, none("items.0.new_item_id")],
      ["an item in an item", { items: [{ ...STUB, item_id: STUB }] }, object("items.0.item_id")],
      ["a price of its own", { items: [{ ...STUB, price: "0.01" }] }, `items.0: ${stray("price")}`],
    ],
    change_order_payment: [
      ["a path", { payment_method_id: "mia/../x" }, `payment_method_id: ${noId}`],
    ],
    return_items: [
      ["an empty list", { item_ids: [] }, few("item_ids")],
      ["51 items", { item_ids: Array(51).fill("ink-sepia") }, many("item_ids")],
      ["lists", { item_ids: [["ink-sepia"]] }, "item_ids.0: expected string, received array"],
    ],
    exchange_items: [["a prototype", { items: [proto] }, `items.0: ${stray("__proto__")}`]],
    change_customer_address: [
      ["a blank postcode", { postcode: " \n " }, blank("postcode")],
      ["a street of 201 letters", { line1: "x".repeat(201) }, long("line1", 200)],
    ],
    contact_support: [
      ["a message of 5,000 letters", { message: "x".repeat(5000) }, long("message", 4000)],
      ["a blank message", { message: "\n\n" }, blank("message")],
      ["a subject of 201 letters", { subject: "x".repeat(201) }, long("subject", 200)],
      ["a recipient", { to: "all@shop.test" }, stray("to")],
    ],
  });
  test.each(unseen)("of $name refused unseen: $what", async ({ name, args, words }) => {
    const asked = scene().noted.length;
    const said = await call(name, args);
    expect(said.words).toBe(`${name} was not called: ${words}. Correct this and call it again.`);
    expect(said.isError).toBe(true);
    expect(scene().noted.length).toBe(asked);
  });
});
