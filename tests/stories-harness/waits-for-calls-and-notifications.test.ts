/** A story waits for what comes after or beside an answer: abandoned calls, progress, notifications. */
import { afterAll, expect, test } from "bun:test";
import { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { createServer, type Shop } from "../../server.ts";
import { openMock } from "../harness/backends.ts";
import { MEMORY_LANES } from "../harness/lanes.ts";
import { play } from "../harness/play.ts";
import {
  accept,
  call,
  abortCall,
  expectWorld,
  fault,
  hang,
  hears,
  listens,
  outOfBand,
} from "../harness/story.ts";
import {
  asMia,
  CANCEL_LINE,
  CANCEL_ROUTE,
  cancelPen,
  failureOf,
  READ_LINES,
} from "./example-steps.ts";

const mock = openMock();
afterAll(mock.stop);

test("cancel waits for the requests in sends after the host gives up", async () => {
  const sends = [...READ_LINES, CANCEL_LINE, CANCEL_LINE];
  const expected = asMia(
    fault(CANCEL_ROUTE, [hang()]),
    abortCall("cancel_order", cancelPen, { asks: [/cancel/i, accept()], sends }),
    expectWorld(({ orders }) =>
      orders.some(({ order_id, status }) => order_id === "1054" && status === "cancelled"),
    ),
  );
  const tooMany = asMia(
    abortCall("cancel_order", cancelPen, { asks: [/cancel/i, accept()], sends }),
  );
  expect(await failureOf(play(tooMany, "memory-modern", mock))).toMatch("expected the requests");
  await play(expected, "memory-legacy", mock);
  await play(expected, "memory-modern", mock);
});

/** A server that sends progress while its tool works. */
function notifyingServer(): McpServer {
  const server = new McpServer(
    { name: "talking", version: "1.0.0" },
    { capabilities: { tools: {} } },
  );
  server.registerTool("get_shop_info", { inputSchema: z.object({}) }, async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const [nth, message] of ["Packing", "Sending"].entries())
      if (progressToken !== undefined)
        await mcpReq.notify({
          method: "notifications/progress",
          params: { progressToken, progress: nth + 1, total: 2, message },
        });
    return { content: [{ type: "text", text: "Done." }] };
  });
  return server;
}
test.each(MEMORY_LANES)("%s: progress is compared in the step that expects it", async (lane) => {
  const received = asMia(
    call("get_shop_info", {}, { progress: [/^1\/2 Packing$/, /Sending/] }),
    call("get_shop_info", {}),
  );
  await play(received, lane, mock, notifyingServer);
  const less = asMia(call("get_shop_info", {}, { progress: [/Packing/] }));
  expect(await failureOf(play(less, lane, mock, notifyingServer))).toMatch(
    "expected progress like /Packing/, got 1/2 Packing, 2/2 Sending",
  );
});

const ORDER = "shop://orders/1054";
const cancelElsewhere = outOfBand(
  "staff",
  "POST /api/orders/:id/cancel/",
  { id: "1054" },
  { reason: "ordered_by_mistake" },
);
test.each(MEMORY_LANES)("%s: hears fails where nothing has changed, for 5 s", async (lane) => {
  const heard = asMia(listens(ORDER), cancelElsewhere, hears(ORDER));
  await play({ ...heard, changes: "told" }, lane, mock);
  const silent = { ...asMia(listens(ORDER), hears(ORDER)), changes: "told" as const };
  expect(await failureOf(play(silent, lane, mock))).toMatch(`nothing was heard of ${ORDER} in 5 s`);
});
test("hears fails where the host hears of what it does not listen to", async () => {
  const base = asMia(listens(ORDER), listens("shop://orders/1049"), cancelElsewhere, hears(ORDER));
  const stray = { ...base, changes: "told" as const };
  /** Says of any order that another one has changed. */
  const serve = (shop: Shop) => {
    const server = createServer(shop);
    const { sendResourceUpdated } = server.server;
    server.server.sendResourceUpdated = (params) =>
      sendResourceUpdated.call(server.server, { ...params, uri: "shop://orders/1055" });
    return server;
  };
  expect(await failureOf(play(stray, "memory-legacy", mock, serve))).toMatch(
    "the host hears of shop://orders/1055, to which it does not listen",
  );
});
