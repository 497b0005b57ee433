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

type Note = ["said" | "left out" | "shortened" | "cut", string];

/** What one call has to say beside its result. */
export class Notes {
  /** In the order in which they came, so that the last ones can be taken back. */
  readonly #journal: Note[] = [];
  /** What a list knows of further rows: there `are` more, or there `may be`. */
  more: "are" | "may be" | undefined;

  /** Adds a sentence, once. */
  add(sentence: string): void {
    this.#journal.push(["said", sentence]);
  }
  /** Something could not be read and is not in the result: `order line`, `price`. */
  leaveOut(what: string): void {
    this.#journal.push(["left out", what]);
  }
  /** A text was cut, and ends with `…`. */
  shorten(): void {
    this.#journal.push(["shortened", ""]);
  }
  /** A list of the answer was too long to be read to its end. */
  cut(): void {
    this.#journal.push(["cut", ""]);
  }
  /** Takes over what others have to say. */
  merge(others: Notes): void {
    for (const note of others.#journal) this.#journal.push(note);
  }
  /** How many there are, to `rewind` to. */
  get length(): number {
    return this.#journal.length;
  }
  /** Takes back all but the first ones: what they were about is read anew. */
  rewind(length: number): void {
    this.#journal.length = length;
  }

  /** What was noted in this way, each time. */
  #all(way: Note[0]): string[] {
    return this.#journal.flatMap(([noted, what]) => (noted === way ? [what] : []));
  }
  /** Whether a text or a list was cut. */
  get isShortened(): boolean {
    return this.#journal.some(([way]) => way === "shortened" || way === "cut");
  }
  /** How much could not be read. */
  get missing(): number {
    return this.#all("left out").length;
  }
  /** Of what could not be read, a sentence each. */
  leftOut(): string[] {
    const counts = new Map<string, number>();
    for (const what of this.#all("left out")) counts.set(what, (counts.get(what) ?? 0) + 1);
    return Array.from(counts, ([what, n]) => {
      return `${pluralize(n, what)} of the shop's answer could not be read and ${n === 1 ? "is" : "are"} left out.`;
    });
  }
  /** The sentences, in the order in which they came. */
  list(): string[] {
    if (!this.length) return [];
    const { length } = this.#all("shortened");
    const shortened = `${pluralize(length, "text")} of the shop's answer ${length === 1 ? "is" : "are"} shortened, with "…" at the end.`;
    const cut = "The shop's answer is very long, and only its beginning was read.";
    return [
      ...new Set(this.#all("said")),
      ...this.leftOut(),
      ...(length ? [shortened] : []),
      ...(this.#all("cut").length ? [cut] : []),
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
