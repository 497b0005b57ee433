/**
 * Proves that the server tells nothing false, and that the mock behaves like Django.
 *
 * The server is asked about generated shops, and every word that it tells is held against the JSON that the shop sent;
 * mutants of the server then show that the checker notices what is not true. The same calls go to the mock and to a
 * real Django, and all answers and final worlds have to be equal; mutants of the mock then show that this comparison
 * notices differences. On both, a preview has to be what the change then does. Last, Django alone is checked against the OpenAPI document.
 *
 * ```sh
 * bun run test:truth                  # everything
 * bun run test:truth --only server    # the server and generated shops, without a Django
 * bun run test:truth --only mock      # the mock and Django
 * bun run test:truth --seed 7         # other shops and sequences
 * bun run test:truth --runs 2000      # more generated sequences
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import * as handlers from "../mocks/handlers.ts";
import * as shop from "../mocks/shop.ts";
import * as server from "../server.ts";
import { coverage } from "../tests/parity/coverage.ts";
import { handwrittenSequences } from "../tests/parity/handwritten.ts";
import { mutants } from "../tests/parity/mutants.ts";
import { runMutants } from "../tests/parity/mutate.ts";
import { formatKinds, provePreviews } from "../tests/parity/previews.ts";
import { createProof, formatFinding } from "../tests/parity/prove.ts";
import { recordedSequences } from "../tests/parity/recorded.ts";
import { runSchemathesis } from "../tests/parity/schemathesis.ts";
import { mockOpener, openClockedDjango } from "../tests/parity/shops.ts";
import { mutants as serverMutants } from "../tests/truthfulness/mutants.ts";
import { runMutants as runServerMutants } from "../tests/truthfulness/mutate.ts";
import { formatKind, proveTruthful } from "../tests/truthfulness/prove.ts";
import { makeVenv } from "./django.ts";
import { goals } from "./proof-goals.ts";

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
  const isTooSmall = isEqual && calls < goals.calls;
  if (isTooSmall) console.error(`\nonly ${calls} calls: a proof needs at least ${goals.calls}`);
  const pass = proof.proven.length;
  if (!isEqual) {
    console.error("\nNo mutants were run: the mock itself differs from Django.");
    return { pass, fail: findings.length };
  }
  const fail = unproven.length + unexpected.length + (isTooSmall ? 1 : 0);

  const tested = await runMutants(mutants, proof.proven, django.url);
  const ofMutants = reportMutants(mutants.length, tested, "tests/parity/mutants.ts");
  return { pass: pass + ofMutants.pass, fail: fail + ofMutants.fail };
}

interface Tested {
  killed: number;
  survivors: string[];
  broken: string[];
}
/** Says which mutants were not noticed, or no longer apply. */
function reportMutants(
  count: number,
  { killed, survivors, broken }: Tested,
  file: string,
): Outcome {
  const share = killed / count;
  log(`${killed} of ${count} mutants killed (${(share * 100).toFixed(1)} %)`);
  const list = (names: string[]) => names.map((name) => `  ${name}`).join("\n");
  if (survivors.length) console.error(`\nsurvivors:\n${list(survivors)}`);
  if (broken.length)
    console.error(`\nmutants that no longer apply, fix them in ${file}:\n${list(broken)}`);
  const fail = broken.length + (share < goals.killedShare ? survivors.length : 0);
  return { pass: killed, fail };
}

/** Previews and makes generated changes, on the mock and on Django. */
async function proveAllPreviews(django: Django, seed: number): Promise<Outcome> {
  const shops = { mock: mockOpener({ ...handlers, ...shop }, django.url), Django: django.open };
  const outcome = { pass: 0, fail: 0 };
  for (const [name, open] of Object.entries(shops)) {
    const { changes, kinds, failures } = await provePreviews(open, { seed, count: goals.previews });
    for (const one of failures.slice(0, 20)) console.error(`\n${name}: ${one}`);
    const end = failures.length ? `${failures.length} contradictions` : "each as it was previewed";
    log(`${changes} changes on ${name}, ${end}\n${formatKinds(kinds)}`);
    outcome.pass += failures.length ? 0 : 1;
    outcome.fail += failures.length;
  }
  return outcome;
}

/** Asks the server about generated shops, then its mutants. */
async function proveServer(seed: number): Promise<Outcome> {
  const { calls, kinds, honest } = await proveTruthful(server, seed, goals.shops);
  log(`${calls} calls of ${goals.shops} generated shops checked (--seed ${seed})`);
  for (const kind of kinds) console.error(`\n${formatKind(kind)}`);
  const isTooSmall = calls < goals.calls;
  if (isTooSmall) console.error(`\nonly ${calls} calls: a proof needs at least ${goals.calls}`);
  if (kinds.length) {
    console.error("\nNo mutants were run: the server itself tells what is not true.");
    return { pass: honest, fail: kinds.length };
  }
  const tested = await runServerMutants(serverMutants, server, seed, goals.shops);
  const ofMutants = reportMutants(serverMutants.length, tested, "tests/truthfulness/mutants.ts");
  return { pass: honest + ofMutants.pass, fail: ofMutants.fail + (isTooSmall ? 1 : 0) };
}

async function main(args: string[]): Promise<Outcome> {
  const options = {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: "120" },
    only: { type: "string", default: "" },
  } as const;
  const { values } = parseArgs({ args, options });
  const [seed, runs] = [Number(values.seed), Number(values.runs)];
  if (!Number.isInteger(seed) || !(Number.isInteger(runs) && runs > 0))
    throw new Error(
      `--seed and --runs must be whole numbers, --runs above 0; got --seed ${values.seed} --runs ${values.runs}`,
    );
  const { only } = values;
  if (!["", "server", "mock"].includes(only))
    throw new Error(`--only must be server or mock; got --only ${only}`);
  const outcomes: Outcome[] = [];
  if (only !== "mock") outcomes.push(await proveServer(seed));
  if (only !== "server") outcomes.push(...(await proveMockOnDjango(seed, runs)));
  return {
    pass: outcomes.reduce((sum, { pass }) => sum + pass, 0),
    fail: outcomes.reduce((sum, { fail }) => sum + fail, 0),
  };
}
async function proveMockOnDjango(seed: number, runs: number): Promise<Outcome[]> {
  await makeVenv();
  const django = await openClockedDjango();
  try {
    const previews = await proveAllPreviews(django, seed);
    const parity = await proveMock(django, seed, runs);
    const conformance = await runSchemathesis(django, seed);
    log(conformance.summary);
    return [previews, parity, conformance];
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
