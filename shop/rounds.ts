/**
 * Looks at things in turn, evenly and at a bounded rate: each once in so many ms, and one in a second at most, however
 * many there are. While looks fail, they become rarer; whoever is asked to wait is left alone for that long. Nothing is
 * left to chance, and where there is nothing to look at, nothing runs.
 *
 * ```ts
 * const rounds = openRounds({ everyMs: 30_000, look: async (order) => ({ failed: false }), askerOf: () => "me" });
 * rounds.add("1054");
 * rounds.delete("1054");
 * ```
 *
 * @module
 */

const LEAST_GAP_MS = 1000; // or `everyMs`, if that is less
const MOST_GAP_MS = 300_000; // while looks fail

/** What came of a look. */
export interface Looked {
  /** Whether it has to be made anew, since there was no answer. */
  failed: boolean;
  /** For how long this thing need not be looked at, in ms. @default 0 */
  restMs?: number;
  /** For how long whoever asks is to ask nothing, in ms. @default 0 */
  askerRestMs?: number;
}
export interface RoundOptions<T extends object> {
  everyMs: number;
  look(thing: T): Promise<Looked>;
  /** For whom a thing is looked at. */
  askerOf(thing: T): object;
  /** A steady clock, in ms. @default performance.now */
  now?: (() => number) | undefined;
  /** Runs something later; returns what prevents it. @default setTimeout, which keeps no process up */
  after?: ((ms: number, run: () => void) => () => void) | undefined;
}
const afterTimeout = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

export function openRounds<T extends object>(options: RoundOptions<T>) {
  const { everyMs, look, askerOf, now = () => performance.now(), after = afterTimeout } = options;
  /** What each asker has looked at; whose turn it is comes first, and of theirs what is next. */
  const askers = new Map<object, Set<T>>();
  /** Until when things and askers are left alone. */
  const rests = new WeakMap<object, number>();
  let size = 0;
  let failures = 0; // in a row
  let lastAt = 0;
  let isLooking = false;
  let cancel: (() => void) | undefined;

  function gapMs(): number {
    const gap = Math.max(everyMs / size, Math.min(everyMs, LEAST_GAP_MS));
    return Math.min(gap * 2 ** failures, Math.max(gap, MOST_GAP_MS));
  }
  function plan(): void {
    cancel?.();
    cancel = undefined;
    if (isLooking || size === 0) return;
    cancel = after(Math.max(0, lastAt + gapMs() - now()), () => void lookAtNext());
  }
  const isReady = (one: object) => (rests.get(one) ?? 0) <= now();
  /** What is next, which is then last; of whoever has waited longest, so that nobody waits for all that others have. */
  function takeNext(): T | undefined {
    for (const [asker, things] of askers) {
      const next = isReady(asker) ? [...things].find(isReady) : undefined;
      if (!next) continue;
      things.delete(next);
      askers.delete(asker);
      askers.set(asker, things.add(next));
      return next;
    }
    return undefined;
  }
  async function lookAtNext(): Promise<void> {
    lastAt = now();
    const next = takeNext();
    if (next) {
      isLooking = true;
      const { failed, restMs = 0, askerRestMs = 0 } = await look(next);
      isLooking = false;
      failures = failed ? Math.min(failures + 1, 10) : 0;
      rests.set(next, lastAt + Math.max(restMs, 0.9 * everyMs)); // a timer is not that exact
      rests.set(askerOf(next), now() + askerRestMs);
    }
    plan();
  }
  return {
    /** Looks at it from now on, for the first time after a round. */
    add(thing: T): void {
      const things = askers.get(askerOf(thing)) ?? new Set();
      if (things.has(thing)) return;
      if (size++ === 0) lastAt = now();
      rests.set(thing, now() + 0.9 * everyMs);
      askers.set(askerOf(thing), things.add(thing));
      plan();
    },
    delete(thing: T): void {
      const things = askers.get(askerOf(thing));
      if (!things?.delete(thing)) return;
      if (things.size === 0) askers.delete(askerOf(thing));
      size--;
      plan();
    },
  };
}
