/**
 * Growth: what a call and a list cost with 2 to 50 tools, and what a page of orders costs in a shop of 60 and of
 * 10,000.
 *
 * @module
 */
import { type Contender, contenders, prepare } from "../contenders.ts";
import { contenders as folder } from "../install.ts";
import { load, type Sample } from "../load.ts";
import { ask, type Running, start, startShop } from "../processes.ts";
import type { Operation } from "../protocol.ts";
import { count, type Goal, median, ratio, rotate, table, times } from "../statistics.ts";

const TOOLS = [2, 10, 25, 50];
const ORDERS = [60, 10_000];
const OPERATIONS: Operation[] = ["search_products", "tools/list"];
const LOAD = { concurrency: 16 };

/** This server as a module, so that it can be given more tools than it has. */
const ours: Contender = {
  name: "ours",
  title: "django-shop-mcp",
  era: "modern",
  command: () => [process.execPath, `${folder}/this-server.ts`],
};
const named = (name: string) => contenders.filter((contender) => contender.name === name);

interface Series {
  name: string;
  title: string;
  operation: Operation;
  /** CPU of each round, in microseconds, by the number of tools. */
  cpu: Record<number, number[]>;
}
interface Page {
  orders: number;
  cpu: number[];
  /** Requests to Django for one call. */
  requests: number;
}
export interface GrowthResult {
  series: Series[];
  pages: Page[];
  errors: number;
}

export async function measureGrowth({ rounds = 5, seconds = 2 }): Promise<GrowthResult> {
  const { ready } = await prepare(["floor", "sdk2-bun"]);
  const peers = [...named("floor"), ours, ...ready.filter(({ name }) => name === "sdk2-bun")];
  const shop = await startShop();
  const series: Series[] = [];
  const running: { series: Series[]; tools: number; server: Running }[] = [];
  let errors = 0;
  try {
    for (const { name, title, ...rest } of peers) {
      const own = OPERATIONS.map((operation): Series => ({ name, title, operation, cpu: {} }));
      series.push(...own);
      for (const tools of TOOLS) {
        const server = await start({ name, title, ...rest }, shop.url, {
          env: { TOOLS: `${tools}` },
        });
        running.push({ series: own, tools, server });
      }
    }
    for (const [at, operation] of OPERATIONS.entries()) {
      for (const { server } of running) await load(server, { ...LOAD, operation, seconds: 1 });
      for (let round = 0; round < rounds; round++)
        for (const { series, tools, server } of rotate(running, round)) {
          const sample = await load(server, { ...LOAD, operation, seconds });
          const cpu = series[at]?.cpu ?? {};
          (cpu[tools] ??= []).push(sample.cpu);
          errors += sample.errors;
        }
    }
  } finally {
    for (const { server } of running) await server.stop();
    await shop.stop();
  }
  return { series, ...(await measurePages(rounds, seconds, errors)) };
}

/** The same page of ten orders, in shops of different sizes. */
async function measurePages(rounds: number, seconds: number, errors: number) {
  const running: { page: Page; server: Running; stop(): Promise<void> }[] = [];
  try {
    for (const orders of ORDERS) {
      const shop = await startShop({ ORDERS: `${orders}` });
      const server = await start(ours, shop.url);
      const before = await shop.requests();
      for (let call = 0; call < 10; call++) await ask(server, "list_orders");
      const requests = ((await shop.requests()) - before) / 10;
      const stop = async () => (await server.stop(), await shop.stop());
      running.push({ page: { orders, cpu: [], requests }, server, stop });
    }
    const loadPages = (server: Running, seconds: number): Promise<Sample> =>
      load(server, { ...LOAD, operation: "list_orders", seconds });
    for (const { server } of running) await loadPages(server, 1);
    for (let round = 0; round < rounds; round++)
      for (const { page, server } of rotate(running, round)) {
        const sample = await loadPages(server, seconds);
        page.cpu.push(sample.cpu);
        errors += sample.errors;
      }
  } finally {
    for (const { stop } of running) await stop();
  }
  return { pages: running.map(({ page }) => page), errors };
}

const growthOf = ({ cpu }: Series) => ratio(cpu[50] ?? [], cpu[2] ?? []);
const pageGrowth = ([small, large]: Page[]) => ratio(large?.cpu ?? [], small?.cpu ?? []);

export function reportGrowth({ series, pages, errors }: GrowthResult): string {
  const rows = series.map((one) => [
    one.title,
    one.operation,
    ...TOOLS.map((tools) => count(median(one.cpu[tools] ?? []), 1)),
    times(growthOf(one)),
  ]);
  const head = ["CPU per call, µs", "operation", ...TOOLS.map((n) => `${n} tools`), "50 to 2"];
  const pageRows = pages.map(({ orders, cpu, requests }) => [
    `${count(orders)} orders in the shop`,
    count(median(cpu), 1),
    count(requests, 2),
  ]);
  const pageTable = table(
    ["`list_orders`, a page of ten", "CPU, µs/call", "requests to Django"],
    pageRows,
  );
  return [table(head, rows), pageTable, errors ? `Void: ${errors} errors.` : ""]
    .filter(Boolean)
    .join("\n\n");
}

export function growthGoals({ series, pages }: GrowthResult): Goal[] {
  const [call, list] = OPERATIONS.map((operation) =>
    series.find((one) => one.name === "ours" && one.operation === operation),
  );
  const [small, large] = pages;
  return [
    {
      what: "3: CPU of a call with 50 tools, of that with 2",
      measured: call ? growthOf(call) : NaN,
      atMost: 1.1,
    },
    {
      what: "3: CPU of `tools/list` with 50 tools, of that with 2",
      measured: list ? growthOf(list) : NaN,
      atMost: 3,
    },
    { what: "3: CPU of a page of orders, 10,000 of 60", measured: pageGrowth(pages), atMost: 1.1 },
    {
      what: "3: requests to Django for a page of orders, 10,000 of 60",
      measured: (large?.requests ?? NaN) / (small?.requests ?? NaN),
      atMost: 1,
    },
  ];
}
