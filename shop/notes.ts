/**
 * Notes: what has to be said with a result, so that nothing is lost in silence. Every tool call has a `Notes`;
 * the client and the tools write to it, and its sentences end the result.
 *
 * Schemas parse synchronously and cannot be handed anything, so `collectNotes` names the notes that they write
 * to while they run.
 *
 * @module
 */
/** `1 product`, `2 policies`. */
export const pluralize = (n: number, what: string): string =>
  `${n} ${n === 1 ? what : `${what.replace(/y$/, "ie")}s`}`;

/** What one call has to say beside its result. */
export class Notes {
  readonly #sentences = new Set<string>();
  readonly #leftOut = new Map<string, number>();
  #shortened = 0;
  #isCut = false;
  /** What a list knows of further rows: there `are` more, or there `may be`. */
  more: "are" | "may be" | undefined;

  /** Adds a sentence, once. */
  add(sentence: string): void {
    this.#sentences.add(sentence);
  }
  /** Something could not be read and is not in the result: `order line`, `price`. */
  leaveOut(what: string, n = 1): void {
    this.#leftOut.set(what, (this.#leftOut.get(what) ?? 0) + n);
  }
  /** A text was cut, and ends with `…`. */
  shorten(n = 1): void {
    this.#shortened += n;
  }
  /** A list of the answer was too long to be read to its end. */
  cut(): void {
    this.#isCut = true;
  }
  /** Whether a text or a list was cut. */
  get isShortened(): boolean {
    return this.#shortened > 0 || this.#isCut;
  }
  /** Takes over what others have to say. */
  merge(others: Notes): void {
    for (const sentence of others.#sentences) this.add(sentence);
    for (const [what, n] of others.#leftOut) this.leaveOut(what, n);
    this.shorten(others.#shortened);
    this.#isCut ||= others.#isCut;
  }
  /** How much could not be read. */
  get missing(): number {
    return [...this.#leftOut.values()].reduce((all, n) => all + n, 0);
  }
  /** Of what could not be read, a sentence each. */
  leftOut(): string[] {
    return Array.from(this.#leftOut, ([what, n]) => {
      return `${pluralize(n, what)} of the shop's answer could not be read and ${n === 1 ? "is" : "are"} left out.`;
    });
  }
  /** The sentences, in the order in which they came. */
  list(): string[] {
    const shortened = `${pluralize(this.#shortened, "text")} of the shop's answer ${this.#shortened === 1 ? "is" : "are"} shortened, with "…" at the end.`;
    const cut = "The shop's answer is very long, and only its beginning was read.";
    return [
      ...this.#sentences,
      ...this.leftOut(),
      ...(this.#shortened ? [shortened] : []),
      ...(this.#isCut ? [cut] : []),
    ];
  }
}

let current: Notes | undefined;
/** Runs synchronous work whose notes go to these. */
export function collectNotes<T>(notes: Notes, work: () => T): T {
  const outer = current;
  current = notes;
  try {
    return work();
  } finally {
    current = outer;
  }
}
/** The notes that work at hand writes to; undefined where nobody collects them. */
export const currentNotes = (): Notes | undefined => current;
