/** A server of another make that is sound is accused of what it does, and of nothing else. */
import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { audit } from "../../scripts/audit/audit.ts";
import { openStdioLink } from "../../scripts/audit/link.ts";

test("a plain server of the SDK drops unknown arguments, over stdio, and keeps the rest", async () => {
  const program = fileURLToPath(import.meta.resolve("./plain-server.ts"));
  const link = openStdioLink([process.execPath, program]);
  const { about, findings } = await audit(link).finally(link.close);
  expect(about.called.map(({ tool, args }) => [tool, args])).toEqual([
    ["list_notes", {}],
    ["get_note", { note_id: "n1" }], // which the list has given
  ]);
  const broken = findings.filter(({ verdict }) => verdict === "broken");
  expect(broken.map(({ id, evidence }) => `${id}: ${evidence}`)).toEqual([
    "unknown-arguments: list_notes dropped audit_unknown_argument without a word",
  ]);
  const kept = findings.filter(({ verdict }) => verdict === "kept");
  expect(kept.length).toBeGreaterThan(20);
}, 60_000);
