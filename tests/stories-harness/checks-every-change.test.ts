/** Every story fails on a change without a yes, without a key, or with the key of another change. */
import { afterAll, expect, test } from "bun:test";
import { inputRequired, inputResponse, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { endpoints } from "../../shop/contract.ts";
import type { Shop } from "../../server.ts";
import { openMock } from "../harness/backends.ts";
import { MEMORY_LANES } from "../harness/lanes.ts";
import { play } from "../harness/play.ts";
import { accept, call, callRaw, decline, type Step, story } from "../harness/story.ts";
import { asMia, cancelPen, failureOf } from "./example-steps.ts";

const mock = openMock();
afterAll(mock.stop);

type Keys = (string | undefined)[];
/**
 * A server that cancels order 1054 under these keys: before it asks, after a yes, after a no. With `confirmation`
 * it gives that code in place of a question.
 */
const careless =
  ({ unasked = [], agreed = [], refused = [] }: Record<string, Keys>, confirmation?: string) =>
  (shop: Shop) => {
    const server = new McpServer({ name: "careless", version: "1.0.0" });
    const cancelUnder = async (keys: Keys) => {
      for (const key of keys) {
        const change = key && { key, body: { reason: "no_longer_needed" } };
        const ids = { order_id: "1054" };
        await shop
          .request(endpoints.cancelOrder, { ids, ...(change && { change }) })
          .catch(() => {});
      }
    };
    const inputSchema = z.looseObject({});
    server.registerTool("cancel_order", { inputSchema }, async (args, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, "sure");
      const isByCode = "confirmation" in args;
      if (isByCode || answer.kind === "elicit") {
        const isYes = isByCode || (answer.kind === "elicit" && answer.action === "accept");
        await cancelUnder(isYes ? agreed : refused);
        return { content: [{ type: "text", text: "Well." }] };
      }
      await cancelUnder(unasked);
      if (confirmation) {
        const receipt = { outcome: "confirmation_needed", summary: "Sure?", confirmation };
        return { content: [{ type: "text", text: "Sure?" }], structuredContent: receipt };
      }
      const question = { message: "Sure?", requestedSchema: z.object({}) };
      return inputRequired({ inputRequests: { sure: inputRequired.elicit(question) } });
    });
    return server;
  };
const accepted = call("cancel_order", cancelPen, { asks: [/Sure/, accept()] });
const declined = call("cancel_order", cancelPen, { asks: [/Sure/, decline()] });
test.each<[string, ReturnType<typeof careless>, Step[], string]>([
  ["a change before the question", careless({ unasked: ["a"] }), [accepted], "nobody agreed to"],
  ["a change after a no", careless({ refused: ["a"] }), [declined], "nobody agreed to"],
  [
    "a change without a key",
    careless({ agreed: [undefined] }),
    [accepted],
    "without an Idempotency-Key",
  ],
  [
    "a new key for an attempt",
    careless({ agreed: ["a", "b"] }),
    [accepted],
    "one change under two keys",
  ],
  [
    "the key of another call",
    careless({ agreed: ["a"] }),
    [accepted, accepted],
    "two changes under one key",
  ],
  ["a code where a question was possible", careless({}, "code"), [accepted], "gave a code"],
])("a story fails on %s", async (_, serve, steps, expected) => {
  for (const lane of MEMORY_LANES)
    expect(await failureOf(play(asMia(...steps), lane, mock, serve))).toMatch(expected);
});
test("a story passes with attempts under one key, in one call or with one code", async () => {
  const serve = careless({ agreed: ["a", "a"] });
  const withCode = (confirmation: string) =>
    callRaw("cancel_order", { ...cancelPen, confirmation });
  const cannotAsk = { ...asMia(), elicitation: false } as const;
  await play(asMia(accepted), "memory-modern", mock, serve);
  await play({ ...cannotAsk, steps: [withCode("x"), withCode("x")] }, "memory-modern", mock, serve);
  const two = play(
    { ...cannotAsk, steps: [withCode("x"), withCode("y")] },
    "memory-modern",
    mock,
    serve,
  );
  expect(await failureOf(two)).toMatch("two changes under one key");
});
test("a story fails on a change that comes with a code before the user's yes", async () => {
  const byCode = story("a code", { as: "mia", elicitation: false }, [declined]);
  const hasty = careless({ unasked: ["a"] }, "code");
  expect(await failureOf(play(byCode, "memory-modern", mock, hasty))).toMatch("nobody agreed to");
});
