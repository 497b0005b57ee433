/** The same story played twice must agree, request by request and in the world at its end. */
import { afterAll, expect, test } from "bun:test";
import { readWorld, seed } from "../../mocks/world.ts";
import { openMock } from "../harness/backends.ts";
import { LANES } from "../harness/lanes.ts";
import { differenceBetween, needsClock, play } from "../harness/play.ts";
import { accept, call } from "../harness/story.ts";
import { changeOfMind } from "./change-of-mind.ts";
import { asMia, cancelPen, shippedOrder } from "./example-steps.ts";

const mock = openMock();
afterAll(mock.stop);

test("disagreement names the first request that differs between two lanes", async () => {
  const listing = asMia(call("list_orders", { status: "shipped" }));
  const [one, other] = [
    await play(listing, "memory-legacy", mock),
    await play(listing, "memory-modern", mock),
  ];
  expect(differenceBetween(one, other)).toBeUndefined();
  const [turn] = other.turns;
  if (turn) turn.requests = [];
  expect(differenceBetween(one, other)).toBe(
    `$.turns[0].requests[0]: "GET /api/orders/?status=shipped&limit=10", undefined`,
  );
});

test("disagreement finds none in a change on all lanes, however the user is asked", async () => {
  expect(needsClock(changeOfMind)).toBe(false);
  const reference = await play(changeOfMind, "memory-modern", mock);
  for (const lane of LANES)
    expect(
      differenceBetween(reference, await play(changeOfMind, lane, mock)),
      lane,
    ).toBeUndefined();
});

test("disagreement names the first field that differs between two worlds", async () => {
  const cancelling = asMia(call("cancel_order", cancelPen, { asks: [/cancel/i, accept()] }));
  const [one, other] = [
    await play(cancelling, "memory-modern", mock),
    await play(cancelling, "memory-modern", mock),
  ];
  expect(differenceBetween(one, other)).toBeUndefined();
  const nth = seed.orders.findIndex(({ order_id }) => order_id === "1054");
  const world = readWorld(one.world);
  const [, refund] = world.orders[nth]?.payments ?? [];
  if (refund) refund.amount = "56.91";
  expect(differenceBetween({ ...one, world }, other)).toBe(
    `$.world.orders[${nth}].payments[1].amount: "56.91", "56.90"`,
  );
  const { world: unread } = await play(
    asMia(call("get_order_status", shippedOrder)),
    "memory-modern",
    mock,
  );
  expect(unread).toBeUndefined();
});
