/** Metrics: how many series there are does not depend on who calls, or on what they ask for. */
import { afterAll, expect, test } from "bun:test";
import { countCalls } from "../../telemetry/metrics.ts";
import { servePrometheus } from "../../telemetry/prometheus.ts";
import { openObservedShop, STATUS } from "./observed-shop.ts";

const prometheus = await servePrometheus({
  name: "shop",
  version: "1",
  host: "127.0.0.1",
  port: 0,
});
afterAll(() => prometheus.close());
const listeners = [countCalls(prometheus.meter, "tcp", "prometheus")];
/** Lines of the metrics, without their values. */
async function series(): Promise<string[]> {
  const text = await (await fetch(prometheus.url)).text();
  return text.split("\n").filter((line) => line && !line.startsWith("#"));
}

test("a thousand callers, ids and names of arguments make no more series than one", async () => {
  const { shop } = openObservedShop(
    (url) =>
      url.pathname.includes("odd")
        ? Response.json({ detail: "No." }, { status: 404 })
        : Response.json({ status: "shipped" }),
    { listeners },
  );
  const tool = shop.offered.get(STATUS.name);
  async function callAs(nth: number) {
    const identity = { issuer: "https://id.example", subject: `subject-${nth}` };
    const context = shop.actingFor({ identity, scopes: new Set() });
    const message = {
      id: `id-${nth}`,
      method: "tools/call",
      params: { _meta: { [`m${nth}`]: "x" } },
    };
    const args = { order_id: `${nth % 2 ? "odd" : "even"}-${nth}`, [`a${nth}`]: nth };
    await tool?.call(STATUS.name, args, context, { message }).catch(() => {});
  }
  await callAs(1);
  await callAs(2);
  const before = (await series()).length;
  for (let nth = 3; nth < 1000; nth++) await callAs(nth);
  const lines = await series();
  expect(lines.length).toBe(before);
  expect(lines.join("\n")).not.toMatch(/subject-|id-\d|odd|even|a\d+=/);
  const counted = lines.filter((line) =>
    line.startsWith("mcp_server_operation_duration_seconds_count"),
  );
  expect(counted.map((line) => line.replace(/^.*\} /, ""))).toEqual(["500", "499"]);
});
