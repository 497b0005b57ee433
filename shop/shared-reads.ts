/**
 * Identical reads at the same time share one request to the shop. Nothing is kept once it is answered, so nothing is
 * ever older than the call that began it.
 *
 * ```ts
 * const share = shareReads();
 * const page = await share("/api/products/search/?q=pen", signal, (signal) => fetchPage(signal));
 * ```
 *
 * @module
 */
interface Flight<T> {
  answer: Promise<T>;
  /** How many wait for it. */
  readers: number;
  /** Aborted when nobody waits any more. */
  abandoned: AbortController;
}

/** The answer, or the reason why the reader has given up. */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    const done = () => signal.removeEventListener("abort", giveUp);
    signal.addEventListener("abort", giveUp);
    answer.then(resolve, reject).finally(done);
  });
}

/** Reads under way, by what is read. Make one for each caller of the shop: its answers are that caller's alone. */
export function shareReads<T>() {
  const flights = new Map<string, Flight<T>>();

  function begin(key: string, read: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abandoned = new AbortController();
    const flight: Flight<T> = { answer: read(abandoned.signal), readers: 0, abandoned };
    const land = () => flights.get(key) === flight && flights.delete(key);
    flight.answer.then(land, land); // before anybody hears of it, so that a later call reads anew
    flights.set(key, flight);
    return flight;
  }

  /**
   * Reads, or joins whoever reads the same. Giving up ends the request only when nobody else waits for it. A failure
   * is told to the one who began it alone: who has joined then reads again.
   * @param read begins the request; its signal is aborted when nobody waits for it
   */
  return async function share(
    key: string,
    signal: AbortSignal | undefined,
    read: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const joined = flights.get(key);
    const flight = joined ?? begin(key, read);
    flight.readers += 1;
    try {
      return await unlessAborted(flight.answer, signal);
    } catch (error) {
      if (!joined || signal?.aborted) throw error;
      return await read(signal ?? new AbortController().signal);
    } finally {
      flight.readers -= 1;
      if (flight.readers === 0 && flights.get(key) === flight) {
        flights.delete(key); // it is unanswered
        flight.abandoned.abort();
      }
    }
  };
}
