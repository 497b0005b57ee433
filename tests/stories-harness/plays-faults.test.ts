/** Faults. */
import { afterAll, expect, test } from "bun:test";
import { openMock } from "../harness/backends.ts";
import { holdClock } from "../harness/clock.ts";
import { play } from "../harness/play.ts";
import {
  call,
  endless,
  fault,
  garbage,
  gzipBomb,
  hang,
  page,
  pass,
  reset,
  resetUnread,
  sends,
  slow,
  status,
  type Step,
  truncated,
} from "../harness/story.ts";
import { asked, failure, mia, order } from "./steps-and-failures.ts";

const mock = openMock();
afterAll(mock.stop);

test.each<[string, Step]>([
  ["status", fault("GET /api/orders/:id/status/", [status(503, { "Retry-After": "2" })])],
  ["page", fault("GET /api/orders/:id/status/", [page(502)])],
  ["hang", fault("GET /api/orders/:id/status/", [hang()])],
  ["slow", fault("GET /api/orders/:id/status/", [slow(2), pass()])],
  ["reset", fault("GET /api/orders/:id/status/", [reset()])],
  ["resetUnread", fault("GET /api/orders/:id/status/", [resetUnread()])],
  ["truncated", fault("GET /api/orders/:id/status/", [truncated()])],
])("after %s the server tries again and answers", async (_, stumble) => {
  const told = mia(stumble, call("get_order_status", order), call("get_order_status", order));
  const { turns } = await play(told, "memory-modern", mock);
  expect(
    turns.map(({ structured }) => (structured as { status: string } | undefined)?.status),
  ).toEqual([undefined, "shipped", "shipped"]);
});

test.each<[string, Step, RegExp]>([
  ["endless", fault("GET /api/orders/:id/status/", [endless()]), /larger than 1 MiB/],
  ["gzipBomb", fault("GET /api/orders/:id/status/", [gzipBomb()]), /larger than 1 MiB/],
  ["garbage", fault("GET /api/orders/:id/status/", [garbage()]), /not JSON/],
  ["a page with 200", fault("GET /api/orders/:id/status/", [page(200)]), /not JSON/],
  [
    "another shape",
    fault("GET /api/orders/:id/status/", [sends({ state: 1 })]),
    /status is missing or of another type/,
  ],
])("after %s the server says why it has no answer", async (_, stumble, words) => {
  await play(
    mia(stumble, call("get_order_status", order, { fails: words, sends: [asked] })),
    "memory-legacy",
    mock,
  );
});

test("held time has an end", async () => {
  const clock = holdClock();
  const never = clock.during(new Promise(() => {}));
  expect(await failure(never)).toMatch("nothing came of it in 120 s");
  clock.release();
});
