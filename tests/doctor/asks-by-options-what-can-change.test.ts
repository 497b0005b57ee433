/** A shop without a schema is asked by OPTIONS which changes it takes. */
import { describe, expect, test } from "bun:test";
import { examined, mock } from "./run-doctor.ts";

describe("a shop that fits", () => {
  test("without a schema is asked by OPTIONS what it can change", async () => {
    const { outside, sent } = mock(undefined, false);
    const report = await examined(outside);
    expect(report.bad).toEqual([
      "idempotency: amber unknown, without a schema → give --schema, or idempotency in a dialect",
    ]);
    expect(report.of("cancelOrder")).toEqual([
      "green there, as OPTIONS says; never sent from here",
    ]);
    expect(sent.filter((line) => line.startsWith("OPTIONS"))).toHaveLength(8);
  });
});
