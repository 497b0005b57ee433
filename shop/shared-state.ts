/**
 * What the processes of one deployment know together: which answers were used up and which were no, what became of
 * them, how many calls a caller has left, and events. A process alone keeps it in its own memory, here; several share
 * a Redis or Valkey (redis-state.ts).
 *
 * @module
 */
import { openBuckets, type Rate } from "./rate-limit.ts";

export const REMEMBERED_SECONDS = 600;
const MOST_REMEMBERED = 1000; // of each kind

/** Hears an event; undefined: events may have been missed, so that anything may have changed. */
export type Listener = (event: string | undefined) => void;

/** Entries are named `kind:name`, and kept for ten minutes. What may be elsewhere is awaited. */
export interface SharedState {
  /** The name of this memory: another one once something in it may have been lost. @throws {ShopError} if unreachable */
  epoch(): string | Promise<string>;
  /** @throws {ShopError} if unreachable */
  get(name: string): string | undefined | Promise<string | undefined>;
  /** Sets an entry now, or as soon as that can be: it never fails. */
  set(name: string, value: string): void | Promise<void>;
  /** Likewise. */
  delete(name: string): void | Promise<void>;
  /**
   * Whether this owner is the first to claim a name, or the one that did, in the memory of that epoch.
   * @throws {ShopError} if unreachable
   */
  claim(name: string, owner: string, epoch: string): boolean | Promise<boolean>;
  /** Whether a bound made room at the cost of an entry of this kind that was to be kept until then, in seconds. */
  mayMiss(kind: string, until: number): boolean;
  /** Takes one call out of a bucket. Returns 0, or the milliseconds after which there is one; it never fails. */
  take(bucket: string, rate: Rate): number | Promise<number>;
  /**
   * Tells an event to the listeners of a channel, in every process. It never fails.
   * @returns whether others than this process's may have heard it
   */
  publish(channel: string, event: string): boolean | Promise<boolean>;
  /** Returns a function that ends the subscription. */
  subscribe(channel: string, listener: Listener): () => void;
  close(): void;
}

/** The latest entries of the last ten minutes, by a clock in seconds. */
export function openMemory<T>(seconds: () => number) {
  const entries = new Map<string, { until: number; value: T }>();
  let forgotten = 0; // until when the latest one would have been known that had to make room
  return {
    /** Whether something that was to be known until then may have been forgotten. */
    mayMiss: (until: number) => until <= forgotten,
    get: (name: string) => {
      const { until = 0, value = undefined } = entries.get(name) ?? {};
      return until < seconds() ? undefined : value;
    },
    set(name: string, value: T) {
      entries.delete(name); // so that it is the latest
      entries.set(name, { until: seconds() + REMEMBERED_SECONDS, value });
      if (entries.size <= MOST_REMEMBERED) return;
      const [[oldest, { until }] = ["", { until: 0 }]] = entries;
      forgotten = until;
      entries.delete(oldest);
    },
    delete: (name: string) => entries.delete(name),
  };
}

/** Listeners by channel. */
export function openChannels() {
  const channels = new Map<string, Set<Listener>>();
  return {
    tell: (channel: string, event: string | undefined) =>
      channels.get(channel)?.forEach((listener) => listener(event)),
    /** Something may have happened on each of them. */
    tellAll: () => channels.forEach((all) => all.forEach((listener) => listener(undefined))),
    subscribe(channel: string, listener: Listener) {
      const own: Listener = (event) => listener(event); // the same listener may come twice
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(own));
      return () => {
        listeners.delete(own);
        if (!listeners.size) channels.delete(channel);
      };
    },
  };
}

/** The state of a process alone. @param now a clock that nobody sets back */
export function openLocalState(now: () => Date): SharedState {
  const seconds = () => Math.floor(now().getTime() / 1000);
  const memories = new Map<string, ReturnType<typeof openMemory<string>>>();
  const memoryOf = (name: string) => {
    const [kind = ""] = name.split(":", 1);
    const memory = memories.get(kind) ?? openMemory<string>(seconds);
    memories.set(kind, memory);
    return memory;
  };
  const { tell, subscribe } = openChannels();
  return {
    epoch: () => "0",
    get: (name) => memoryOf(name).get(name),
    set: (name, value) => memoryOf(name).set(name, value),
    delete: (name) => void memoryOf(name).delete(name),
    claim(name, owner) {
      const known = memoryOf(name).get(name);
      if (known === undefined) memoryOf(name).set(name, owner);
      return (known ?? owner) === owner;
    },
    mayMiss: (kind, until) => memoryOf(kind).mayMiss(until),
    take: openBuckets(() => now().getTime()),
    publish: (channel, event) => (tell(channel, event), true),
    subscribe,
    close: () => {},
  };
}
