/**
 * Several streams of one. A message goes to the newest that is open, since it is said once; comments, which keep a
 * stream alive, go to all.
 *
 * ```ts
 * const shared = shareStream(source, () => console.log("nobody hears any more"));
 * const body = shared.open(request.signal);
 * ```
 *
 * @module
 */
const MOST = 4; // at a time; before another, the oldest ends
const OPENED = new TextEncoder().encode(": open\n\n"); // a stream begins at once, since its head is sent with its first part
const COLON = 0x3a;
type Controller = ReadableStreamDefaultController<Uint8Array>;

/** @param onEnd runs once, when the source has ended or the last stream has */
export function shareStream(source: ReadableStream<Uint8Array>, onEnd: () => void) {
  const reader = source.getReader();
  const streams = new Set<Controller>(); // the oldest first
  function leave(stream: Controller): void {
    if (streams.delete(stream) && streams.size === 0) void reader.cancel();
  }
  function end(stream: Controller): void {
    if (streams.has(stream)) stream.close();
    leave(stream);
  }
  async function pass(): Promise<void> {
    for (;;) {
      const { value } = await reader.read();
      if (!value) break;
      const hearing = [...streams].slice(value[0] === COLON ? 0 : -1);
      for (const stream of hearing) stream.enqueue(value);
    }
    streams.forEach(end);
    onEnd();
  }
  void pass();
  return {
    /** @param signal ends it */
    open(signal: AbortSignal): ReadableStream<Uint8Array> {
      let own: Controller;
      const onAbort = () => end(own);
      return new ReadableStream({
        start(stream) {
          own = stream;
          stream.enqueue(OPENED);
          const [oldest] = streams.add(stream);
          if (oldest && streams.size > MOST) end(oldest);
          if (signal.aborted) end(stream);
          else signal.addEventListener("abort", onAbort, { once: true });
        },
        cancel() {
          signal.removeEventListener("abort", onAbort);
          leave(own);
        },
      });
    },
  };
}
