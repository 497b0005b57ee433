/** The doctor gets two thirds of the shipped module by itself, and states nothing that is wrong. */
import { expect, test } from "bun:test";
import { scoreSuggestion } from "../score-suggestion.ts";

test("a suggestion has at least two thirds of the shipped module, and nothing false", async () => {
  const { share, wrong } = await scoreSuggestion("dialects/salesman.ts", "mia");
  expect(wrong).toEqual([]);
  expect(share).toBeGreaterThan(2 / 3);
}, 60_000);
