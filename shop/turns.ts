/**
 * A bulkhead: so many at once, so many who wait in line, and the rest refused immediately. No kind of work gets more
 * than three quarters of the places or of the line, so that a slow one leaves room for the others.
 *
 * ```ts
 * const turns = new Turns({ atOnce: 100, waiting: 50, waitMs: 5000 }, () => new ShopError("busy", { wait: 1 }));
 * const turn = turns.enter("get_order", signal); // undefined: begin at once
 * if (turn) await turn;
 * try { … } finally { turns.leave("get_order"); }
 * ```
 *
 * @module
 */

export interface Bounds {
  atOnce: number;
  waiting: number;
  /** How long one waits at most, in ms. */
  waitMs: number;
  /** How much of all this one kind gets. @default 0.75 */
  share?: number;
}
interface Waiting {
  kind: string;
  begin: () => void;
}

export class Turns {
  readonly #most: Bounds;
  /** Of one kind. */
  readonly #mostOfOne: Bounds;
  readonly #busy: () => Error;
  #underWay = 0;
  readonly #underWayOf = new Map<string, number>();
  /** The first to come first. */
  readonly #line = new Set<Waiting>();

  /** @param busy what is thrown where there is no room */
  constructor(most: Bounds, busy: () => Error) {
    const { atOnce, waiting, share = 0.75 } = most;
    this.#most = most;
    this.#mostOfOne = {
      ...most,
      atOnce: Math.ceil(atOnce * share),
      waiting: Math.ceil(waiting * share),
    };
    this.#busy = busy;
  }
  /**
   * Takes a place, which `leave` gives back. Where one is free, there is nothing to wait for.
   * @param signal is aborted where nobody waits for it any longer
   * @throws what `busy` gives, when there is no room in the line either, or it took too long
   */
  enter(kind: string, signal?: AbortSignal): Promise<void> | undefined {
    if (this.#hasPlace(kind)) return this.#take(kind);
    const ofOne = [...this.#line].filter((one) => one.kind === kind).length;
    if (this.#line.size >= this.#most.waiting || ofOne >= this.#mostOfOne.waiting)
      throw this.#busy();
    return this.#wait(kind, signal);
  }
  leave(kind: string): void {
    this.#underWay--;
    this.#underWayOf.set(kind, (this.#underWayOf.get(kind) ?? 0) - 1);
    if (this.#line.size === 0) return;
    for (const next of this.#line) if (this.#hasPlace(next.kind)) return next.begin();
  }
  #hasPlace(kind: string): boolean {
    const ofOne = this.#underWayOf.get(kind) ?? 0;
    return this.#underWay < this.#most.atOnce && ofOne < this.#mostOfOne.atOnce;
  }
  #take(kind: string): undefined {
    this.#underWay++;
    this.#underWayOf.set(kind, (this.#underWayOf.get(kind) ?? 0) + 1);
  }
  #wait(kind: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        end();
        this.#take(kind);
        resolve();
      };
      const next = { kind, begin };
      const giveUp = () => (end(), reject(signal?.reason));
      const late = setTimeout(() => (end(), reject(this.#busy())), this.#most.waitMs);
      const end = () => {
        clearTimeout(late);
        signal?.removeEventListener("abort", giveUp);
        this.#line.delete(next);
      };
      signal?.addEventListener("abort", giveUp);
      this.#line.add(next);
    });
  }
  /** Turns of one who gets no more than this part of all these, so that the others find room. */
  share(part = 0.25): TakesTurns {
    const { atOnce, waiting, waitMs } = this.#most;
    const bounds = { atOnce: Math.ceil(atOnce * part), waiting: Math.ceil(waiting * part), waitMs };
    return new Share(this, new Turns({ ...bounds, share: 1 }, this.#busy));
  }
}
export type TakesTurns = Pick<Turns, "enter" | "leave">;

const MINE = ""; // one kind
class Share implements TakesTurns {
  constructor(
    readonly all: Turns,
    readonly own: Turns,
  ) {}
  enter(kind: string, signal?: AbortSignal): Promise<void> | undefined {
    const turn = this.own.enter(MINE, signal);
    return turn ? turn.then(() => this.#enterAll(kind, signal)) : this.#enterAll(kind, signal);
  }
  #enterAll(kind: string, signal: AbortSignal | undefined): Promise<void> | undefined {
    const giveBack = (error: unknown) => {
      this.own.leave(MINE);
      throw error;
    };
    try {
      return this.all.enter(kind, signal)?.catch(giveBack);
    } catch (error) {
      return giveBack(error);
    }
  }
  leave(kind: string): void {
    this.all.leave(kind);
    this.own.leave(MINE);
  }
}
