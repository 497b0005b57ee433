/** The audit sees each broken promise, and nothing else: a probe that cannot fail would prove nothing. */
import { describe, expect, test } from "bun:test";
import { audit } from "../../scripts/audit/audit.ts";
import { openHttpLink } from "../../scripts/audit/link.ts";
import { promises } from "../../scripts/audit/promises.ts";
import { serveFlawed } from "./flawed-server.ts";
import { type Flaw, flaws } from "./flaws.ts";

const look = { tool: "get_order", args: { order_id: "1054" } };
const change = { tool: "cancel_order", args: { order_id: "1054", reason: "no_longer_needed" } };

/** Promises whose probes send megabytes: they are looked at where a flaw breaks them, and where none is broken. */
const HEAVY = ["argument-bombs", "body-size", "batches"];
/** What the audit finds on a server with this flaw, or none, by verdict. */
async function findingsOf(flaw: Partial<Flaw>) {
  await using server = await serveFlawed(flaw);
  const writing = flaw.isWriting ? { calls: [change], look, mayWrite: true } : {};
  const isWanted = (id: string) => !flaw.breaks || id === flaw.breaks || !HEAVY.includes(id);
  const { findings } = await audit(openHttpLink(server.url, server.token), {
    ...writing,
    isWanted,
  });
  return Object.groupBy(findings, ({ verdict }) => verdict);
}
const idsOf = (findings: { id: string }[] = []) => findings.map(({ id }) => id);
const shownOf = (findings: { id: string; evidence: string }[] = []) =>
  findings.map(({ id, evidence }) => `${id}: ${evidence}`);
const every = Object.values(promises).flatMap(idsOf);
const GUARDED = ["challenge", "forged-tokens", "other-doors"];
const OPEN = ["host", "origin"];

describe("this server keeps", () => {
  test("every promise of reading and changing that needs no token", async () => {
    const { kept, broken, "not tested": untested } = await findingsOf({ isWriting: true });
    expect(shownOf(broken)).toEqual([]);
    expect(idsOf(untested)).toEqual(GUARDED);
    expect(idsOf(kept)).toEqual(every.filter((id) => !GUARDED.includes(id)));
  });
  test("every promise of reading where it asks for a token", async () => {
    const { kept, broken } = await findingsOf({ isGuarded: true });
    expect(shownOf(broken)).toEqual([]);
    expect(idsOf(kept)).toEqual(expect.arrayContaining(GUARDED));
    expect(idsOf(kept)).not.toContainAnyValues(OPEN);
  });
});

test("each promise has a server that breaks it", () => {
  expect([...new Set(flaws().map(({ breaks }) => breaks))].toSorted()).toEqual(every.toSorted());
});
test.each(flaws().map((flaw) => [flaw.breaks, flaw.evidence, flaw] as const))(
  "%s is seen: %p",
  async (breaks, evidence, flaw) => {
    const { broken = [] } = await findingsOf(flaw);
    expect(broken.map(({ id, evidence }) => ({ id, evidence }))).toEqual([
      { id: breaks, evidence: expect.stringMatching(evidence) },
    ]);
  },
);
