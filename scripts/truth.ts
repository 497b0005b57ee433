/**
 * Proves that the mock behaves like Django, in three parts. The same calls go to the mock and to a real Django, and
 * all answers and final worlds have to be equal. Mutants of the mock then show that this comparison notices
 * differences. Last, Django alone is checked against the OpenAPI document.
 *
 * ```sh
 * bun run test:truth                # all three parts
 * bun run test:truth --seed 7       # other generated sequences
 * bun run test:truth --runs 2000    # more generated sequences
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import * as handlers from "../mocks/handlers.ts";
import * as shop from "../mocks/shop.ts";
import { coverage } from "../tests/parity/coverage.ts";
import { handwrittenSequences } from "../tests/parity/handwritten.ts";
import { mutants } from "../tests/parity/mutants.ts";
import { runMutants } from "../tests/parity/mutate.ts";
import { createProof, formatFinding } from "../tests/parity/prove.ts";
import { recordedSequences } from "../tests/parity/recorded.ts";
import { runSchemathesis } from "../tests/parity/schemathesis.ts";
import { mockOpener, openClockedDjango } from "../tests/parity/shops.ts";
import { makeVenv } from "./django.ts";

const MIN_CALLS = 2000;
const MIN_KILLED_SHARE = 0.95;
const startedAt = performance.now();
const log = (message: string) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${message}`);

/** How many checks passed and failed. */
interface Outcome {
  pass: number;
  fail: number;
}
type Django = Awaited<ReturnType<typeof openClockedDjango>>;

/** Compares the mock with Django, then the mutants. */
async function proveMock(django: Django, seed: number, runs: number): Promise<Outcome> {
  const proof = createProof(mockOpener({ ...handlers, ...shop }, django.url), django.open);
  await proof.check(handwrittenSequences);
  log(`${handwrittenSequences.length} sequences written by hand`);
  const stories = await recordedSequences();
  await proof.check(stories);
  log(`${stories.length} stories`);
  await proof.checkGenerated(seed, runs);
  log(`${runs} generated sequences (--seed ${seed})`);

  const findings = await proof.findings();
  for (const one of findings) console.error(`\n${formatFinding(one)}`);
  const seen = coverage();
  for (const { sequence, django: run } of proof.proven) seen.add(sequence, run);
  const { calls, expected, unproven, unexpected, codes } = seen.summary();
  log(
    `${calls} calls answered equally; ${expected - unproven.length} of ${expected} operations × statuses, ${codes} operations × refusal codes`,
  );
  const isEqual = findings.length === 0; // what differs is unproven as well, and reported above
  if (isEqual && unproven.length) console.error(`\nunproven: ${unproven.join(", ")}`);
  if (unexpected.length)
    console.error(
      `\nseen, but not listed in tests/parity/handwritten.ts: ${unexpected.join(", ")}`,
    );
  const isTooSmall = isEqual && calls < MIN_CALLS;
  if (isTooSmall) console.error(`\nonly ${calls} calls: a proof needs at least ${MIN_CALLS}`);
  const pass = proof.proven.length;
  if (!isEqual) {
    console.error("\nNo mutants were run: the mock itself differs from Django.");
    return { pass, fail: findings.length };
  }
  const fail = unproven.length + unexpected.length + (isTooSmall ? 1 : 0);

  const { killed, survivors, broken } = await runMutants(mutants, proof.proven, django.url);
  const share = killed / mutants.length;
  log(`${killed} of ${mutants.length} mutants killed (${(share * 100).toFixed(1)} %)`);
  if (survivors.length)
    console.error(`\nsurvivors:\n${survivors.map((name) => `  ${name}`).join("\n")}`);
  if (broken.length)
    console.error(
      `\nmutants that no longer apply, fix them in tests/parity/mutants.ts:\n${broken.map((why) => `  ${why}`).join("\n")}`,
    );
  return {
    pass: pass + killed,
    fail: fail + broken.length + (share < MIN_KILLED_SHARE ? survivors.length : 0),
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
    throw new Error(
      `--seed and --runs must be whole numbers, --runs above 0; got --seed ${values.seed} --runs ${values.runs}`,
    );
  await makeVenv();
  const django = await openClockedDjango();
  try {
    const parity = await proveMock(django, seed, runs);
    const conformance = await runSchemathesis(django, seed);
    log(conformance.summary);
    return { pass: parity.pass + conformance.pass, fail: parity.fail + conformance.fail };
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
