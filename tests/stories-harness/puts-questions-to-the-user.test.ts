/** Questions. */
import { afterAll, expect, test } from "bun:test";
import { inputRequired, inputResponse, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { openMock } from "../harness/backends.ts";
import { MEMORY_LANES } from "../harness/lanes.ts";
import { play } from "../harness/play.ts";
import { accept, call, decline, dismiss, type Step } from "../harness/story.ts";
import { cancels, failure, looks, mia, pen } from "./steps-and-failures.ts";

const mock = openMock();
afterAll(mock.stop);

/** A server that asks before it tells. */
function asking(): McpServer {
  const server = new McpServer({ name: "asking", version: "1.0.0" });
  const told = z.object({ name: z.string() });
  server.registerTool(
    "get_shop_info",
    { inputSchema: z.object({}), outputSchema: told },
    (_, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, "sure");
      if (answer.kind !== "elicit") {
        const sure = inputRequired.elicit({
          message: "Really tell?",
          requestedSchema: z.object({}),
        });
        return inputRequired({ inputRequests: { sure } });
      }
      if (answer.action === "accept")
        return { content: [{ type: "text", text: "Told." }], structuredContent: { name: "A" } };
      return { content: [{ type: "text", text: `Not told: ${answer.action}.` }], isError: true };
    },
  );
  return server;
}
test.each(MEMORY_LANES)("%s: questions reach the person, and the answer counts", async (lane) => {
  const told = mia(
    call("get_shop_info", {}, { asks: [/really/i, accept()], returns: { name: "A" } }),
    call("get_shop_info", {}, { asks: [/really/i, decline()], fails: /^Not told: decline/ }),
    call("get_shop_info", {}, { asks: [/really/i, dismiss()], fails: /^Not told: cancel/ }),
  );
  const { turns } = await play(told, lane, mock, asking);
  expect(
    turns.flatMap(({ questions }) => questions.map(({ text, answer }) => [text, answer])),
  ).toEqual([
    ["Really tell?", "accept"],
    ["Really tell?", "decline"],
    ["Really tell?", "dismiss"],
  ]);
  const untold = mia(call("get_shop_info", {}, { returns: { name: "A" } }));
  expect(await failure(play(untold, lane, mock, asking))).toMatch(
    /Not told|a question that the story does not tell of/,
  );
  const otherwise = mia(call("get_shop_info", {}, { asks: [/cancel order/, accept()] }));
  expect(await failure(play(otherwise, lane, mock, asking))).toMatch(
    "expected a question like /cancel order/, got Really tell?",
  );
});

test.each<[string, Step, RegExp]>([
  [
    "a question that the story does not tell of",
    call("cancel_order", pen),
    /a question that the story does not tell of: .*1054/,
  ],
  [
    "another question",
    call("cancel_order", pen, { asks: [/^Nothing/, decline()] }),
    /expected a question like \/\^Nothing\/, got .*1054/,
  ],
  [
    "another answer after a yes",
    call("cancel_order", pen, { asks: [/cancel/i, accept()], returns: { status: "pending" } }),
    /\$\.status: expected "pending", got "cancelled"/,
  ],
  [
    "one request too few before a no",
    call("cancel_order", pen, { asks: [/cancel/i, decline()], sends: [...looks, cancels] }),
    /expected the requests/,
  ],
])("where only a code can ask, %s fails the story, too", async (_, step, words) => {
  expect(await failure(play(mia(step), "http-legacy", mock))).toMatch(words);
});
