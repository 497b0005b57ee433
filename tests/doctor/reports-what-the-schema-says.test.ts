/** What no answer shows: the answers and bodies of changes, by the shop's schema. */
import { expect, test } from "bun:test";
import { examined, json, mock, SCHEMA } from "./run-doctor.ts";

test("what only the schema tells is named as well: answers and bodies of changes", async () => {
  const text = JSON.stringify(SCHEMA)
    .replaceAll('"request_id"', '"ticket"')
    .replaceAll('"reason":{"type":"string","enum"', '"why":{"type":"string","enum"');
  const { outside } = mock((body, url) =>
    url.pathname === "/api/schema/" ? json(JSON.parse(text)) : body,
  );
  const report = await examined(outside);
  expect(report.of("contactSupport")).toEqual([
    "red request_id: missing in its schema → send or map it",
  ]);
  expect(report.of("cancelOrder")).toEqual([
    "red body reason: missing in its schema → take what is sent, or map it in a dialect",
  ]);
  expect(report.tools.unproven).toEqual(["cancel_order", "contact_support"]);
  expect(report.code).toBe(1);
});
