/** A reader gives what `normalizeAnswer` and zod give, and notes what they note, whatever a shop sends. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Endpoint, endpoints } from "../../shop/contract.ts";
import { normalizeAnswer } from "../../shop/json.ts";
import { collectNotes, Notes } from "../../shop/notes.ts";
import { readAnswer } from "../../shop/reader.ts";
import { answersOf } from "./answers.ts";

const [baseUrl, currency] = ["https://shop.example/en", "CHF"];
const isObject = (sent: unknown): sent is object => Object(sent) === sent && !Array.isArray(sent);
/** Everything that can be seen of what was read, in its order. */
const seen = (result: { success: boolean; data?: unknown; error?: Error }, notes: Notes) => ({
  data: result.data,
  json: JSON.stringify(result.data),
  error: result.error?.message,
  notes: notes.list(),
});
function inSteps(endpoint: Endpoint, answer: unknown) {
  const notes = new Notes();
  notes.add("First.");
  const normal = collectNotes(notes, () => normalizeAnswer(answer, baseUrl, currency));
  return seen(
    collectNotes(notes, () => endpoint.answer.safeParse(normal)),
    notes,
  );
}
async function read(endpoint: Endpoint, answer: unknown) {
  const notes = new Notes();
  notes.add("First.");
  const result = readAnswer(endpoint, answer, { baseUrl, currency, length: 1, notes });
  return { atOnce: !(result instanceof Promise), ...seen(await result, notes) };
}

const names = [
  ...(["searchProducts", "product", "orderStatus", "order", "orders"] as const),
  ...(["customers", "customer", "shop", "contactSupport"] as const),
];
test.each(names)("what %s is answered", async (name) => {
  const endpoint: Endpoint = endpoints[name];
  const isPage = "limit" in endpoint.path.query;
  const [answers, rounds] = [answersOf(endpoint.answer), 2300];
  let atOnce = 0;
  await fc.assert(
    fc.asyncProperty(answers, async (sent) => {
      const answer = isPage && isObject(sent) ? { sent: 2, ...sent } : sent; // as `readPage` gives it
      const { atOnce: isAtOnce, ...found } = await read(endpoint, answer);
      atOnce += Number(isAtOnce);
      expect(found).toStrictEqual(inSteps(endpoint, answer));
    }),
    { seed: 13, numRuns: rounds },
  );
  expect(atOnce / rounds).toBeGreaterThan(0.25); // so that it is the reader that is tried
});
