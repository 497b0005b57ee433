/** A fake clock: timers fire only when the test lets time pass; sockets work as always. */
import { jest } from "bun:test";

const realSetImmediate = setImmediate;
const STEP_MS = 10;
const MAX_MS = 120_000; // clients give up after 60 s
/** One turn of the event loop: sockets and promises go on, and no time passes. */
const nextTurn = () => new Promise<void>((next) => realSetImmediate(next));

/**
 * Fakes the clock for a server in this process. Its requests go through `send`, so that the clock knows of each
 * whether it is still being worked on; while none is, time passes by 10 ms a turn.
 */
export function useFakeClock(fetcher: typeof fetch = fetch) {
  let lastTag = 0;
  const open = new Map<string, { isWaiting: boolean }>();
  /** Called when a request has gone on, or the work is done. */
  let wake = () => {};
  jest.useFakeTimers();

  return {
    /** `fetch` for the server on this clock. Each request carries a tag in `x-story`, which `waits` is called with. */
    async send(url: string, init: RequestInit): Promise<Response> {
      const tag = String(++lastTag);
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
              const chunk = await reader?.read();
              if (chunk?.value) return controller.enqueue(chunk.value);
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
        const { status, headers: responseHeaders } = response;
        return new Response(body, { status, headers: responseHeaders });
      } catch (error) {
        close();
        throw error;
      }
    },
    /** Marks a request as waiting for nothing but time, or as no longer waiting. */
    waits(tag: string | undefined, isWaiting: boolean): void {
      const request = open.get(tag ?? "");
      if (request) request.isWaiting = isWaiting;
      wake();
    },
    /** Waits for work, and lets time pass while nothing else is waited for. @throws {Error} after 120 s of fake time */
    async during<T>(work: Promise<T>): Promise<T> {
      let isDone = false;
      const done = () => {
        isDone = true;
        wake();
      };
      work.then(done, done);
      let passedMs = 0;
      while (!isDone) {
        await nextTurn();
        const isBusy = [...open.values()].some((request) => !request.isWaiting);
        if (isDone) break;
        if (isBusy) {
          await new Promise<void>((next) => (wake = next));
          continue;
        }
        jest.advanceTimersByTime(STEP_MS);
        passedMs += STEP_MS;
        if (passedMs > MAX_MS) throw new Error(`nothing came of it in ${MAX_MS / 1000} s`);
      }
      return work;
    },
    release: () => void jest.useRealTimers(),
  };
}
