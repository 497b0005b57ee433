/** A change is audited however its server asks: in a result, on the connection, or by a code. */
import { expect, test } from "bun:test";
import { audit } from "../../scripts/audit/audit.ts";
import { openHttpLink } from "../../scripts/audit/link.ts";
import { serveFlawed } from "./flawed-server.ts";
import type { Flaw, Json } from "./flaws.ts";

const look = { tool: "get_order", args: { order_id: "1054" } };
const change = { tool: "cancel_order", args: { order_id: "1054", reason: "no_longer_needed" } };
const CHANGES = ["asks", "declined", "empty-yes", "altered-state", "lost-answer", "resent"];

type Serve = NonNullable<Flaw["serve"]>;
/** A server of the handshake era alone. */
const old: Serve = async (message, send) => {
  if (message["method"] !== "server/discover") return send(message);
  return { jsonrpc: "2.0", id: message["id"], error: { code: -32601, message: "unknown" } };
};
const META = "io.modelcontextprotocol/clientCapabilities";
/** One that no host tells that it can ask. */
const withoutForms: Serve = async (message, send) => {
  if (message["params"]?._meta?.[META]) message["params"]._meta[META] = {};
  return send(message);
};
/** One that takes any code for the last that it gave. */
function takesAnyCode(): Serve {
  let latest: unknown;
  return async (message, send) => {
    const args: Json = message["params"]?.arguments ?? {};
    if (args["confirmation"]) args["confirmation"] = latest;
    const answer = await withoutForms(message, send);
    latest = answer["result"]?.structuredContent?.confirmation ?? latest;
    return answer;
  };
}
/** The verdicts on a change, in order. */
async function verdictsOf(serve: Serve, more = {}) {
  await using server = await serveFlawed({ serve });
  const options = { calls: [change], look, mayWrite: true, ...more };
  const isWanted = (id: string) => CHANGES.includes(id);
  const { findings } = await audit(openHttpLink(server.url), { isWanted, ...options });
  return Object.fromEntries(findings.map(({ id, verdict, evidence }) => [id, [verdict, evidence]]));
}
const untested = (evidence: RegExp | string) => ["not tested", expect.stringMatching(evidence)];
const keptBy = (evidence: RegExp | string) => ["kept", expect.stringMatching(evidence)];

test("in a result", async () => {
  expect(await verdictsOf((message, send) => send(message))).toEqual({
    asks: keptBy("the host is asked"),
    declined: keptBy("nothing is changed"),
    "empty-yes": keptBy("nothing is changed"),
    "altered-state": keptBy("it is not taken for a yes"),
    "lost-answer": keptBy(/^the same is said again: Order 1054: cancelled/),
    resent: keptBy(/^it is done once; sent again: Order 1054: cancelled/),
  });
});
test("on the connection", async () => {
  const { asks, declined, "empty-yes": empty, ...rest } = await verdictsOf(old);
  expect([asks, declined, empty]).toEqual([
    keptBy("the host is asked"),
    keptBy("nothing is changed"),
    keptBy("nothing is changed"),
  ]);
  expect(rest).toEqual({
    "altered-state": untested("nothing seals the question"),
    "lost-answer": untested("nothing seals the question"),
    resent: keptBy("asked about again"),
  });
});
test("by a code", async () => {
  expect(await verdictsOf(withoutForms)).toEqual({
    asks: keptBy("a code has to be sent"),
    declined: untested("confirmed by a code"),
    "empty-yes": untested("confirmed by a code"),
    "altered-state": keptBy("it is not taken for a yes"),
    "lost-answer": keptBy("the same is said again"),
    resent: keptBy("it is done once"),
  });
});
test("by any code, which is seen", async () => {
  expect(await verdictsOf(takesAnyCode())).toMatchObject({
    "altered-state": ["broken", "it is done, on an altered state"],
  });
});
test("nothing is changed without a look, or by a call that fails, and both are said", async () => {
  const blind = await verdictsOf((message, send) => send(message), { look: undefined });
  for (const id of CHANGES) expect(blind[id]).toEqual(untested("it takes --look"));
  const calls = [{ ...change, args: { order_id: "no-such-order", reason: "no_longer_needed" } }];
  const failing = await verdictsOf((message, send) => send(message), { calls });
  for (const id of CHANGES)
    expect(failing[id]).toEqual(untested(/^cancel_order fails: .*no-such-order/));
});
