/** Progress, notifications, and what a host gives up on. */
import { afterAll, expect, test } from "bun:test";
import { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { openMock } from "../harness/backends.ts";
import { MEMORY_LANES } from "../harness/lanes.ts";
import { play } from "../harness/play.ts";
import { accept, call, cancel, ends, fault, hang, wait } from "../harness/story.ts";
import { cancelling, cancels, failure, looks, mia, pen } from "./steps-and-failures.ts";

const mock = openMock();
afterAll(mock.stop);

test("what a host gives up on after the person's yes is waited for, as long as the story tells of it", async () => {
  const sends = [...looks, ...looks, cancels, cancels];
  const told = mia(
    fault(cancelling, [hang()]),
    cancel("cancel_order", pen, { asks: [/cancel/i, accept()], sends }),
    ends(({ orders }) =>
      orders.some(({ order_id, status }) => order_id === "1054" && status === "cancelled"),
    ),
  );
  const more = mia(cancel("cancel_order", pen, { asks: [/cancel/i, accept()], sends }));
  expect(await failure(play(more, "memory-modern", mock))).toMatch("expected the requests");
  await play(told, "memory-legacy", mock);
  await play(told, "memory-modern", mock);
});

/** A server that speaks while it works. */
function talking(): McpServer {
  const server = new McpServer(
    { name: "talking", version: "1.0.0" },
    { capabilities: { resources: { listChanged: true } } },
  );
  server.registerTool("get_shop_info", { inputSchema: z.object({}) }, async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const [nth, message] of ["Packing", "Sending"].entries())
      if (progressToken !== undefined)
        await mcpReq.notify({
          method: "notifications/progress",
          params: { progressToken, progress: nth + 1, total: 2, message },
        });
    if (server.isConnected()) server.sendResourceListChanged();
    return { content: [{ type: "text", text: "Done." }] };
  });
  return server;
}
test.each(MEMORY_LANES)("%s: progress is heard, by the step that asks for it", async (lane) => {
  const heard = mia(
    call("get_shop_info", {}, { progress: [/^1\/2 Packing$/, /Sending/] }),
    call("get_shop_info", {}),
  );
  await play(heard, lane, mock, talking);
  const less = mia(call("get_shop_info", {}, { progress: [/Packing/] }));
  expect(await failure(play(less, lane, mock, talking))).toMatch(
    "expected progress like /Packing/, got 1/2 Packing, 2/2 Sending",
  );
});
test("a host waits for a notification, and not for ever", async () => {
  const heard = mia(call("get_shop_info", {}), wait("notifications/resources/list_changed"));
  await play(heard, "memory-legacy", mock, talking);
  const unheard = mia(wait("notifications/resources/list_changed"));
  expect(await failure(play(unheard, "memory-legacy", mock, talking))).toMatch(
    "list_changed in 5 s",
  );
});
