/**
 * Proves that the mock tells the truth: the same calls to it and to a real Django, whose every answer and final
 * world have to be the same; then that this proof would notice, by mutants of the mock; then Django alone,
 * against the OpenAPI document.
 *
 * ```sh
 * bun run test:truth                # all of it
 * bun run test:truth --seed 7       # other drawn sequences
 * bun run test:truth --runs 2000    # more of them
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import * as handlers from "../mocks/handlers.ts";
import * as shop from "../mocks/shop.ts";
import { coverage } from "../tests/parity/coverage.ts";
import { mutants } from "../tests/parity/mutants.ts";
import { hunt } from "../tests/parity/mutate.ts";
import { prove, report } from "../tests/parity/prove.ts";
import { conform } from "../tests/parity/schemathesis.ts";
import { mockOpener, openClockedDjango } from "../tests/parity/shops.ts";
import { toldSequences } from "../tests/parity/recorded.ts";
import { writtenSequences } from "../tests/parity/handwritten.ts";
import { makeVenv } from "./django.ts";

const LEAST_CALLS = 2000;
const LEAST_KILLED = 0.95;
const begun = performance.now();
const say = (what: string) =>
  console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${what}`);

/** How many of its checks held, and how many did not. */
interface Outcome {
  pass: number;
  fail: number;
}
type Django = Awaited<ReturnType<typeof openClockedDjango>>;

/** The proof, and its own. */
async function proof(django: Django, seed: number, runs: number): Promise<Outcome> {
  const run = prove(mockOpener({ ...handlers, ...shop }, django.url), django.open);
  await run.each(writtenSequences);
  say(`${writtenSequences.length} sequences written by hand`);
  const stories = await toldSequences();
  await run.each(stories);
  say(`${stories.length} stories`);
  await run.drawn(seed, runs);
  say(`${runs} drawn sequences (--seed ${seed})`);

  const found = await run.found();
  for (const one of found) console.error(`\n${report(one)}`);
  const covered = coverage();
  for (const { sequence, django: played } of run.proven) covered.add(sequence, played);
  const { calls, wanted, unproven, unforeseen, codes } = covered.told();
  say(
    `${calls} calls answered alike; ${wanted - unproven.length} of ${wanted} operations × statuses, ${codes} operations × refusal codes`,
  );
  const isWhole = found.length === 0; // what differs is unproven, and said above
  if (isWhole && unproven.length) console.error(`\nunproven: ${unproven.join(", ")}`);
  if (unforeseen.length)
    console.error(
      `\nseen, and in no list of tests/parity/handwritten.ts: ${unforeseen.join(", ")}`,
    );
  const few = isWhole && calls < LEAST_CALLS;
  if (few) console.error(`\nonly ${calls} calls: at least ${LEAST_CALLS} are a proof`);
  const pass = run.proven.length;
  if (!isWhole) {
    console.error("\nNo mutants: the mock itself does not do as Django does.");
    return { pass, fail: found.length };
  }
  const fail = unproven.length + unforeseen.length + (few ? 1 : 0);

  const { killed, survivors, broken } = await hunt(mutants, run.proven, django.url);
  const share = killed / mutants.length;
  say(`${killed} of ${mutants.length} mutants killed (${(share * 100).toFixed(1)} %)`);
  if (survivors.length)
    console.error(`\nsurvivors:\n${survivors.map((name) => `  ${name}`).join("\n")}`);
  if (broken.length)
    console.error(
      `\nno mutants any more, mend tests/parity/mutants.ts:\n${broken.map((why) => `  ${why}`).join("\n")}`,
    );
  return {
    pass: pass + killed,
    fail: fail + broken.length + (share < LEAST_KILLED ? survivors.length : 0),
  };
}

async function main(args: string[]): Promise<Outcome> {
  const options = {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "120" },
  } as const;
  const { values } = parseArgs({ args, options });
  const [seed, runs] = [Number(values.seed), Number(values.runs)];
  if (!Number.isInteger(seed) || !(Number.isInteger(runs) && runs > 0))
    throw new Error("--seed and --runs are whole numbers");
  await makeVenv();
  const django = await openClockedDjango();
  try {
    const proven = await proof(django, seed, runs);
    const conforming = await conform(django, seed);
    say(conforming.told);
    return { pass: proven.pass + conforming.pass, fail: proven.fail + conforming.fail };
  } finally {
    await django.stop();
  }
}

if (import.meta.main)
  try {
    const { pass, fail } = await main(process.argv.slice(2));
    console.log(`\n ${pass} pass\n ${fail} fail`);
    process.exitCode = fail ? 1 : 0;
  } catch (error) {
    console.error("test:truth:", error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
