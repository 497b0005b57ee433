/** A clock that a test moves by hand, for what takes `now` and `after`. */

/** Lets what is ready run, loopback sockets included. */
export const settle = async (turns = 20) => {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((end) => void setImmediate(end));
};

export function useHandClock() {
  let time = 0;
  const timers = new Map<object, { at: number; run: () => void }>();
  return {
    now: () => time,
    after(ms: number, run: () => void) {
      const timer = {};
      timers.set(timer, { at: time + ms, run });
      return () => void timers.delete(timer);
    },
    /** How many things wait. */
    waiting: () => timers.size,
    /** Lets this much time pass, and what is due run, in its order; `meanwhile` is waited for after each. */
    async pass(ms: number, meanwhile: () => Promise<unknown> = settle) {
      const end = time + ms;
      for (;;) {
        const [next] = [...timers].toSorted(([, a], [, b]) => a.at - b.at);
        if (!next || next[1].at > end) break;
        timers.delete(next[0]);
        time = Math.max(time, next[1].at);
        next[1].run();
        await meanwhile();
      }
      time = end;
    },
  };
}
