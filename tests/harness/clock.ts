/** A clock that the test holds: timers run only when it says so, sockets as always. */
import { jest } from "bun:test";

const realTurn = setImmediate;
const TICK_MS = 10;
const LONGEST_MS = 120_000; // clients give up after 60 s
/** Lets sockets and promises go on for a turn, while no time passes. */
const turn = () => new Promise<void>((next) => realTurn(next));

/**
 * Holds the clock for a server in this process. Its requests go through `send`, which knows of each whether
 * something real still happens to it; only while nothing does, time passes, a hundredth of a second a turn.
 */
export function holdClock(fetcher: typeof fetch = fetch) {
  let last = 0;
  const open = new Map<string, { isWaiting: boolean }>();
  /** Is told when a request has gone on, or all work is done. */
  let wake = () => {};
  jest.useFakeTimers();

  return {
    /** Like `fetch`, for the server that is on this clock. Its requests carry a tag, by which others speak of them. */
    async send(url: string, init: RequestInit): Promise<Response> {
      const tag = String(++last);
      const close = () => {
        open.delete(tag);
        wake();
      };
      open.set(tag, { isWaiting: false });
      try {
        const headers = new Headers(init.headers);
        headers.set("x-story", tag);
        const response = await fetcher(url, { ...init, headers });
        const reader = response.body?.getReader();
        if (!reader) close();
        const body = new ReadableStream<Uint8Array>({
          async pull(controller) {
            try {
              const part = await reader?.read();
              if (part?.value) return controller.enqueue(part.value);
              close();
              controller.close();
            } catch (error) {
              close();
              controller.error(error);
            }
          },
          cancel(reason) {
            close();
            return reader?.cancel(reason);
          },
        });
        const { status, headers: told } = response;
        return new Response(body, { status, headers: told });
      } catch (error) {
        close();
        throw error;
      }
    },
    /** Says that a request waits for nothing but time, or no longer does. */
    waits(tag: string | undefined, isWaiting: boolean): void {
      const request = open.get(tag ?? "");
      if (request) request.isWaiting = isWaiting;
      wake();
    },
    /** Waits for work, and lets time pass where that is all that is waited for. */
    async during<T>(work: Promise<T>): Promise<T> {
      let isDone = false;
      const done = () => {
        isDone = true;
        wake();
      };
      work.then(done, done);
      let passed = 0;
      while (!isDone) {
        await turn();
        const isBusy = [...open.values()].some((request) => !request.isWaiting);
        if (isDone) break;
        if (isBusy) {
          await new Promise<void>((next) => (wake = next));
          continue;
        }
        jest.advanceTimersByTime(TICK_MS);
        passed += TICK_MS;
        if (passed > LONGEST_MS) throw new Error(`nothing came of it in ${LONGEST_MS / 1000} s`);
      }
      return work;
    },
    release: () => void jest.useRealTimers(),
  };
}
