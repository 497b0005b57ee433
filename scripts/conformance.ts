/**
 * Runs the official conformance suite over HTTP, for each revision of the protocol that it has a requirement set of:
 * on the server in front of the mock shop, and on tests/conformance/fixture.ts, which has the tools that the suite
 * calls. What either cannot pass stands in a baseline beside the fixture, with the reason, if there is anything; a
 * line there that is no longer needed is a failure, too. README.md has the counts, and has to have those of this run.
 *
 * ```sh
 * bun run conformance            # ends with the scenarios that passed and failed; exits with 1 on a failure
 * bun run conformance --verbose  # with everything that the suite prints
 * bun run conformance --write    # writes the counts into README.md
 * ```
 * @see https://github.com/modelcontextprotocol/conformance
 * @module
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { openShop, serveHttp, settingsSchema } from "../server.ts";
import { table, withSections } from "./sections.ts";
import { serveShop } from "./shop.ts";

export const REVISIONS = ["2025-11-25", "2026-07-28"];
const path = (file: string) => Bun.fileURLToPath(import.meta.resolve(`../${file}`));
const suite = {
  main: path("node_modules/@modelcontextprotocol/conformance/dist/index.js"),
  requirements: (revision: string) =>
    path(`node_modules/@modelcontextprotocol/conformance/requirements/${revision}.yaml`),
};
const requirementSet = z.object({ server: z.array(z.string()) });

/** The shop server and the fixture, each with its address and its end. */
const servers = {
  async shop() {
    const shop = serveShop();
    const settings = { django_api_base: shop.url, django_api_token: "demo-mia" };
    const { url, stop } = serveHttp(openShop(settingsSchema.parse(settings)), 0);
    return { url, stop: async () => void (await stop(), await shop.stop()) };
  },
  async fixture() {
    const command = [process.execPath, path("tests/conformance/fixture.ts")];
    const child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
    const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
    const stop = async () => void (child.kill("SIGTERM"), await child.exited);
    return { url: `${value}`.trim(), stop };
  },
};
type ServerName = keyof typeof servers;
const TITLES: Record<ServerName, string> = {
  shop: "this server, in front of the mock shop",
  fixture: "a fixture on this server's transports",
};

/** What became of the scenarios that a revision requires. */
interface Outcome {
  passed: string[];
  /** In the baseline, and not passed. */
  excused: string[];
  /** Not passed, or passed though in the baseline. */
  failed: string[];
}
/** Reads what the suite printed at its end. */
function readOutcome(printed: string, required: string[]): Outcome {
  const [summary = "", verdict = ""] = Bun.stripANSI(printed).split(/^(?:Total|Not scored).*/m);
  const markedWith = (mark: string) =>
    Array.from(verdict.matchAll(new RegExp(`^ +${mark} (\\S+)`, "gm")), ([, name = ""]) => name);
  const [excused, failed] = [markedWith("~"), markedWith("[✗✓]")];
  const others = new Set([...excused, ...failed].map((name) => name.split(":")[0]));
  const rest = required.filter((name) => !others.has(name)); // the verdict names none of these
  const isPassed = (name: string) =>
    summary.includes(`=== Running scenario: ${name} ===`) && summary.includes(`\n✓ ${name}: `);
  failed.push(...rest.filter((name) => !isPassed(name)));
  return { passed: rest.filter(isPassed), excused, failed };
}

/** Runs the suite on whatever answers at an address. @param baseline what is excused there */
async function runAt(url: string, revision: string, baseline?: string) {
  const stderr = baseline ? "inherit" : "ignore"; // of a server of ours, it is worth reading
  const results = mkdtempSync(join(tmpdir(), "conformance-"));
  const excused = baseline && existsSync(baseline) ? ["--expected-failures", baseline] : [];
  const options = ["--url", url, "--requirements", revision, ...excused];
  const command = [process.execPath, suite.main, "server", ...options, "--output-dir", results];
  const child = Bun.spawn(command, { stdout: "pipe", stderr });
  const printed = await child.stdout.text();
  const code = await child.exited;
  rmSync(results, { recursive: true });
  const requirements = await Bun.file(suite.requirements(revision)).text();
  const { server } = requirementSet.parse(Bun.YAML.parse(requirements));
  return { printed, code, required: server, ...readOutcome(printed, server) };
}
const baselineOf = (name: ServerName, revision: string) =>
  path(`tests/conformance/${name}.${revision}.yaml`);

/** How each scenario that a revision requires ended on a server that somebody else runs. */
export async function runSuite(url: string, revision: string) {
  const { required, passed } = await runAt(url, revision);
  const excused = Bun.YAML.parse(await Bun.file(baselineOf("shop", revision)).text());
  const forFixtures = requirementSet.parse(excused).server.map((name) => name.split(":")[0]);
  return required.map((name) => {
    return { name, isPassed: passed.includes(name), isForFixtures: forFixtures.includes(name) };
  });
}

async function run(name: ServerName, revision: string, isVerbose: boolean): Promise<Outcome> {
  const { url, stop } = await servers[name]();
  const { printed, code, ...outcome } = await runAt(url, revision, baselineOf(name, revision));
  await stop();
  if (isVerbose || outcome.failed.length > 0) console.log(printed);
  if (code !== 0 && outcome.failed.length === 0) outcome.failed.push(`exit code ${code}`);
  return outcome;
}

async function main() {
  const flag = { type: "boolean", default: false } as const;
  const { verbose, write } = parseArgs({ options: { verbose: flag, write: flag } }).values;
  let [passes, failures] = [0, 0];
  const rows: string[][] = [];
  for (const name of Object.keys(servers) as ServerName[])
    // the table's own keys
    for (const revision of REVISIONS) {
      console.error(`Running the scenarios of ${revision} on ${TITLES[name]}.`);
      const { passed, excused, failed } = await run(name, revision, verbose);
      console.log(
        `${name}, ${revision}: ${passed.length} scenarios pass, ${excused.length} excused`,
      );
      for (const scenario of failed)
        console.log(`  fails, or is excused without need: ${scenario}`);
      const counts = [passed, excused, failed].map((scenarios) => String(scenarios.length));
      rows.push([TITLES[name], revision, ...counts]);
      passes += passed.length;
      failures += failed.length;
    }
  const counts = table(["served by", "revision", "pass", "excused", "fail"], rows);
  const page = await withSections("README.md", { conformance: counts });
  const readme = Bun.file(path("README.md"));
  if (write) await readme.write(page);
  else if (page !== (await readme.text())) {
    console.log("\nREADME.md has other counts: bun run conformance --write");
    failures += 1;
  }
  console.log(`\n ${passes} pass\n ${failures} fail`);
  process.exitCode = failures === 0 ? 0 : 1;
}
if (import.meta.main) await main();
