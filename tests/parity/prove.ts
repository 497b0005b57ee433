/** Asks both shops the same, and says where they do not say the same. @module */
import fc from "fast-check";
import { compared, type Difference, line, playOn } from "./compare.ts";
import { drawnSequence } from "./generated.ts";
import { type Opener, type Played, type Sequence, told } from "./probe.ts";

/** A sequence, and what Django came to: what a mock has to come to. */
export interface Proven {
  sequence: Sequence;
  django: Played;
}
/** A place that differs, how often it did, and the shortest way there that was found. */
export interface Found {
  difference: Difference;
  sequence: Sequence;
  times: number;
}
const LONGEST_DRAWN = 45;
const SHOWN = 40;
const SHRUNK = 6;
/** Of one kind is what differs at the same place of the same answer, in whatever row. */
const kindOf = ({ where, place }: Difference) => `${where} ${place.replaceAll(/\[\d+\]/g, "[]")}`;

export function prove(mock: Opener, django: Opener) {
  const proven: Proven[] = [];
  const found = new Map<string, Found>();

  async function differing(sequence: Sequence): Promise<Difference[]> {
    const real = await playOn(django, sequence);
    const differences = compared(sequence, await playOn(mock, sequence), real);
    if (differences.length === 0) proven.push({ sequence, django: real });
    return differences;
  }
  function note(sequence: Sequence, differences: Difference[]) {
    for (const difference of differences) {
      const kind = kindOf(difference);
      const known = found.get(kind);
      found.set(
        kind,
        known ? { ...known, times: known.times + 1 } : { difference, sequence, times: 1 },
      );
    }
  }
  /** Fewer steps that still lead there: first the last one alone, then without whatever can be left out. */
  async function shortest({ sequence, difference, times }: Found): Promise<Found> {
    const whole = sequence.steps.slice(0, difference.step + 1);
    let best: Found = { difference, times, sequence: { ...sequence, steps: whole } };
    const tried = async (steps: Sequence["steps"]) => {
      const shorter = { ...sequence, steps };
      const again = (await differing(shorter)).find((one) => kindOf(one) === kindOf(difference));
      if (again) best = { difference: again, times, sequence: shorter };
      return again !== undefined;
    };
    if (whole.length === 1 || (await tried(whole.slice(-1)))) return best;
    for (
      let size = Math.ceil(whole.length / 2), tries = 40;
      size >= 1;
      size = size === 1 ? 0 : Math.ceil(size / 2)
    )
      for (let from = 0; from < best.sequence.steps.length - 1 && tries-- > 0;)
        if (!(await tried(best.sequence.steps.toSpliced(from, size)))) from += size;
    return best;
  }

  return {
    proven,
    /** Plays sequences that are there. */
    async each(sequences: readonly Sequence[]) {
      for (const sequence of sequences) note(sequence, await differing(sequence));
    },
    /** Plays so many drawn ones; the first that differs is shrunk, and ends it. */
    async drawn(seed: number, numRuns: number) {
      const before = proven.length;
      const property = fc.asyncProperty(drawnSequence(LONGEST_DRAWN), async (sequence) => {
        return (await differing(sequence)).length === 0;
      });
      const limit = { interruptAfterTimeLimit: 150_000, markInterruptAsFailure: true };
      const run = await fc.check(property, { seed, numRuns, unbiased: true, ...limit });
      if (!run.failed) return;
      proven.length = before; // what was played while it shrank proves nothing
      const [sequence] = run.counterexample ?? [];
      if (!sequence)
        throw new Error(`only ${run.numRuns} of ${numRuns} drawn sequences were played in time`);
      const differences = await differing(sequence);
      if (differences.length === 0)
        throw run.errorInstance ?? new Error("a drawn sequence differed once, and not again");
      note(sequence, differences);
    },
    /** What differed, with the shortest way there for the first few. */
    async found(): Promise<Found[]> {
      const all = [...found.values()].slice(0, SHOWN);
      const shrunk: Found[] = [];
      for (const one of all.slice(0, SHRUNK)) shrunk.push(await shortest(one));
      return [
        ...shrunk,
        ...all.slice(SHRUNK).map((one) => ({
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
/** A difference in its line, and under it the steps that lead there. */
export const report = ({ difference, sequence, times }: Found): string =>
  [
    line(difference),
    `  ${times === 1 ? "once" : `${times} times`}, first in ${sequence.name}:`,
    ...sequence.steps.map((step) => `    ${told(step)}`),
  ].join("\n");
