/** A failing step is reported with everything that is needed to find and replay it. */
import { afterAll, expect, test } from "bun:test";
import { openMock } from "../harness/backends.ts";
import { play } from "../harness/play.ts";
import { call, save, say, story, use } from "../harness/story.ts";
import { asMia, cancelPen, failureOf, shippedOrder } from "./example-steps.ts";

const mock = openMock();
afterAll(mock.stop);

test("a failing step is reported with story, lane, backend, step, arguments and requests", async () => {
  const steps = [
    say("Hi."),
    call("get_order_status", shippedOrder, { returns: { status: "pending" } }),
  ];
  const playing = play(asMia(...steps), "memory-legacy", mock);
  expect(await failureOf(playing)).toMatch(`"a test of the harness"  on memory-legacy, mock
step 2 of 2: call get_order_status
with {"order_id":"1036"}

$.status: expected "pending", got "shipped"

requests of this step:
  GET /api/orders/1036/status/  200
run it alone: bun run stories "a test of the harness" --lane memory-legacy --backend mock`);
});

test.each(["stdio-legacy", "stdio-modern"] as const)(
  "%s: a failing step is reported with the server's stderr",
  async (lane) => {
    const wrong = asMia(call("get_order_status", shippedOrder, { returns: { status: "pending" } }));
    expect(await failureOf(play(wrong, lane, mock))).toMatch(
      /the server's stderr:\n {2}django-shop-mcp: \d+ tools for http/,
    );
  },
);

test("no report holds a confirmation code, which others could use", async () => {
  const code = { ...cancelPen, confirmation: use("code") };
  const byCode = story("a yes on paper", { as: "mia", elicitation: false }, [
    call("cancel_order", cancelPen, { returns: { confirmation: save("code") } }),
    call(
      "cancel_order",
      { ...code, reason: "ordered_by_mistake" },
      { returns: { outcome: "done" } },
    ),
  ]);
  const report = await failureOf(play(byCode, "memory-modern", mock));
  expect(report).toContain('"confirmation": "…"');
  expect(report).not.toMatch(/confirmation[\\": ]+[\w.-]{20}/);
});
