/** Arguments that do not fit the schema are refused in words, before any request to the shop. */
import { describe, expect, test } from "bun:test";
import { FINE_TO_STUB, NEW_ADDRESS, rowsOf } from "./example-changes.ts";
import { hostFor } from "./json-rpc-host.ts";
import { shareScriptedShop } from "./scripted-shop.ts";

describe("arguments", () => {
  const shop = shareScriptedShop();

  const notAnId = "expected an id as the shop writes it: up to 128 letters, digits and . _ : ~ -";
  const INEXACT = "a number as long as this does not arrive exactly, send it as text";
  const missing = (name: string) => `${name}: expected string, received undefined`;
  const blank = (name: string) => `${name}: expected string to have >=1 characters`;
  const tooLong = (name: string, max: number) =>
    `${name}: expected string to have <=${max} characters`;
  const isObject = (name: string) => `${name}: expected string, received object`;
  const unknown = (name: string) => `unknown argument: ${name}`;
  const tooFew = (name: string) => `${name}: expected array to have >=1 items`;
  const tooMany = (name: string) => `${name}: expected array to have <=50 items`;
  const notAReason = 'reason: expected one of "no_longer_needed"|"ordered_by_mistake"';
  const nothing = { order_id: undefined, reason: undefined };
  const withPrototype: unknown = JSON.parse(
    '{"item_id":"a","new_item_id":"b","__proto__":{"isAdmin":true}}',
  );
  const nested = { line1: undefined, city: undefined, postcode: undefined, address: NEW_ADDRESS };

  const rejected = rowsOf({
    cancel_order: [
      ["an unknown reason", { reason: "bored" }, notAReason],
      ["a reason in capitals", { reason: "NO_LONGER_NEEDED" }, notAReason],
      ["a list of reasons", { reason: ["no_longer_needed"] }, notAReason],
      ["no arguments", nothing, `${missing("order_id")}; ${notAReason}`],
      ["an order id that is null", { order_id: null }, "order_id: expected string, received null"],
      ["an order id that leaves its path", { order_id: "../1054" }, `order_id: ${notAnId}`],
      ["an order id with a query", { order_id: "1054?force=1" }, `order_id: ${notAnId}`],
      ["an order id with a line break", { order_id: "1054\r\nX: y" }, `order_id: ${notAnId}`],
      ["an order id with two number signs", { order_id: "##1054" }, `order_id: ${notAnId}`],
      ["an order id of 1e300", { order_id: 1e300 }, `order_id: ${INEXACT}`],
      ["an order id that is an object", { order_id: { $ne: 1 } }, isObject("order_id")],
      [
        "an order id that is true",
        { order_id: true },
        "order_id: expected string, received boolean",
      ],
      ["a confirmation that is an object", { confirmation: {} }, isObject("confirmation")],
    ],
    change_order_address: [
      ["no postcode", { postcode: undefined }, missing("postcode")],
      ["a postcode that is null", { postcode: null }, "postcode: expected string, received null"],
      [
        "an address in an object of its own",
        nested,
        `${["line1", "city", "postcode"].map(missing).join("; ")}; ${unknown("address")}`,
      ],
    ],
    change_order_items: [
      ["an empty list", { items: [] }, tooFew("items")],
      ["51 items", { items: Array(51).fill(FINE_TO_STUB) }, tooMany("items")],
      [
        "items that are strings",
        { items: ["sparrow"] },
        "items.0: expected object, received string",
      ],
      ["a string that is not JSON", { items: "[{oops" }, "items: expected array, received string"],
      [
        "a list in the list",
        { items: [[FINE_TO_STUB]] },
        "items.0: expected object, received array",
      ],
      ["a list of null", { items: [null] }, "items.0: expected object, received null"],
      [
        "an item without its new item",
        { items: [{ item_id: "a" }] },
        missing("items.0.new_item_id"),
      ],
      [
        "an item in an item",
        { items: [{ ...FINE_TO_STUB, item_id: FINE_TO_STUB }] },
        isObject("items.0.item_id"),
      ],
      [
        "an item with a price",
        { items: [{ ...FINE_TO_STUB, price: "0.01" }] },
        `items.0: ${unknown("price")}`,
      ],
    ],
    change_order_payment: [
      [
        "a method id with a path",
        { payment_method_id: "mia/../x" },
        `payment_method_id: ${notAnId}`,
      ],
    ],
    return_items: [
      ["an empty list", { item_ids: [] }, tooFew("item_ids")],
      ["51 items", { item_ids: Array(51).fill("ink-sepia") }, tooMany("item_ids")],
      [
        "items that are lists",
        { item_ids: [["ink-sepia"]] },
        "item_ids.0: expected string, received array",
      ],
    ],
    exchange_items: [
      ["an item with a prototype", { items: [withPrototype] }, `items.0: ${unknown("__proto__")}`],
    ],
    change_customer_address: [
      ["a blank postcode", { postcode: " \n " }, blank("postcode")],
      ["a street of 201 letters", { line1: "x".repeat(201) }, tooLong("line1", 200)],
    ],
    contact_support: [
      ["a message of 5,000 letters", { message: "x".repeat(5000) }, tooLong("message", 4000)],
      ["a blank message", { message: "\n\n" }, blank("message")],
      ["a subject of 201 letters", { subject: "x".repeat(201) }, tooLong("subject", 200)],
    ],
  });
  test.each(rejected)(
    "$name refuses before any request: $what",
    async ({ name, args, expected }) => {
      const before = shop().requests.length;
      const reply = await hostFor(shop().openServer()).call(name, args);
      expect(reply.text).toBe(
        `${name} was not called: ${expected}. Correct this and call it again.`,
      );
      expect(reply.isError).toBe(true);
      expect(shop().requests.length).toBe(before);
    },
  );
});
