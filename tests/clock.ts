/** A clock that the test holds: timers run only when it says so, sockets as always. */
import { jest } from "bun:test";

const realTurn = setImmediate;
/** Lets sockets and promises go on for a turn, while no time passes. */
const turn = () => new Promise<void>((next) => realTurn(next));

/**
 * Waits for `work` with the clock in hand. Each time `arrivals` grows, `milliseconds` pass at once, so that
 * what was asked then is overdue, and after that the one millisecond that a wait of no length takes.
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
      if (arrivals() === seen) continue;
      seen++;
      jest.advanceTimersByTime(milliseconds);
      await turn();
      jest.advanceTimersByTime(1);
    }
    return await result;
  } finally {
    jest.useRealTimers();
  }
}
