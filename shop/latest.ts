/**
 * A map that holds so many entries, those that were used last.
 *
 * ```ts
 * const shops = new Latest<string, Shop>(1000);
 * const shop = shops.get(key) ?? shops.add(key, open(key));
 * ```
 */
export class Latest<K, V> {
  readonly #entries = new Map<K, V>(); // the least recently used first

  constructor(readonly most: number) {}
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }
  add(key: K, value: V): V {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.most && oldest !== undefined) this.#entries.delete(oldest);
    return value;
  }
}
