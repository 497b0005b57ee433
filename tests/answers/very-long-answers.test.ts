/** Of an answer of a mebibyte only the beginning is looked at, whatever its shape, and that is said. */
import { expect, test } from "bun:test";
import { endpoints } from "../../shop/contract.ts";
import { normalizeAnswer, parseJson } from "../../shop/json.ts";
import { collectNotes, Notes } from "../../shop/notes.ts";
import { textOf } from "../harness/lanes.ts";
import { openShopWithOneAnswer } from "./shop-with-one-answer.ts";
import { fill, veryLongAnswers } from "./very-long-answers.ts";

const { callWithText } = await openShopWithOneAnswer();
const CUT = "The shop's answer is very long, and only its beginning was read.";

test.each(veryLongAnswers)("%s are read to the cut, which is noted", (_, endpoint, text, isCut) => {
  const notes = new Notes();
  collectNotes(notes, () =>
    endpoints[endpoint].answer.safeParse(
      normalizeAnswer(parseJson(text)?.value, "http://shop.test", "EUR"),
    ),
  );
  expect(notes.list().includes(CUT)).toBe(isCut);
});

test.each([["350,000 rows of {}", `[${fill("{}")}]`]])(
  "list_orders answers %s in words",
  async (_, text) => {
    const result = await callWithText("list_orders", {}, text);
    expect(textOf(result)).toContain("or has too many parts or too many different fields");
  },
);

test("the rows before the cut are told, with a note", async () => {
  const text = `[${fill('{"id":1,"status":"shipped"}')}]`;
  const result = await callWithText("list_orders", { limit: 2 }, text);
  expect(result.structuredContent).toMatchObject({
    orders: [{ order_id: "1" }], // each is the same
    notes: expect.arrayContaining([CUT]),
  });
});
