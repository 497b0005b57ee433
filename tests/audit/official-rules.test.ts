/** The official suite as promises: of the revisions that a server speaks, and of nothing that only a fixture has. */
import { expect, test } from "bun:test";
import { runOfficialRules } from "../../scripts/audit/official.ts";
import { openHttpLink } from "../../scripts/audit/link.ts";
import { survey } from "../../scripts/audit/survey.ts";
import { serveFlawed } from "./flawed-server.ts";
import type { Flaw, Json } from "./flaws.ts";

const findingsOf = async (flaw: Partial<Flaw>) => {
  await using server = await serveFlawed(flaw);
  const about = await survey(openHttpLink(server.url, server.token), { calls: [] });
  return Object.groupBy(await runOfficialRules(about), ({ verdict }) => verdict);
};
/** A server of the handshake era alone, which knows no ping. */
const serve = async (message: Json, send: (message: Json) => Promise<Json>) => {
  if (message["params"]?._meta)
    return { jsonrpc: "2.0", id: message["id"], error: { code: -32601, message: "unknown" } };
  if (message["method"] !== "ping") return send(message);
  return { jsonrpc: "2.0", id: message["id"], error: { code: -32601, message: "no ping" } };
};

test("of a revision that is not spoken nothing is said, and a rule that is broken is named with the command", async () => {
  const { broken = [], kept = [], "not tested": untested = [] } = await findingsOf({ serve });
  expect(kept.map(({ title }) => title)).toContain("server-initialize");
  expect(broken.map(({ id }) => id)).toEqual(["2025-11-25/ping"]);
  expect(broken[0]?.evidence).toMatch(
    / server --url http:\/\/127\.0\.0\.1:\d+\/mcp --spec-version 2025-11-25 --scenario ping$/,
  );
  expect(untested.map(({ title, evidence }) => `${title}: ${evidence}`)).toContain(
    "conformance: it does not speak 2026-07-28",
  );
}, 60_000);
test("the suite sends no token, so that a guarded server is not run", async () => {
  const { "not tested": untested = [], ...rest } = await findingsOf({ isGuarded: true });
  expect(untested.map(({ evidence }) => evidence)).toEqual(
    Array(2).fill("the suite sends no token"),
  );
  expect(rest).toEqual({});
});
