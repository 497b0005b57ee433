/** Each fault reaches the server as it should: some are retried, some end the call with their own error. */
import { afterAll, expect, test } from "bun:test";
import { openMock } from "../harness/backends.ts";
import { useFakeClock } from "../harness/clock.ts";
import { play } from "../harness/play.ts";
import {
  call,
  endless,
  fault,
  garbage,
  gzipBomb,
  hang,
  htmlPage,
  passThrough,
  reset,
  resetUnread,
  respondWith,
  slow,
  status,
  type Step,
  truncated,
} from "../harness/story.ts";
import { asMia, failureOf, shippedOrder, STATUS_LINE } from "./example-steps.ts";

const mock = openMock();
afterAll(mock.stop);

test.each<[string, Step]>([
  ["status", fault("GET /api/orders/:id/status/", [status(503, { "Retry-After": "2" })])],
  ["page", fault("GET /api/orders/:id/status/", [htmlPage(502)])],
  ["hang", fault("GET /api/orders/:id/status/", [hang()])],
  ["slow", fault("GET /api/orders/:id/status/", [slow(2), passThrough()])],
  ["reset", fault("GET /api/orders/:id/status/", [reset()])],
  ["resetUnread", fault("GET /api/orders/:id/status/", [resetUnread()])],
  ["truncated", fault("GET /api/orders/:id/status/", [truncated()])],
])("get_order_status is retried after %s", async (_, faulty) => {
  const getStatus = call("get_order_status", shippedOrder);
  const twice = asMia(faulty, getStatus, getStatus);
  const { turns } = await play(twice, "memory-modern", mock);
  expect(
    turns.map(({ structured }) => (structured as { status: string } | undefined)?.status),
  ).toEqual([undefined, "shipped", "shipped"]);
});

test.each<[string, Step, RegExp]>([
  ["endless", fault("GET /api/orders/:id/status/", [endless()]), /exceeds 1 MiB/],
  ["gzipBomb", fault("GET /api/orders/:id/status/", [gzipBomb()]), /exceeds 1 MiB/],
  ["garbage", fault("GET /api/orders/:id/status/", [garbage()]), /other than JSON/],
  ["a page with 200", fault("GET /api/orders/:id/status/", [htmlPage(200)]), /other than JSON/],
  [
    "another shape",
    fault("GET /api/orders/:id/status/", [respondWith({ state: 1 })]),
    /status is missing or has another type/,
  ],
])("get_order_status fails in its own words after %s", async (_, faulty, expected) => {
  await play(
    asMia(
      faulty,
      call("get_order_status", shippedOrder, { fails: expected, sends: [STATUS_LINE] }),
    ),
    "memory-legacy",
    mock,
  );
});

test("a held clock gives up on work that never ends", async () => {
  const clock = useFakeClock();
  const never = clock.during(new Promise(() => {}));
  expect(await failureOf(never)).toMatch("nothing came of it in 120 s");
  clock.release();
});
