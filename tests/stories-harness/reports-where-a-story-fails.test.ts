/** The words that say where a story fails. */
import { afterAll, expect, test } from "bun:test";
import { openMock } from "../harness/backends.ts";
import { play } from "../harness/play.ts";
import { call, say } from "../harness/story.ts";
import { failure, mia, order } from "./steps-and-failures.ts";

const mock = openMock();
afterAll(mock.stop);

test("the report names story, lane, backend, step, what was given, and the requests", async () => {
  const steps = [say("Hi."), call("get_order_status", order, { returns: { status: "pending" } })];
  const playing = play(mia(...steps), "memory-legacy", mock);
  expect(await failure(playing)).toMatch(`"a test of the harness"  on memory-legacy, mock
step 2 of 2: call get_order_status
with {
  order_id: "1036",
}

$.status: expected "pending", got "shipped"

requests of this step:
  GET /api/orders/1036/status/  200
run it alone: bun run stories "a test of the harness" --lane memory-legacy --backend mock`);
});

test.each(["stdio-legacy", "stdio-modern"] as const)(
  "%s: the report has what the server said on stderr",
  async (lane) => {
    const wrong = mia(call("get_order_status", order, { returns: { status: "pending" } }));
    expect(await failure(play(wrong, lane, mock))).toMatch(
      /the server's stderr:\n {2}django-shop-mcp: \d+ tools for http/,
    );
  },
);
