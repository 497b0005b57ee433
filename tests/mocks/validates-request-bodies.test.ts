/** The body of a write is validated field by field, as by a serializer of Django REST framework. @module */
import { describe, expect, test } from "bun:test";
import { readWorld } from "../../mocks/world.ts";
import type { endpoints } from "../../shop/contract.ts";
import {
  ADDRESS,
  BOUGHT,
  createTestShop,
  itemSwap,
  itemSwapsBody,
  PEN,
  requestLine,
  smallWorld,
} from "./setup.ts";

describe("the body of a write", () => {
  const required = ["This field is required."];
  const blank = ["This field may not be blank."];
  const isNull = ["This field may not be null."];
  const noString = ["Not a valid string."];
  const tooLong = (max: number) => [`Ensure this field has no more than ${max} characters.`];
  const asWhole = (sentence: string) => ({ non_field_errors: [sentence] });
  const noDict = (type: string) => asWhole(`Invalid data. Expected a dictionary, but got ${type}.`);
  const noList = (type: string) => asWhole(`Expected a list of items but got type "${type}".`);
  const noReason = (reason: string) => ({ reason: [`"${reason}" is not a valid choice.`] });
  const inItem = (problem: object) => ({ items: { 0: problem }, payment_method_id: required });

  test.each<[keyof typeof endpoints, string, object]>([
    ["cancelOrder", "", { reason: required }],
    ["cancelOrder", "null", asWhole("No data provided")],
    ["cancelOrder", "[]", noDict("list")],
    ["cancelOrder", '"x"', noDict("str")],
    ["cancelOrder", "1", noDict("int")],
    ["cancelOrder", "1e2", noDict("float")],
    ["cancelOrder", "true", noDict("bool")],
    ["cancelOrder", '{"reason": null}', { reason: isNull }],
    ["cancelOrder", '{"reason": ""}', noReason("")],
    ["cancelOrder", '{"reason": " no_longer_needed"}', noReason(" no_longer_needed")],
    ["cancelOrder", '{"reason": -0}', noReason("0")],
    ["cancelOrder", '{"reason": 10000000000000000000001}', noReason("10000000000000000000001")],
    ["cancelOrder", '{"reason": 1E16}', noReason("1e+16")],
    ["cancelOrder", '{"reason": 123456789012345.0}', noReason("123456789012345.0")],
    ["cancelOrder", '{"reason": 0.00001}', noReason("1e-05")],
    ["cancelOrder", '{"reason": -0.0}', noReason("-0.0")],
    ["cancelOrder", '{"reason": -1e999}', noReason("-inf")],
    [
      "cancelOrder",
      '{"reason": {"a": [null, true, 1.50, "it\'s", "\\"\'", "\\n\\u0000\\u200b\\\\", false]}}',
      noReason(`{'a': [None, True, 1.5, "it's", '"\\'', '\\n\\x00\\u200b\\\\', False]}`),
    ],

    ["changeOrderAddress", "{}", { address: required }],
    ["changeOrderAddress", '{"address": null}', { address: isNull }],
    ["changeOrderAddress", '{"address": "x"}', { address: noDict("str") }],
    [
      "changeOrderAddress",
      '{"address": {}}',
      { address: { line1: required, city: required, postcode: required, country: required } },
    ],
    [
      "changeCustomerAddress",
      '{"address": {"line1": " ", "line2": null, "city": true, "state": [], "postcode": {}, "country": null}}',
      {
        address: {
          line1: blank,
          line2: isNull,
          city: noString,
          state: noString,
          postcode: noString,
          country: isNull,
        },
      },
    ],
    [
      "changeOrderAddress",
      JSON.stringify({
        address: {
          ...ADDRESS,
          line1: "é".repeat(201),
          state: "\0",
          city: `\ud800${"x".repeat(200)}\0`,
        },
      }),
      {
        address: {
          line1: tooLong(200),
          city: [
            ...tooLong(200),
            "Null characters are not allowed.",
            "Surrogate characters are not allowed: U+D800.",
          ],
          state: ["Null characters are not allowed."],
        },
      },
    ],

    ["changeOrderItems", "{}", { items: required, payment_method_id: required }],
    [
      "changeOrderItems",
      '{"items": null, "payment_method_id": null}',
      { items: isNull, payment_method_id: isNull },
    ],
    ["changeOrderItems", '{"items": {}}', { items: noList("dict"), payment_method_id: required }],
    [
      "returnItems",
      '{"items": []}',
      { items: asWhole("This list may not be empty."), payment_method_id: required },
    ],
    [
      "exchangeItems",
      JSON.stringify(itemSwapsBody("card", ...Array(101).fill(1))),
      { items: asWhole("Ensure this field has no more than 100 elements.") },
    ],
    [
      "changeOrderItems",
      '{"items": [{"item_id": "a", "new_item_id": "b"}, {"item_id": "a"}, null, 7, {"item_id": "b", "new_item_id": "a"}], "payment_method_id": "x"}',
      { items: { 1: { new_item_id: required }, 2: isNull, 3: noDict("int") } },
    ],
    [
      "returnItems",
      JSON.stringify({ items: [{ item_id: "x".repeat(129) }] }),
      inItem({ item_id: tooLong(128) }),
    ],

    ["contactSupport", "{}", { subject: required, message: required }],
    [
      "contactSupport",
      JSON.stringify({ subject: "x".repeat(201), message: "x".repeat(4001), order_id: "" }),
      { subject: tooLong(200), message: tooLong(4000), order_id: blank },
    ],
  ])("of %s that is %s is refused field by field", async (name, body, refusal) => {
    const { send, world } = createTestShop();
    const id =
      { returnItems: "delivered", exchangeItems: "delivered", changeCustomerAddress: "me" }[
        name as string
      ] ?? "new";
    const answer = await send(requestLine(name, id), { body });
    expect([answer.status, answer.text]).toEqual([400, JSON.stringify(refusal)]);
    expect(world()).toStrictEqual(smallWorld);
  });

  test("is trimmed, may hold numbers and unknown fields, and may leave out optional ones", async () => {
    const { send, world } = createTestShop();
    const body =
      '{"address": {"line1": " \\u00a0é ", "city": 7, "postcode": 9000.0, "country": "\\ud83d\\ude00", "planet": 1}}';
    expect((await send(requestLine("changeCustomerAddress", "me"), { body })).status).toBe(200);
    expect(JSON.stringify(world().customers[0]?.address)).toBe(
      '{"line1":"é","line2":"","city":"7","state":"","postcode":"9000.0","country":"😀"}',
    );
  });

  test("may be as long as each limit allows", async () => {
    const { send } = createTestShop();
    const body = { subject: "é".repeat(200), message: "😀".repeat(4000) };
    expect((await send(requestLine("contactSupport", ""), { body })).status).toBe(201);
    const many = readWorld({
      ...smallWorld,
      orders: [{ order_id: "1", ...BOUGHT, items: Array(100).fill(PEN) }],
    });
    const items = Array(100).fill(itemSwap("pen", "quill"));
    expect(
      (
        await createTestShop(many).send(requestLine("changeOrderItems", "1"), {
          body: itemSwapsBody("card", ...items),
        })
      ).status,
    ).toBe(200);
  });
});
