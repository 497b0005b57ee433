/**
 * How many calls a caller may make: a bucket for each, which fills again evenly.
 *
 * ```ts
 * const countCall = limitCalls(identityKey(identity), 300, openBuckets(() => performance.now()));
 * countCall(); // throws once there were 300 in a minute
 * ```
 *
 * @module
 */
import { ShopError } from "./errors.ts";

const MOST_BUCKETS = 10_000;

/** How many calls a bucket holds when it is full, and how fast it fills again. */
export interface Rate {
  burst: number;
  perSecond: number;
}
/** Takes one call out of a bucket. Returns 0, or the ms after which there is one. */
export type Take = (bucket: string, rate: Rate) => number | Promise<number>;

/** Buckets in the memory of this process. Each is the time at which it is full again. @param now a steady clock, in ms */
export function openBuckets(now: () => number) {
  const fullAt = new Map<string, number>(); // the least recently used first
  return function take(bucket: string, { burst, perSecond }: Rate): number {
    const [time, each] = [now(), 1000 / perSecond];
    const next = Math.max(time, fullAt.get(bucket) ?? 0) + each;
    const wait = next - burst * each - time;
    if (wait > 0) return Math.ceil(wait);
    fullAt.delete(bucket);
    fullAt.set(bucket, next);
    const [oldest] = fullAt.keys();
    if (fullAt.size > MOST_BUCKETS && oldest !== undefined) fullAt.delete(oldest);
    return 0;
  };
}

/** Counts the calls of one caller. What it returns throws a ShopError where there were too many. */
export function limitCalls(caller: string, perMinute: number, take: Take) {
  const rate = { burst: perMinute, perSecond: perMinute / 60 };
  const refuseAfter = (ms: number) => {
    if (ms > 0) throw new ShopError("too_many_calls", { wait: Math.ceil(ms / 1000) });
  };
  return (): Promise<void> | undefined => {
    const ms = take(caller, rate);
    if (typeof ms !== "number") return ms.then(refuseAfter);
    refuseAfter(ms);
    return undefined;
  };
}
