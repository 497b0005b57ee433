/**
 * Proves the server in the hosts that people use it in. `bun run test:hosts` installs their command lines, connects
 * each with `bun run connect`, and has a conversation in it with a scripted model, without a network and a login. What
 * it finds stands in the table of docs/hosts.md.
 *
 * ```sh
 * bun run test:hosts                  # all of them; a table that says otherwise is a failure
 * bun run test:hosts codex gemini     # these
 * bun run test:hosts --write          # writes the table
 * bun run test:hosts codex --verbose  # with what the host printed, and what its model was shown
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { converse, type Observation } from "../tests/in-hosts/conversation.ts";
import { NODE, type TestedHost, testedHosts, versionOf } from "../tests/in-hosts/hosts.ts";
import { promises } from "../tests/in-hosts/promises.ts";
import { askServer, type Reference } from "../tests/in-hosts/reference.ts";
import { hostTable } from "../tests/in-hosts/table.ts";
import { install } from "./npm-package.ts";
import { withSections } from "./sections.ts";
import { runScript } from "./test-files.ts";

const PAGE = "docs/hosts.md";
const file = Bun.file(new URL(`../${PAGE}`, import.meta.url));
/** Hosts are mostly waiting for themselves to start; more of them only wait for each other. */
const AT_ONCE = 2;

type Outcome = { skipped: string } | { broken: string[]; seen?: Observation; printed: string };
async function prove(
  name: string,
  host: TestedHost,
  node: Promise<string>,
  reference: Reference,
): Promise<Outcome> {
  let programs: string[];
  try {
    programs = [await install(host.package), await node];
  } catch (error) {
    return { skipped: error instanceof Error ? error.message : String(error) };
  }
  try {
    const { seen, printed } = await converse(name, host, programs);
    const broken = promises.filter(({ holds }) => !holds(seen, reference));
    return { broken: broken.map(({ says }) => says), seen, printed };
  } catch (error) {
    return { broken: ["it can be talked to at all"], printed: String(error) };
  }
}

function readOptions(argv: string[]) {
  const options = { write: { type: "boolean" }, verbose: { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  const known = Object.keys(testedHosts);
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length)
    throw new Error(`no host is called ${unknown.join(" or ")}. There are ${known.join(", ")}.`);
  return { ...values, names: positionals.length ? positionals : known };
}

async function main(argv: string[]): Promise<number> {
  const { names, write, verbose } = readOptions(argv);
  const reference = await askServer();
  const node = install(NODE);
  node.catch(() => {}); // each host that needs it says so
  const found = new Map<string, Observation>();
  const count = { pass: 0, skip: 0, fail: 0 };
  const queue = Object.entries<TestedHost>(testedHosts)
    .filter(([name]) => names.includes(name))
    .toReversed() // the last of the table take longest to start
    .values();

  async function work() {
    for (const [name, host] of queue) {
      const title = `${host.title} ${versionOf(host)}`;
      const started = performance.now();
      const outcome = await prove(name, host, node, reference);
      if ("skipped" in outcome) {
        count.skip++;
        const why = `It could not be installed: ${outcome.skipped}`;
        console.log(`${title}: SKIPPED, and not proven here. ${why}`);
        continue;
      }
      const { broken, seen, printed } = outcome;
      if (seen) found.set(host.title, seen);
      count.fail += broken.length;
      count.pass += promises.length - broken.length;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${title}: ${broken.length ? "FAILED" : "passed"} (${seconds} s)`);
      for (const promise of broken) console.log(`  does not hold: ${promise}`);
      if (verbose) console.log(JSON.stringify(seen, null, 1), printed);
      else if (broken.length) console.log(printed.slice(-4000));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  const page = await file.text();
  const hosts = hostTable(Object.values(testedHosts), found, reference, page);
  const renewed = await withSections(PAGE, { hosts });
  if (write) await file.write(renewed);
  else if (renewed === page) count.pass++;
  else {
    count.fail++;
    console.log(`${PAGE} says otherwise. Write it with: bun run test:hosts --write`);
  }
  console.log(`\n ${count.pass} pass\n ${count.skip} skip\n ${count.fail} fail`);
  return count.fail ? 1 : 0;
}

if (import.meta.main) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  await runScript("test:hosts", main);
}
