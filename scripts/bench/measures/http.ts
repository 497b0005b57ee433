/**
 * Over HTTP: every contender in front of the same shop, each operation at each concurrency. Rounds are interleaved:
 * within a round each contender is loaded once, and the order rotates.
 *
 * @module
 */
import { type Contender, prepare } from "../contenders.ts";
import { load, type Sample } from "../load.ts";
import { type Running, start, startShop } from "../processes.ts";
import { type Operation, OPERATIONS } from "../protocol.ts";
import { count, type Goal, median, ratio, rotate, table, times } from "../statistics.ts";

export const CONCURRENCIES = [1, 16, 64];

export interface Options {
  /** Names of contenders. */
  names: string[];
  rounds: number;
  /** Of one load. */
  seconds: number;
}
interface Row extends Pick<Contender, "name" | "title" | "era"> {
  session: boolean;
  /** The samples of each round, by `search_products 16`. */
  cells: Record<string, Sample[]>;
}
export interface HttpResult {
  rows: Row[];
  /** Contenders that could not run, with the reason. */
  skipped: string[];
}

export async function measureHttp(
  { names, rounds, seconds }: Options,
  concurrencies = CONCURRENCIES,
): Promise<HttpResult> {
  const { ready, skipped } = await prepare(names);
  const shop = await startShop();
  const running: { row: Row; server: Running }[] = [];
  try {
    for (const contender of ready)
      try {
        const server = await start(contender, shop.url);
        const { name, title, era } = contender;
        running.push({ row: { name, title, era, session: !!server.session, cells: {} }, server });
      } catch (error) {
        skipped.push(error instanceof Error ? error.message : String(error));
      }
    for (const reason of skipped) console.log(`skipped: ${reason}`);
    for (const operation of OPERATIONS)
      for (const concurrency of concurrencies) {
        const cell = `${operation} ${concurrency}`;
        console.log(cell);
        for (const { server } of running)
          await load(server, { operation, concurrency, seconds: 1 });
        for (let round = 0; round < rounds; round++)
          for (const { row, server } of rotate(running, round)) {
            const sample = await load(server, { operation, concurrency, seconds });
            (row.cells[cell] ??= []).push(sample);
          }
      }
  } finally {
    for (const { server } of running) await server.stop();
    await shop.stop();
  }
  return { rows: running.map(({ row }) => row), skipped };
}

const rowOf = ({ rows }: HttpResult, name: string) => rows.find((row) => row.name === name);
const errorsOf = (row: Row) =>
  Object.values(row.cells)
    .flat()
    .reduce((sum, { errors }) => sum + errors, 0);
type Figure = "throughput" | "cpu" | "p50" | "p99" | "rss";
const series = (row: Row, cell: string, figure: Figure) =>
  row.cells[cell]?.map((sample) => sample[figure]) ?? [];
/** A figure of a row as a ratio of another row's; NaN where either is missing or void. */
export function ratioOf(row: Row | undefined, of: Row | undefined, cell: string, figure: Figure) {
  if (!row || !of || errorsOf(row) || errorsOf(of)) return NaN;
  return ratio(series(row, cell, figure), series(of, cell, figure));
}
export const medianOf = (row: Row, cell: string, figure: Figure) =>
  median(series(row, cell, figure));

const TITLES: Record<string, string> = {
  search_products: "search",
  get_order_status: "status",
  "tools/list": "list",
};
const SPOKEN = { modern: "2026", legacy: "2025", old: "2025" };
const spoken = (row: Row) => `${SPOKEN[row.era]}${row.session ? ", session" : ""}`;

export function reportHttp(result: HttpResult): string {
  const floor = rowOf(result, "floor");
  const concurrencies = concurrenciesOf(result);
  const parts = concurrencies.flatMap((concurrency) => [
    `### ${concurrency} ${concurrency === 1 ? "connection" : "connections"}`,
    table(
      ["", "era", ...heads("throughput"), ...heads("CPU"), "p50", "p99"],
      result.rows.map((row) => ratioCells(row, floor, concurrency)),
    ),
  ]);
  const skipped = result.skipped.map((reason) => `- Skipped: ${reason.split("\n")[0]}`).join("\n");
  return [...parts, skipped, details(result)].filter(Boolean).join("\n\n");
}
const heads = (figure: string) => Object.values(TITLES).map((title) => `${title}: ${figure}`);
const concurrenciesOf = ({ rows }: HttpResult) => [
  ...new Set(Object.keys(rows[0]?.cells ?? {}).map((cell) => Number(cell.split(" ")[1]))),
];
function ratioCells(row: Row, floor: Row | undefined, concurrency: number): string[] {
  const errors = errorsOf(row);
  const name = [row.title, spoken(row)];
  if (errors) return [...name, `void: ${errors} errors`, ...Array<string>(7).fill("")];
  const of = (operation: Operation, figure: Figure) =>
    times(ratioOf(row, floor, `${operation} ${concurrency}`, figure));
  const all = (figure: Figure) => OPERATIONS.map((operation) => of(operation, figure));
  const latency = (["p50", "p99"] as const).map((figure) => of("search_products", figure));
  return [...name, ...all("throughput"), ...all("cpu"), ...latency];
}
/** What was measured, for whoever wants to compare it with another run; the ratios are what holds. */
function details(result: HttpResult): string {
  const rows = result.rows.flatMap((row) =>
    Object.keys(row.cells).map((cell) => {
      const of = (figure: Figure) => medianOf(row, cell, figure);
      const latency = [of("p50") / 1000, of("p99") / 1000].map((ms) => count(ms, 2));
      const [throughput, cpu, rss] = [
        count(of("throughput")),
        count(of("cpu"), 1),
        count(of("rss")),
      ];
      return [`${row.title}, ${spoken(row)}`, cell, throughput, cpu, ...latency, rss];
    }),
  );
  const head = [
    "",
    "operation, connections",
    "calls/s",
    "CPU, µs/call",
    "p50, ms",
    "p99, ms",
    "RSS, MiB",
  ];
  return `<details><summary>Medians as measured</summary>\n\n${table(head, rows)}\n\n</details>`;
}

export function httpGoals(result: HttpResult): Goal[] {
  const floor = rowOf(result, "floor");
  const eras = [
    { era: "2026", row: rowOf(result, "ours"), least: 0.7 },
    { era: "2025", row: rowOf(result, "ours-legacy"), least: 0.6 },
  ];
  const calls = ["search_products", "get_order_status"] as const;
  const others = result.rows.filter(({ name }) => !/^(floor|ours)/.test(name));
  const ofBest = (row: Row | undefined, cell: string) =>
    Math.min(
      ...others.map((peer) => ratioOf(row, peer, cell, "throughput")).filter((of) => of > 0),
    );
  const sdk = rowOf(result, "sdk2-bun");
  const goals: Goal[] = [];
  for (const { era, row, least } of eras) {
    for (const call of calls) {
      for (const at of [16, 64]) {
        const cell = `${call} ${at}`;
        const of = (figure: Figure) => ratioOf(row, floor, cell, figure);
        const what = `1: \`${call}\`, ${era}, ${at} connections`;
        goals.push({
          what: `${what}: throughput, of the floor`,
          measured: of("throughput"),
          atLeast: least,
        });
        goals.push({ what: `${what}: CPU, of the floor`, measured: of("cpu"), atMost: 1.5 });
      }
      const p50 = ratioOf(row, floor, `${call} 1`, "p50");
      const p99 = ratioOf(row, floor, `${call} 64`, "p99");
      goals.push({
        what: `1: \`${call}\`, ${era}, 1 connection: p50, of the floor`,
        measured: p50,
        atMost: 1.25,
      });
      goals.push({
        what: `1: \`${call}\`, ${era}, 64 connections: p99, of the floor`,
        measured: p99,
        atMost: 2,
      });
      const ofSdk = ratioOf(row, sdk, `${call} 16`, "throughput");
      const best = ofBest(row, `${call} 16`);
      goals.push({
        what: `1: \`${call}\`, ${era}, 16 connections: throughput, of SDK 2.x`,
        measured: ofSdk,
        atLeast: 4,
      });
      goals.push({
        what: `1: \`${call}\`, ${era}, 16 connections: throughput, of the best peer`,
        measured: best,
        atLeast: 1.4,
      });
    }
    const list = ratioOf(row, floor, "tools/list 16", "throughput");
    const ofSdk = ratioOf(row, sdk, "tools/list 16", "throughput");
    goals.push({
      what: `2: \`tools/list\`, ${era}: throughput, of the floor`,
      measured: list,
      atLeast: 0.7,
    });
    goals.push({
      what: `2: \`tools/list\`, ${era}: throughput, of SDK 2.x`,
      measured: ofSdk,
      atLeast: 10,
    });
  }
  return goals;
}
