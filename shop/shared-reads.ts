/**
 * Identical reads at the same time share one request to the shop. Nothing is kept once it is answered.
 *
 * ```ts
 * const share = shareReads();
 * const page = await share("/api/products/search/?q=pen", signal, () => fetchPage(signal));
 * ```
 *
 * @module
 */

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
  const underWay = new Map<string, Promise<T>>();

  /**
   * Reads, or joins whoever reads the same. Who begins a read owns it: it ends when its owner gives up, and what it
   * fails with is told to the owner alone. Whoever has joined reads for itself then.
   */
  return async function share(
    key: string,
    signal: AbortSignal | undefined,
    read: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const joined = underWay.get(key);
    if (joined)
      return unlessAborted(joined, signal).catch((error: unknown) => {
        if (signal?.aborted) throw error;
        return read();
      });
    const own = read();
    underWay.set(key, own);
    try {
      return await own;
    } finally {
      underWay.delete(key); // a later call reads anew
    }
  };
}
