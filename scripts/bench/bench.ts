/**
 * The benchmark: this server beside its floor and its peers.
 *
 * ```sh
 * bun run bench                       # everything; writes BENCH.md and two plots; about an hour
 * bun run bench --measures http,stdio # measures some again; the others stay as they were
 * bun run bench --quick               # this server, the floor and SDK 2.x over HTTP, in a minute; writes nothing
 * bun run bench --only floor,ours     # these contenders over HTTP; writes nothing
 * bun run bench --guard               # for CI: CPU per call of this server, of the floor's, within bounds
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { contenders } from "./contenders.ts";
import { guard } from "./guard.ts";
import { measureHttp, reportHttp } from "./measures/http.ts";
import { MEASURES, type MeasureName, type Options, rewriteReport, writeReport } from "./report.ts";

const QUICK = ["floor", "ours", "ours-legacy", "sdk2-bun", "sdk2-node"];
const HELP = `bun run bench [--measures NAMES | --quick | --only NAMES | --guard] [options]

  --measures NAMES  ${Object.keys(MEASURES).join(", ")} [all]
  --quick           this server, the floor and SDK 2.x, at 16 connections
  --only NAMES      ${contenders.map(({ name }) => name).join(", ")}
  --guard           CPU per call of this server, of the floor's, within bounds
  --report          BENCH.md and the plots again, from what was measured
  --rounds N        of each load [5]
  --seconds N       of each load [2]
  --million         let the measure of memory make a million calls`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      measures: { type: "string", default: Object.keys(MEASURES).join() },
      only: { type: "string" },
      quick: { type: "boolean" },
      guard: { type: "boolean" },
      report: { type: "boolean" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      million: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return (console.log(HELP), 0);
  if (process.platform !== "linux") throw new Error("it reads /proc, and so needs Linux");
  if (values.guard) return guard();
  if (values.report) return (await rewriteReport(), 0);
  const options: Options = {
    names: values.only?.split(",") ?? (values.quick ? QUICK : contenders.map(({ name }) => name)),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    calls: values.million ? 1_000_000 : 100_000,
  };
  if (values.quick || values.only) {
    const result = await measureHttp(options, values.quick ? [16] : undefined);
    console.log(`\n${reportHttp(result)}`);
    return 0;
  }
  for (const name of values.measures.split(",")) {
    if (!isMeasure(name)) throw new Error(`there is no measure ${name}\n\n${HELP}`);
    console.log(`\n${name}`);
    await writeReport(name, options, await MEASURES[name].measure(options));
  }
  return 0;
}
const isMeasure = (name: string): name is MeasureName => name in MEASURES;

if (import.meta.main)
  try {
    process.exit(await main(process.argv.slice(2)));
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
