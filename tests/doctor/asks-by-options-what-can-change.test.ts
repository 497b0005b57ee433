/** How the doctor finds out about changes, which it never sends. */
import { expect, test } from "bun:test";
import { mockShop, runDoctor } from "./run-doctor.ts";

test("a shop without a schema is asked by OPTIONS which changes it takes", async () => {
  const { runtime, requests } = mockShop({ hasSchema: false });
  const report = await runDoctor(runtime);
  expect(report.notGreen).toEqual([
    "idempotency: amber unknown without a schema → give --schema, or set idempotency in a dialect",
  ]);
  expect(report.linesOf("cancelOrder")).toEqual([
    "green allowed, as OPTIONS says; never sent by the doctor",
  ]);
  expect(requests.filter((request) => request.startsWith("OPTIONS"))).toHaveLength(9);
});
