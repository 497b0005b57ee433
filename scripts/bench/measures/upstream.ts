/**
 * What reaches Django when callers ask the same at the same time, and what a second process on the port costs.
 *
 * @module
 */
import { ours } from "../contenders.ts";
import { load } from "../load.ts";
import { freePort } from "../../free-port.ts";
import { start, startShop } from "../processes.ts";
import { OPERATIONS, type Operation } from "../protocol.ts";
import { count, type Goal, median, ratio, table, times } from "../statistics.ts";

const CALLS = ["search_products", "get_order_status"] satisfies Operation[];
const LOAD = { concurrency: 16 };

export interface UpstreamResult {
  /** Requests to Django for one call, when 16 ask the same. */
  same: { operation: Operation; perCall: number }[];
  /** CPU per call in microseconds, of one process and of two on one port. */
  processes?: { operation: Operation; one: number[]; two: number[] }[];
  skipped: string[];
}

export async function measureUpstream({ rounds = 5, seconds = 2 }): Promise<UpstreamResult> {
  const shop = await startShop();
  const skipped: string[] = [];
  const same: UpstreamResult["same"] = [];
  let processes: UpstreamResult["processes"];
  try {
    const server = await start(ours, shop.url);
    for (const operation of CALLS) {
      await load(server, { ...LOAD, operation, seconds: 1 });
      const before = await shop.requests();
      const { calls, errors } = await load(server, { ...LOAD, operation, seconds, same: true });
      if (errors) throw new Error(`${operation}: ${errors} errors`);
      const requests = (await shop.requests()) - before;
      same.push({ operation, perCall: requests / (calls + LOAD.concurrency) }); // with those cut off at the end
    }
    await server.stop();
    processes = await measureProcesses(shop.url, rounds, seconds).catch((error: Error) => {
      skipped.push(`two processes: ${error.message}`);
      return undefined;
    });
  } finally {
    await shop.stop();
  }
  return { same, ...(processes && { processes }), skipped };
}

async function measureProcesses(shop: string, rounds: number, seconds: number) {
  const env = { SHOP_MCP_SHARE_PORT: "true" };
  const port = freePort();
  const one = await start(ours, shop, { env });
  const first = await start(ours, shop, { env, port });
  const second = await start(ours, shop, { env, port });
  const two = { ...first, alsoPids: [second.pid] };
  const results = OPERATIONS.map((operation) => ({
    operation,
    one: [] as number[],
    two: [] as number[],
  }));
  try {
    for (const result of results) {
      const { operation } = result;
      for (const server of [one, two]) await load(server, { ...LOAD, operation, seconds: 1 });
      for (let round = 0; round < rounds; round++) {
        result.one.push((await load(one, { ...LOAD, operation, seconds })).cpu);
        result.two.push((await load(two, { ...LOAD, operation, seconds })).cpu);
      }
    }
  } finally {
    for (const server of [one, first, second]) await server.stop();
  }
  return results;
}

export function reportUpstream({ same, processes = [], skipped }: UpstreamResult): string {
  const rows = same.map(({ operation, perCall }) => [`\`${operation}\``, count(perCall, 3)]);
  const shared = table(
    ["16 callers ask the same at once", "requests to Django for one call"],
    rows,
  );
  const processRows = processes.map(({ operation, one, two }) => [
    `\`${operation}\``,
    count(median(one), 1),
    count(median(two), 1),
    times(ratio(two, one)),
  ]);
  const head = ["CPU, µs/call", "one process", "two on one port", "two to one"];
  const reasons = skipped.map((reason) => `- Skipped: ${reason.split("\n")[0]}`).join("\n");
  return [shared, processRows.length ? table(head, processRows) : "", reasons]
    .filter(Boolean)
    .join("\n\n");
}

export function upstreamGoals({ same, processes }: UpstreamResult): Goal[] {
  const [search, status] = same;
  const calls = processes?.filter(({ operation }) => operation !== "tools/list") ?? [];
  return [
    {
      what: "7: requests to Django for one of 16 equal searches",
      measured: search?.perCall ?? NaN,
      atMost: 0.15,
    },
    {
      what: "7: requests to Django for one of 16 equal questions for an order",
      measured: status?.perCall ?? NaN,
      atLeast: 0.99,
    },
    {
      what: "7: CPU per call of two processes on one port, of one's",
      measured: calls.length ? median(calls.map(({ one, two }) => ratio(two, one))) : NaN,
      atMost: 1.05,
    },
  ];
}
