/** Questions reach the user of a story on every lane, and a story fails when it expects another question or none. */
import { afterAll, expect, test } from "bun:test";
import { inputRequired, inputResponse, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { openMock } from "../harness/backends.ts";
import { MEMORY_LANES } from "../harness/lanes.ts";
import { play } from "../harness/play.ts";
import { accept, call, decline, dismiss, type Step } from "../harness/story.ts";
import { asMia, CANCEL_LINE, cancelPen, failureOf, READ_LINES } from "./example-steps.ts";

const mock = openMock();
afterAll(mock.stop);

/** A server whose only tool asks before it answers. */
function askingServer(): McpServer {
  const server = new McpServer({ name: "asking", version: "1.0.0" });
  const output = z.object({ name: z.string() });
  server.registerTool(
    "get_shop_info",
    { inputSchema: z.object({}), outputSchema: output },
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
test.each(MEMORY_LANES)(
  "%s: asks compares the question, and its answer reaches the server",
  async (lane) => {
    const expected = asMia(
      call("get_shop_info", {}, { asks: [/really/i, accept()], returns: { name: "A" } }),
      call("get_shop_info", {}, { asks: [/really/i, decline()], fails: /^Not told: decline/ }),
      call("get_shop_info", {}, { asks: [/really/i, dismiss()], fails: /^Not told: cancel/ }),
    );
    const { turns } = await play(expected, lane, mock, askingServer);
    expect(
      turns.flatMap(({ questions }) => questions.map(({ text, answer }) => [text, answer])),
    ).toEqual([
      ["Really tell?", "accept"],
      ["Really tell?", "decline"],
      ["Really tell?", "dismiss"],
    ]);
    const unexpected = asMia(call("get_shop_info", {}, { returns: { name: "A" } }));
    expect(await failureOf(play(unexpected, lane, mock, askingServer))).toMatch(
      /Not told|a question that the story does not tell of/,
    );
    const other = asMia(call("get_shop_info", {}, { asks: [/cancel order/, accept()] }));
    expect(await failureOf(play(other, lane, mock, askingServer))).toMatch(
      "expected a question like /cancel order/, got Really tell?",
    );
  },
);

test.each<[string, Step, RegExp]>([
  [
    "a question that the story does not expect",
    call("cancel_order", cancelPen),
    /a question that the story does not tell of: .*1054/,
  ],
  [
    "another question",
    call("cancel_order", cancelPen, { asks: [/^Nothing/, decline()] }),
    /expected a question like \/\^Nothing\/, got .*1054/,
  ],
  [
    "another answer after a yes",
    call("cancel_order", cancelPen, {
      asks: [/cancel/i, accept()],
      returns: { status: "pending" },
    }),
    /\$\.status: expected "pending", got "cancelled"/,
  ],
  [
    "one request too few before a no",
    call("cancel_order", cancelPen, {
      asks: [/cancel/i, decline()],
      sends: [...READ_LINES, CANCEL_LINE],
    }),
    /expected the requests/,
  ],
])("a story fails on %s where only a code can ask", async (_, step, expected) => {
  expect(await failureOf(play(asMia(step), "http-code", mock))).toMatch(expected);
});
