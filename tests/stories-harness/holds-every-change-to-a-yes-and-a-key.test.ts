/** What every story is held to. */
import { afterAll, expect, test } from "bun:test";
import { inputRequired, inputResponse, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { endpoints, type Shop } from "../../server.ts";
import { openMock } from "../harness/backends.ts";
import { MEMORY_LANES } from "../harness/lanes.ts";
import { play } from "../harness/play.ts";
import { accept, call, callRaw, decline, type Step, story } from "../harness/story.ts";
import { failure, mia, pen } from "./steps-and-failures.ts";

const mock = openMock();
afterAll(mock.stop);

type Keys = (string | undefined)[];
/** A server that cancels order 1054 under these keys: before it asks, after a yes, after a no. */
const careless =
  ({ unasked = [], agreed = [], refused = [] }: Record<string, Keys>, confirmation?: string) =>
  (shop: Shop) => {
    const server = new McpServer({ name: "careless", version: "1.0.0" });
    const cancelUnder = async (keys: Keys) => {
      for (const key of keys) {
        const change = key && { key, body: { reason: "no_longer_needed" } };
        const ids = { order_id: "1054" };
        await shop.ask(endpoints.cancelOrder, { ids, ...(change && { change }) }).catch(() => {});
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
        const told = { outcome: "confirmation_needed", summary: "Sure?", confirmation };
        return { content: [{ type: "text", text: "Sure?" }], structuredContent: told };
      }
      const question = { message: "Sure?", requestedSchema: z.object({}) };
      return inputRequired({ inputRequests: { sure: inputRequired.elicit(question) } });
    });
    return server;
  };
const sure = call("cancel_order", pen, { asks: [/Sure/, accept()] });
const unsure = call("cancel_order", pen, { asks: [/Sure/, decline()] });
test.each<[string, ReturnType<typeof careless>, Step[], string]>([
  ["a change before the question", careless({ unasked: ["a"] }), [sure], "nobody agreed to"],
  ["a change after a no", careless({ refused: ["a"] }), [unsure], "nobody agreed to"],
  [
    "a change without a key",
    careless({ agreed: [undefined] }),
    [sure],
    "without an Idempotency-Key",
  ],
  [
    "a new key for an attempt",
    careless({ agreed: ["a", "b"] }),
    [sure],
    "one change under two keys",
  ],
  [
    "the key of another call",
    careless({ agreed: ["a"] }),
    [sure, sure],
    "two changes under one key",
  ],
  ["a code where a question could be put", careless({}, "code"), [sure], "gave a code"],
])("%s fails the story", async (_, serve, steps, words) => {
  for (const lane of MEMORY_LANES)
    expect(await failure(play(mia(...steps), lane, mock, serve))).toMatch(words);
});
test("attempts under one key pass, in one call or with one code", async () => {
  const serve = careless({ agreed: ["a", "a"] });
  const by = (confirmation: string) => callRaw("cancel_order", { ...pen, confirmation });
  const paper = { ...mia(), elicitation: false } as const;
  await play(mia(sure), "memory-modern", mock, serve);
  await play({ ...paper, steps: [by("x"), by("x")] }, "memory-modern", mock, serve);
  const two = play({ ...paper, steps: [by("x"), by("y")] }, "memory-modern", mock, serve);
  expect(await failure(two)).toMatch("two changes under one key");
});
test("a change that comes with a code before the person's yes fails the story", async () => {
  const told = story("a code", { as: "mia", elicitation: false }, [unsure]);
  const hasty = careless({ unasked: ["a"] }, "code");
  expect(await failure(play(told, "memory-modern", mock, hasty))).toMatch("nobody agreed to");
});
