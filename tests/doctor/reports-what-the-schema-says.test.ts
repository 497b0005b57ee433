/** What no answer shows, because no change is ever sent. */
import { expect, test } from "bun:test";
import { changeAt, json, mockShop, runDoctor, SCHEMA } from "./run-doctor.ts";

test("what only the schema shows is reported as well: the answers and bodies of changes", async () => {
  const schema = JSON.stringify(SCHEMA)
    .replaceAll('"request_id"', '"ticket"')
    .replaceAll('"reason":{"type":"string","enum"', '"why":{"type":"string","enum"');
  const { runtime } = mockShop({ change: changeAt(/schema/, () => json(JSON.parse(schema))) });
  const report = await runDoctor(runtime);
  expect(report.linesOf("contactSupport")).toEqual([
    "red request_id: missing in the schema → send it, or map it in a dialect",
  ]);
  expect(report.linesOf("cancelOrder")).toEqual([
    "red body reason: missing in the schema → accept what is sent, or map it in a dialect",
  ]);
  expect(report.tools.unproven).toEqual(["cancel_order", "contact_support"]);
  expect(report.code).toBe(1);
});
