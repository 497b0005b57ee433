/** A clock that the test holds: timers run only when it says so, sockets as always. */
import { jest } from "bun:test";

const realTurn = setImmediate;
/** Lets sockets and promises go on for a turn, while no time passes. */
export const turn = () => new Promise<void>((next) => realTurn(next));

/**
 * Waits for `work` with the clock in hand. Each time `arrivals` grows, `milliseconds` pass at once: what was
 * asked then is overdue. At all other times none pass, and only waits of no length end.
 */
export async function overdue<T>(
  work: () => Promise<T>,
  arrivals: () => number,
  milliseconds: number,
): Promise<T> {
  jest.useFakeTimers();
  try {
    let isDone = false;
    const result = work().finally(() => {
      isDone = true;
    });
    for (let seen = 0; !isDone; await turn()) {
      const isArrival = arrivals() > seen;
      if (isArrival) seen++;
      jest.advanceTimersByTime(isArrival ? milliseconds : 0);
    }
    return await result;
  } finally {
    jest.useRealTimers();
  }
}
