/**
 * Proves the server in the hosts that people use it in: `bun run test:hosts [NAME…]` installs them, connects each with
 * `bun run connect`, and has a conversation in it with a scripted model, without a network and a login. What it finds
 * stands in the table of docs/hosts.md.
 *
 * ```sh
 * bun run test:hosts                # all of them; a table that says otherwise is a failure
 * bun run test:hosts codex gemini   # these
 * bun run test:hosts --write        # writes the table
 * bun run test:hosts codex --verbose  # with what the hosts print
 * ```
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { converse, type Observation } from "../tests/in-hosts/conversation.ts";
import { promises } from "../tests/in-hosts/findings.ts";
import { NODE, type TestedHost, testedHosts } from "../tests/in-hosts/hosts.ts";
import { askServer, type Reference } from "../tests/in-hosts/reference.ts";
import { formatTable } from "../tests/in-hosts/table.ts";
import { ended } from "./django.ts";

const root = new URL("..", import.meta.url).pathname;
const PAGE = join(root, "docs/hosts.md");
const [BEGIN, END] = ["<!-- table: bun run test:hosts --write -->", "<!-- end of the table -->"];
const AT_ONCE = 2;

/** Installs an npm package into a folder of its own, unless it is there. @returns the folder of its programs */
async function install(name: string): Promise<string> {
  const folder = join(root, ".cache/hosts", name.replaceAll("/", "+"));
  const programs = join(folder, "node_modules/.bin");
  const done = Bun.file(join(folder, "installed"));
  if (await done.exists()) return programs;
  mkdirSync(folder, { recursive: true });
  await Bun.write(join(folder, "package.json"), '{ "private": true }\n');
  const { code, err } = await ended([process.execPath, "add", "--exact", "--trust", name], {
    cwd: folder,
  });
  if (code !== 0) throw new Error(err.trim().split("\n").at(-1));
  await done.write("");
  return programs;
}

type Result = { skipped: string } | { failed: string[]; observation?: Observation };
async function prove(name: string, host: TestedHost, reference: Reference): Promise<Result> {
  let programs: string[];
  try {
    const [node, own] = [await install(NODE), await install(host.package)];
    programs = [own, node];
  } catch (error) {
    return { skipped: error instanceof Error ? error.message : String(error) };
  }
  try {
    const observation = await converse(name, host, programs);
    const failed = promises.filter(({ holds }) => !holds(observation, reference));
    return { failed: failed.map(({ says }) => says), observation };
  } catch (error) {
    return { failed: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Prints what a host did, and the end of what it printed. */
function printObservation(observation: Observation | undefined, isWhole = false) {
  if (!observation) return;
  const { printed, ...seen } = observation;
  console.log(JSON.stringify(seen, null, 1).slice(0, isWhole ? undefined : 3000));
  console.log(isWhole ? printed : printed.slice(-3000));
}

const { values, positionals } = parseArgs({
  options: { write: { type: "boolean" }, verbose: { type: "boolean" } },
  allowPositionals: true,
});
const chosen = Object.entries<TestedHost>(testedHosts).filter(
  ([name]) => !positionals.length || positionals.includes(name),
);
const reference = await askServer();
await install(NODE).catch(() => {}); // once, before two want it; what it says is said by each host
const seen = new Map<string, Observation>();
let [passes, failures, skipped] = [0, 0, 0];
const queue = chosen.values();
async function work() {
  for (const [name, host] of queue) {
    const started = performance.now();
    const result = await prove(name, host, reference);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if ("skipped" in result) {
      skipped++;
      console.log(
        `${host.title}: SKIPPED, and not proven here. It could not be installed: ${result.skipped}`,
      );
      continue;
    }
    const { failed, observation } = result;
    if (observation) seen.set(host.title, observation);
    failures += failed.length;
    passes += promises.length - failed.length;
    console.log(
      `${host.title} ${host.package.split("@").at(-1)}: ${failed.length ? "FAILED" : "passed"} (${seconds} s)`,
    );
    for (const promise of failed) console.log(`  does not hold: ${promise}`);
    if (values.verbose || failed.length) printObservation(observation, values.verbose);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, work));

const page = await Bun.file(PAGE).text();
const [head = "", rest = ""] = page.split(BEGIN);
const [, tail = ""] = rest.split(END);
const rows = formatTable(Object.values(testedHosts), seen, reference, page);
const renewed = `${head}${BEGIN}\n\n${rows}\n\n${END}${tail}`;
if (values.write) await Bun.write(PAGE, renewed);
else if (renewed !== page) {
  failures++;
  console.log(
    "docs/hosts.md: the table is not what was found. `bun run test:hosts --write` writes it.",
  );
} else passes++;
if (skipped) console.log(`\n ${skipped} skip`);
console.log(`\n ${passes} pass\n ${failures} fail`);
process.exitCode = failures ? 1 : 0;
