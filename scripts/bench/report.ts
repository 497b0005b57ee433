/**
 * BENCH.md and its plots. The results of each measure are kept in .cache/, so that one can be made again and the
 * report be written with the others as they were.
 *
 * @module
 */
import { cpus, release, totalmem } from "node:os";
import { ended } from "../django.ts";
import { root } from "./install.ts";
import { loader } from "./load.ts";
import { type DjangoResult, djangoGoals, measureDjango, reportDjango } from "./measures/django.ts";
import { type GateResult, measureGate, reportGate } from "./measures/gate.ts";
import { type GrowthResult, growthGoals, measureGrowth, reportGrowth } from "./measures/growth.ts";
import { httpGoals, type HttpResult, measureHttp, reportHttp } from "./measures/http.ts";
import { measureMemory, memoryGoals, type MemoryResult, reportMemory } from "./measures/memory.ts";
import { measureStdio, reportStdio, stdioGoals, type StdioResult } from "./measures/stdio.ts";
import {
  measureUpstream,
  reportUpstream,
  upstreamGoals,
  type UpstreamResult,
} from "./measures/upstream.ts";
import { plotGrowth, plotThroughput } from "./plot.ts";
import { type Goal, isMet, table, times } from "./statistics.ts";

export interface Options {
  names: string[];
  rounds: number;
  seconds: number;
  calls: number;
}
interface Measure<Result> {
  title: string;
  measure(options: Options): Promise<Result>;
  report(result: Result): string;
  goals(result: Result): Goal[];
  /** Of what it measured, as an SVG in plots/. */
  plot?(result: Result): { file: string; alt: string; svg: string };
}
/** Types a measure by its result, and forgets the type: a result is only ever given to its own measure. */
const measure = <Result>(given: Measure<Result>) => given as Measure<unknown>;

export const MEASURES = {
  http: measure<HttpResult>({
    title: "Over HTTP, as a ratio of the floor",
    measure: measureHttp,
    report: reportHttp,
    goals: httpGoals,
    plot: plotThroughput,
  }),
  growth: measure<GrowthResult>({
    title: "Growth",
    measure: measureGrowth,
    report: reportGrowth,
    goals: growthGoals,
    plot: plotGrowth,
  }),
  stdio: measure<StdioResult>({
    title: "Over stdio",
    measure: measureStdio,
    report: reportStdio,
    goals: stdioGoals,
  }),
  django: measure<DjangoResult>({
    title: "Against a real Django",
    measure: measureDjango,
    report: reportDjango,
    goals: djangoGoals,
  }),
  upstream: measure<UpstreamResult>({
    title: "Equal questions at once, and two processes",
    measure: measureUpstream,
    report: reportUpstream,
    goals: upstreamGoals,
  }),
  gate: measure<GateResult>({
    title: "With callers of their own",
    measure: measureGate,
    report: reportGate,
    goals: () => [], // the others are without
  }),
  memory: measure<MemoryResult>({
    title: "Memory",
    measure: measureMemory,
    report: reportMemory,
    goals: memoryGoals,
  }),
};
export type MeasureName = keyof typeof MEASURES;

interface Kept {
  date: string;
  machine: string;
  versions: string;
  rounds: number;
  seconds: number;
  result: unknown;
}
const kept = Bun.file(`${root}/scripts/bench/.cache/results.json`);

/** Keeps the result of a measure, and writes BENCH.md and the plots from all that are kept. */
export async function writeReport(name: MeasureName, options: Options, result: unknown) {
  const all: Partial<Record<MeasureName, Kept>> = (await kept.exists()) ? await kept.json() : {};
  const { rounds, seconds } = options;
  const date = new Date().toISOString().slice(0, 10);
  all[name] = { date, machine: machine(), versions: await versions(), rounds, seconds, result };
  await kept.write(JSON.stringify(all));
  await render(all);
}
/** Writes BENCH.md and the plots again from what is kept. */
export async function rewriteReport() {
  await render(await kept.json());
}

const PLOTS = "scripts/bench/plots";
async function render(all: Partial<Record<MeasureName, Kept>>) {
  const [sections, goals, plots]: [string[], Goal[], string[]] = [[], [], []];
  for (const [name, { title, report, goals: goalsOf, plot }] of Object.entries(MEASURES)) {
    const given = all[name as MeasureName]; // a key of MEASURES
    if (!given) continue;
    const { date, rounds, seconds, result } = given;
    sections.push(`## ${title}\n\n${date}, ${rounds} rounds of ${seconds} s.\n\n${report(result)}`);
    goals.push(...goalsOf(result));
    if (!plot) continue;
    const { file, alt, svg } = plot(result);
    await Bun.write(`${root}/${PLOTS}/${file}`, svg);
    plots.push(`![${alt}](${PLOTS}/${file})`);
  }
  const latest = Object.values(all).at(-1);
  const about = `Written by \`bun run bench\`; how it measures is in [scripts/bench/](scripts/bench/README.md). The floor is a server of some fifty lines under Bun which checks nothing. Ratios are of its figures in the same round, and medians of all rounds: more throughput is better, less CPU and less time are. Era 2026 is a client of revision 2026-07-28, era 2025 one that shakes hands. A row with an error is void.`;
  const text = [
    "# Benchmark",
    about,
    plots.join("\n\n"),
    `${latest?.machine}\n\n${latest?.versions}`,
    `## Goals\n\n${goalTable(goals)}`,
    ...sections,
  ].join("\n\n");
  await Bun.write(`${root}/BENCH.md`, `${text}\n`);
}
function goalTable(goals: Goal[]): string {
  const byNumber = goals.toSorted((a, b) => parseInt(a.what) - parseInt(b.what));
  const rows = byNumber.map((goal) => {
    const { what, measured, atLeast, atMost } = goal;
    const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
    const verdict = Number.isNaN(measured) ? "not measured" : isMet(goal) ? "met" : "**missed**";
    return [what, bound, times(measured), verdict];
  });
  return table(["goal of issue 13", "bound", "measured", ""], rows);
}

/** The machine, as /proc says. */
function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `Machine: ${cpus().length} × ${first?.model}, ${memory} GiB, Linux ${release()}.`;
}
/** The versions of what runs the contenders, as far as it is there. */
async function versions(): Promise<string> {
  const commands = [
    ["node", "--version"],
    ["python3", "--version"],
    ["/usr/local/go/bin/go", "version"],
    ["cargo", "--version"],
    [loader, "--version"],
  ];
  const found = await Promise.all(
    commands.map(async (command) => {
      const { out } = await ended(command).catch(() => ({ out: "" })); // it is not installed
      const version = /\d+\.\d+(\.\d+)?/.exec(out)?.[0];
      return version && `${command[0]?.split("/").at(-1)} ${version}`;
    }),
  );
  return `Versions: ${[`Bun ${Bun.version}`, ...found.filter(Boolean)].join(", ")}.`;
}
