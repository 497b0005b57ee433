/**
 * What a host hears of a call that takes its time, where it has asked for that: every second, from the first one on,
 * what the call waits for. Nothing is known of how long that will be, so there is no total.
 *
 * @module
 */
import { MOST_TRIES } from "./resilience.ts";

const EVERY_MS = 1000;
/** Tells the host. `progress`: seconds, more each time. */
export type Tell = (progress: number, message: string) => void;

export class Progress {
  readonly #tell: Tell;
  #seconds = 0;
  #message = "";
  constructor(tell: Tell) {
    this.#tell = tell;
  }
  /** An attempt to reach the shop begins, counted from 1. */
  readonly onAttempt = (attempt: number): void => {
    const which = attempt > 1 ? ` (attempt ${attempt} of ${MOST_TRIES})` : "";
    this.#message = `Waiting for the shop${which}`;
  };
  /** Tells of this work until it ends. What follows later, for the same host, goes on from there. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#message = "Waiting for its turn";
    const timer = setInterval(() => this.#tell(++this.#seconds, this.#message), EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}
