/** Lanes and worlds. */
import { afterAll, expect, test } from "bun:test";
import { readWorld, seed } from "../../mocks/world.ts";
import { openMock } from "../harness/backends.ts";
import { LANES } from "../harness/lanes.ts";
import { disagreement, needsClock, play } from "../harness/play.ts";
import { accept, call } from "../harness/story.ts";
import { changeOfMind } from "./change-of-mind.ts";
import { mia, order, pen } from "./steps-and-failures.ts";

const mock = openMock();
afterAll(mock.stop);

test("a lane that tells another story is found out", async () => {
  const told = mia(call("list_orders", { status: "shipped" }));
  const [one, other] = [
    await play(told, "memory-legacy", mock),
    await play(told, "memory-modern", mock),
  ];
  expect(disagreement(one, other)).toBeUndefined();
  const [turn] = other.turns;
  if (turn) turn.requests = [];
  expect(disagreement(one, other)).toBe(
    `$.turns[0].requests[0]: "GET /api/orders/?status=shipped&limit=10", undefined`,
  );
});

test("a change goes the same way on every lane, however the person is asked", async () => {
  expect(needsClock(changeOfMind)).toBe(false);
  const told = await play(changeOfMind, "memory-modern", mock);
  for (const lane of LANES)
    expect(disagreement(told, await play(changeOfMind, lane, mock)), lane).toBeUndefined();
});

test("worlds that end otherwise are found out, and where", async () => {
  const told = mia(call("cancel_order", pen, { asks: [/cancel/i, accept()] }));
  const [one, other] = [
    await play(told, "memory-modern", mock),
    await play(told, "memory-modern", mock),
  ];
  expect(disagreement(one, other)).toBeUndefined();
  const nth = seed.orders.findIndex(({ order_id }) => order_id === "1054");
  const world = readWorld(one.world);
  const [, refund] = world.orders[nth]?.payments ?? [];
  if (refund) refund.amount = "56.91";
  expect(disagreement({ ...one, world }, other)).toBe(
    `$.world.orders[${nth}].payments[1].amount: "56.91", "56.90"`,
  );
  const { world: unread } = await play(mia(call("get_order_status", order)), "memory-modern", mock);
  expect(unread).toBeUndefined();
});
