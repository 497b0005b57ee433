/** The views against the server: they read what its schemas promise, and its sentences without a word lost. */
import { expect, test } from "bun:test";
import * as z from "zod";
import { tools } from "../../server.ts";
import { ASK_ANEW, ASK_FIRST } from "../../shop/change.ts";
import { hasView, isChange } from "../../ui/kinds.ts";
import { readResult, results } from "../../ui/results.ts";
import { readQuestion, readReceipt } from "../../ui/sentences.ts";

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  required?: string[];
  type?: string;
}
/** What a schema says of names and types: no descriptions, no values that a newer server may add to. */
function shapeOf({
  type,
  properties,
  items,
  additionalProperties: others,
  required,
}: Schema): unknown {
  return {
    type,
    ...(Object.keys(properties ?? {}).length > 0 && {
      required: (required ?? []).toSorted(),
      properties: Object.fromEntries(
        Object.entries(properties ?? {})
          .map(([name, one]): [string, unknown] => [name, shapeOf(one)])
          .toSorted(([one], [other]) => (one < other ? -1 : 1)),
      ),
    }),
    ...(items && { items: shapeOf(items) }),
    ...(typeof others === "object" && { others: shapeOf(others) }),
  };
}
const kinds: [keyof typeof results, keyof typeof tools][] = [
  ["products", "search_products"],
  ["product", "get_product"],
  ["orders", "list_orders"],
  ["order", "get_order"],
  ["orderStatus", "get_order_status"],
  ["shop", "get_shop_info"],
  ["receipt", "cancel_order"],
  ["receipt", "contact_support"],
];
test.each(kinds)("a view of %s reads the output schema of %s, field by field", (kind, tool) => {
  const promised = tools[tool].outputSchema["~standard"].jsonSchema.output({
    target: "draft-2020-12",
  });
  const read = z.toJSONSchema(results[kind], { io: "input" });
  const integer = (json: unknown) =>
    JSON.parse(JSON.stringify(json).replaceAll('"integer"', '"number"'));
  expect(integer(shapeOf(read as Schema))).toEqual(integer(shapeOf(promised as Schema)));
});
test("every tool that changes something has a view of changes, and no other tool has", () => {
  for (const [name, { isWrite }] of Object.entries(tools))
    expect([name, isChange(name)]).toEqual([name, isWrite]);
});
test("a tool without a view, and a name that every object has, are read as nothing", () => {
  expect(hasView("find_customer")).toBe(false);
  for (const name of ["find_customer", "constructor", "__proto__", ""])
    expect(readResult(name, {})).toBeUndefined();
});

test.each([ASK_FIRST, ASK_ANEW])(
  "a question is shown without %p, and with all the rest",
  (first) => {
    const rest = ["Cancel order 7?", 'Items: "Pen?"', "The shop works out the money."];
    expect(readQuestion([first, ...rest].join("\n"))).toEqual({
      asks: "Cancel order 7?",
      before: [],
      lines: rest.slice(1),
      isAgain: first === ASK_ANEW,
    });
  },
);
test("what comes before a question stays before it", () => {
  const { asks, before } = readQuestion(
    `Asked anew, since it has expired.\n${ASK_FIRST}\nCancel it?`,
  );
  expect({ asks, before }).toEqual({
    asks: "Cancel it?",
    before: ["Asked anew, since it has expired."],
  });
});
test("a sentence that only begins like the instruction is shown", () => {
  expect(readQuestion("Nothing is done yet. Pay 5?").asks).toBe("Nothing is done yet. Pay 5?");
});
test("a receipt is taken apart between sentences, never within quotes", () => {
  const summary =
    'Order A.1: cancelled. Refunded: 5.00 EUR to "Dr. No. Ltd. (x)". Its number is 7.';
  expect(readReceipt(summary)).toEqual([
    "Order A.1: cancelled.",
    'Refunded: 5.00 EUR to "Dr. No. Ltd. (x)".',
    "Its number is 7.",
  ]);
});
