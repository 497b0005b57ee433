/**
 * Sends the same sequences to mock and Django and records where their answers differ. `createProof` is called by
 * `scripts/truth.ts`.
 *
 * @module
 */
import fc from "fast-check";
import { compareRuns, type Difference, formatDifference, playSequence } from "./compare.ts";
import { generatedSequence } from "./generated.ts";
import { describeStep, type Opener, type Run, type Sequence } from "./probe.ts";

/** A sequence, and how Django answered it: a mock has to answer the same. */
export interface Proven {
  sequence: Sequence;
  django: Run;
}
/** A difference, how often it was seen, and the shortest sequence that leads to it. */
export interface Finding {
  difference: Difference;
  sequence: Sequence;
  times: number;
}
const MAX_GENERATED_STEPS = 45;
const MAX_FINDINGS = 40;
const MAX_SHRUNK = 6;
/** Differences in the same field of the same kind of answer, in any row of a list, count as one. */
const kindOf = ({ where, path }: Difference) => `${where} ${path.replaceAll(/\[\d+\]/g, "[]")}`;

export function createProof(mock: Opener, django: Opener) {
  const proven: Proven[] = [];
  const found = new Map<string, Finding>();

  async function findDifferences(sequence: Sequence): Promise<Difference[]> {
    const onDjango = await playSequence(django, sequence);
    const differences = compareRuns(sequence, await playSequence(mock, sequence), onDjango);
    if (differences.length === 0) proven.push({ sequence, django: onDjango });
    return differences;
  }
  function record(sequence: Sequence, differences: Difference[]) {
    for (const difference of differences) {
      const kind = kindOf(difference);
      const known = found.get(kind);
      found.set(
        kind,
        known ? { ...known, times: known.times + 1 } : { difference, sequence, times: 1 },
      );
    }
  }
  /** Looks for fewer steps that lead to the same difference: the last one alone, then all but what can be left out. */
  async function shrink({ sequence, difference, times }: Finding): Promise<Finding> {
    const whole = sequence.steps.slice(0, difference.step + 1);
    let best: Finding = { difference, times, sequence: { ...sequence, steps: whole } };
    const stillDiffers = async (steps: Sequence["steps"]) => {
      const shorter = { ...sequence, steps };
      const again = (await findDifferences(shorter)).find(
        (one) => kindOf(one) === kindOf(difference),
      );
      if (again) best = { difference: again, times, sequence: shorter };
      return again !== undefined;
    };
    if (whole.length === 1 || (await stillDiffers(whole.slice(-1)))) return best;
    for (
      let size = Math.ceil(whole.length / 2), tries = 40;
      size >= 1;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    )
      for (let from = 0; from < best.sequence.steps.length - 1 && tries-- > 0;)
        if (!(await stillDiffers(best.sequence.steps.toSpliced(from, size)))) from += size;
    return best;
  }

  return {
    proven,
    /** Plays given sequences. */
    async check(sequences: readonly Sequence[]) {
      for (const sequence of sequences) record(sequence, await findDifferences(sequence));
    },
    /** Plays generated sequences, until one differs: that one is shrunk. */
    async checkGenerated(seed: number, numRuns: number) {
      const before = proven.length;
      const property = fc.asyncProperty(
        generatedSequence(MAX_GENERATED_STEPS),
        async (sequence) => {
          return (await findDifferences(sequence)).length === 0;
        },
      );
      const limit = { interruptAfterTimeLimit: 150_000, markInterruptAsFailure: true };
      const run = await fc.check(property, { seed, numRuns, unbiased: true, ...limit });
      if (!run.failed) return;
      proven.length = before; // the runs while shrinking are part of no proof
      const [sequence] = run.counterexample ?? [];
      if (!sequence)
        throw new Error(
          `only ${run.numRuns} of ${numRuns} generated sequences were played in time`,
        );
      const differences = await findDifferences(sequence);
      if (differences.length === 0)
        throw run.errorInstance ?? new Error("a generated sequence differed once, and not again");
      record(sequence, differences);
    },
    /** The differences, the first few of them with the shortest sequence. */
    async findings(): Promise<Finding[]> {
      const all = [...found.values()].slice(0, MAX_FINDINGS);
      const shrunk: Finding[] = [];
      for (const one of all.slice(0, MAX_SHRUNK)) shrunk.push(await shrink(one));
      return [
        ...shrunk,
        ...all.slice(MAX_SHRUNK).map((one) => ({
          ...one,
          sequence: {
            ...one.sequence,
            steps: one.sequence.steps.slice(one.difference.step, one.difference.step + 1),
          },
        })),
      ];
    },
  };
}
/** A difference in one line, and below it the steps that lead to it. */
export const formatFinding = ({ difference, sequence, times }: Finding): string =>
  [
    formatDifference(difference),
    `  ${times === 1 ? "once" : `${times} times`}, first in ${sequence.name}:`,
    ...sequence.steps.map((step) => `    ${describeStep(step)}`),
  ].join("\n");
