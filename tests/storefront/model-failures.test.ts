/** A model that does wrong: the page says so in words, nothing of the error gets there, and the shopper goes on. */
import { expect, test } from "bun:test";
import type { LanguageModelV4Prompt } from "@ai-sdk/provider";
import { APICallError } from "ai";
import { finish, modelOf, openStorefront, text, toolCall, wordsOf } from "./open-storefront.ts";

const KEY = "sk-not-to-be-seen";
const refused = (statusCode: number) => () =>
  Promise.reject(
    new APICallError({
      message: `${statusCode} with ${KEY}`,
      url: `https://model.example/?key=${KEY}`,
      requestBodyValues: {},
      statusCode,
      responseBody: KEY,
      isRetryable: false,
    }),
  );
/** A stream that begins, and says nothing more until it is given up. */
const silence = (first: ReturnType<typeof text>) => (signal?: AbortSignal) =>
  new ReadableStream({
    start(controller) {
      for (const part of first) controller.enqueue(part);
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
const broken = () =>
  new ReadableStream({
    start(controller) {
      for (const part of text("It is")) controller.enqueue(part);
      setImmediate(() => controller.error(new TypeError(`socket of ${KEY} closed`)));
    },
  });
const goesOn = [...text("Here I am again."), ...finish()];

test.each([
  ["refuses the key", [refused(401)], /does not accept this shop's key/],
  ["is asked too often", [refused(429)], /too much at the moment\. Try again in a minute/],
  ["is down", [refused(503)], /gives no answer at the moment/],
  [
    "cannot be reached",
    [() => Promise.reject(new TypeError(KEY))],
    /gives no answer at the moment/,
  ],
  ["says nothing", [silence([])], /took too long/],
  ["falls silent", [silence(text("It is"))], /It is \[The assistant took too long/],
  ["stops in the middle", [text("It is")], /It is \[The answer stopped in the middle/],
  ["breaks off", [broken], /It is \[The assistant's model gives no answer/],
  [
    "says an error",
    [[...text("It is"), { type: "error" as const, error: KEY }]],
    /It is \[.* no answer/,
  ],
  ["says nothing at all", [[]], /stopped in the middle|no answer/],
  ["is cut", [[...text("It is"), ...finish("length")]], /It is \[The answer was cut/],
  ["is filtered", [[...text("It is"), ...finish("content-filter")]], /did not want to go on/],
])(
  "a model that %s is said to do so, and the next message is answered",
  async (_, steps, words) => {
    const timeout = { firstChunkMs: 50, chunkMs: 50 };
    await using storefront = await openStorefront({ model: modelOf(...steps, goesOn), timeout });
    const mia = await storefront.signIn("mia");
    const failed = await mia.say("Where is order 1036?");
    expect(wordsOf(failed)).toMatch(words);
    expect(wordsOf(await mia.say("And now?"))).toBe("Here I am again.");
    expect(JSON.stringify(await mia.chat())).not.toContain(KEY);
  },
);

test("arguments that are no JSON are said to make no sense, and the model can do better", async () => {
  const model = modelOf(
    [...toolCall("get_order", '{"order_id": 10'), ...finish("tool-calls")],
    [...toolCall("get_order", { order_id: "1036" }), ...finish("tool-calls")],
    [...text("It is shipped."), ...finish()],
  );
  await using storefront = await openStorefront({ model });
  const mia = await storefront.signIn("mia");
  const answer = await mia.say("Where is order 1036?");
  expect(wordsOf(answer)).toBe(
    "[The assistant asked the shop for something that makes no sense.] It is shipped.",
  );
  const outputs = answer?.parts.filter(
    (part) => part.type === "dynamic-tool" && part.state === "output-available",
  );
  expect(outputs).toHaveLength(1);
});
test("arguments of another shape are refused by the server in words, for the model and the page", async () => {
  const model = modelOf(
    [...toolCall("get_order", { order_id: { $ne: "" } }), ...finish("tool-calls")],
    [...text("That was nonsense."), ...finish()],
  );
  await using storefront = await openStorefront({ model });
  const mia = await storefront.signIn("mia");
  const answer = await mia.say("Where is order 1036?");
  const [called] = answer?.parts.filter((part) => part.type === "dynamic-tool") ?? [];
  expect(called).toMatchObject({
    state: "output-available",
    output: { isError: true, text: expect.stringContaining("order_id") },
  });
  const [, prompt] = model.doStreamCalls.map((call) => JSON.stringify(call.prompt));
  expect(prompt).toContain('"error-text"');
});
test("a tool that is not there is said to be none of the shop's", async () => {
  const model = modelOf(
    [...toolCall("give_refund", { amount: 1000 }), ...finish("tool-calls")],
    [...text("I cannot do that."), ...finish()],
  );
  await using storefront = await openStorefront({ model });
  const mia = await storefront.signIn("mia");
  expect(wordsOf(await mia.say("Give me money"))).toBe(
    "[The assistant tried something that this shop does not offer.] I cannot do that.",
  );
});
test("a model that goes round in circles is stopped after eight steps, in words", async () => {
  const model = modelOf([
    ...toolCall("get_order_status", { order_id: "1036" }),
    ...finish("tool-calls"),
  ]);
  await using storefront = await openStorefront({ model });
  const mia = await storefront.signIn("mia");
  expect(wordsOf(await mia.say("Where is order 1036?"))).toMatch(/took too many steps/);
  expect(model.doStreamCalls).toHaveLength(8);
});

/** The calls of tools in a prompt that have no result, and those whose arguments are no object: providers refuse both. */
function illFormed(prompt: LanguageModelV4Prompt = []) {
  const calls = prompt.flatMap((message) =>
    message.role === "assistant" ? message.content.filter((part) => part.type === "tool-call") : [],
  );
  const results = prompt.flatMap((message) =>
    message.role === "tool" ? message.content.filter((part) => part.type === "tool-result") : [],
  );
  const answered = results.map(({ toolCallId }) => toolCallId);
  return calls.filter(
    ({ toolCallId, input }) =>
      !answered.includes(toolCallId) || typeof input !== "object" || input === null,
  );
}
test.each([
  ["breaks off behind a call", [...toolCall("get_order", { order_id: "1036" })]],
  [
    "breaks off within a call",
    [
      { type: "tool-input-start" as const, id: "1", toolName: "get_order" },
      { type: "tool-input-delta" as const, id: "1", delta: '{"order' },
    ],
  ],
  ["writes arguments that are no JSON", [...toolCall("get_order", "{"), ...finish("tool-calls")]],
  [
    "writes arguments that are no object",
    [...toolCall("get_order", "[1]"), ...finish("tool-calls")],
  ],
  ["calls what is not there", [...toolCall("give_refund", "1"), ...finish("tool-calls")]],
])("after a model that %s, the conversation is one that every provider takes", async (_, parts) => {
  const model = modelOf(parts, goesOn);
  await using storefront = await openStorefront({ model });
  const mia = await storefront.signIn("mia");
  await mia.say("Where is order 1036?");
  expect(wordsOf(await mia.say("And now?"))).toBe("Here I am again.");
  for (const { prompt } of model.doStreamCalls) expect(illFormed(prompt)).toEqual([]);
});
