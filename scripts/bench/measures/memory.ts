/**
 * Memory: resident memory of this server and of the floor under the same load, and how it grows over many calls.
 *
 * @module
 */
import { contenders } from "../contenders.ts";
import { load } from "../load.ts";
import { type Running, start, startShop } from "../processes.ts";
import { count, type Goal, table, times } from "../statistics.ts";

const NAMES = ["floor", "ours", "ours-legacy"];
interface Row {
  name: string;
  title: string;
  calls: number;
  /** Resident memory in MiB, after each tenth of the calls. */
  rss: number[];
}
export type MemoryResult = Row[];

export async function measureMemory({ calls = 100_000 }): Promise<MemoryResult> {
  const shop = await startShop();
  const rows: Row[] = [];
  try {
    for (const contender of contenders.filter(({ name }) => NAMES.includes(name))) {
      const server = await start(contender, shop.url);
      const title = `${contender.title}${contender.era === "legacy" ? ", 2025" : ""}`;
      console.log(title);
      rows.push({ name: contender.name, title, ...(await makeCalls(server, calls)) });
      await server.stop();
    }
  } finally {
    await shop.stop();
  }
  return rows;
}

/** So many calls, half of them searches, in loads of a few seconds. */
async function makeCalls(server: Running, calls: number) {
  const rss: number[] = [];
  let made = 0;
  while (made < calls) {
    const tenth = Math.floor((made / calls) * 10);
    let after = 0;
    for (const operation of ["search_products", "get_order_status"] as const) {
      const seconds = calls > 200_000 ? 5 : 1;
      const sample = await load(server, { operation, concurrency: 16, seconds });
      if (sample.errors) throw new Error(`${operation}: ${sample.errors} errors`);
      made += sample.calls;
      after = sample.rss;
    }
    rss[tenth] ??= after;
    rss[9] = after;
  }
  return { calls: made, rss: rss.filter((value) => value > 0) };
}

const last = ({ rss }: Row) => rss.at(-1) ?? NaN;
const growthOf = (row: Row) => last(row) / (row.rss[0] ?? NaN);

export function reportMemory(result: MemoryResult): string {
  const floor = result.find(({ name }) => name === "floor");
  const rows = result.map((row) => [
    row.title,
    count(row.calls),
    count(row.rss[0] ?? NaN),
    count(last(row)),
    times(growthOf(row)),
    times(last(row) / (floor ? last(floor) : NaN)),
  ]);
  const head = ["", "calls", "RSS after a tenth, MiB", "at the end, MiB", "growth", "of the floor"];
  return table(head, rows);
}

export function memoryGoals(result: MemoryResult): Goal[] {
  const [floor, modern, legacy] = NAMES.map((name) => result.find((row) => row.name === name));
  const rows = [
    { era: "2026", row: modern },
    { era: "2025", row: legacy },
  ];
  return rows.flatMap(({ era, row }) => {
    const ofFloor = row && floor ? last(row) / last(floor) : NaN;
    const growth = row ? growthOf(row) : NaN;
    return [
      { what: `6: resident memory, ${era}, of the floor's`, measured: ofFloor, atMost: 1.3 },
      {
        what: `6: growth over ${count(row?.calls ?? NaN)} calls, ${era}`,
        measured: growth,
        atMost: 1.15,
      },
    ];
  });
}
