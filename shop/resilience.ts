/**
 * What keeps a shop that fails from being asked ever more, and its callers from waiting for it: attempts that end in
 * time, retries within a budget, and for each endpoint a circuit breaker and a bulkhead. A call that goes well is
 * counted, and pays for nothing else.
 *
 * ```ts
 * const upstream = new Upstream({ timeout: 10 });
 * const line = upstream.lineTo("order status");
 * const answer = await line.send((signal) => fetch(url, { signal }), { endsAt: Date.now() + 10_000 });
 * ```
 *
 * @module
 */
import { errorNamed } from "./config-error.ts";
import { RETRYABLE, ShopError } from "./errors.ts";
import { Turns } from "./turns.ts";

export const MOST_TRIES = 3;
const ONE_KIND = ""; // of requests, on a line
const FAILURES = 5; // of calls in a row, which open a breaker
const PAUSE_MS = 10_000;
/** Retries are a tenth of the calls of some seconds, or as many as two or three users need whose shop stumbles. */
const BUDGET = { share: 0.1, reserve: 10, ms: 10_000 };

/** An attempt was not answered in its time. */
export class LateError extends errorNamed("LateError") {}

/** How long the shop asks to be left alone, in ms. */
export const waitMs = (error: unknown) =>
  error instanceof ShopError ? error.context.wait * 1000 : 0;
/** Whether another attempt may have an answer. */
const mayPass = (error: unknown) =>
  error instanceof LateError || (error instanceof ShopError && RETRYABLE.includes(error.code));

/** The shop has had enough of this caller, perhaps, and goes on to answer others. */
const isThrottled = (error: unknown) => error instanceof ShopError && error.code === "http_429";

/** By a clock that nobody sets back, in ms. */
type Now = () => number;

/** How many retries there may be: those of a failing shop are load that nobody has asked for. */
class RetryBudget {
  calls = 0;
  #retries = 0;
  #since: number;
  constructor(readonly now: Now) {
    this.#since = now();
  }
  /** Takes a retry, if one is left. */
  take(): boolean {
    const now = this.now();
    if (now - this.#since >= BUDGET.ms) [this.#since, this.calls, this.#retries] = [now, 0, 0];
    const most = Math.max(BUDGET.reserve, this.calls * BUDGET.share);
    if (this.#retries + 1 > most) return false;
    this.#retries++;
    return true;
  }
}

/**
 * Lets nothing through for a while after several calls in a row have failed; then one, whose end decides. Failures of
 * one caller alone may be due to what they ask for: they keep nobody else out.
 */
class Breaker {
  #failures = 0;
  #restsUntil = 0;
  /** Whose calls have failed; of many, two. */
  readonly #callers = new Set<string>();
  constructor(readonly now: Now) {}
  isOpenTo(caller: string): boolean {
    if (this.#failures < FAILURES) return false;
    return this.#callers.size > 1 || this.#callers.has(caller);
  }
  /** How long there is nothing to be sent, in ms; 0: it may be sent. */
  rest(caller: string): number {
    return this.isOpenTo(caller) ? this.#restOrProbe() : 0;
  }
  #restOrProbe(): number {
    const rest = this.#restsUntil - this.now();
    if (rest > 0) return rest;
    this.#restsUntil = this.now() + PAUSE_MS; // for all but this one
    return 0;
  }
  /** The one that was let through was given up, so that its end says nothing: the next one decides. */
  probeAnew(): void {
    this.#restsUntil = 0;
  }
  hearAnswer(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#callers.clear();
  }
  /** @param isProbe whether it was the one that was let through: then another caller's may go well */
  hearFailure(caller: string, isProbe: boolean): void {
    if (isProbe) this.#callers.clear();
    if (this.#callers.size < 2) this.#callers.add(caller);
    if (++this.#failures >= FAILURES) this.#restsUntil = this.now() + PAUSE_MS;
  }
}

/**
 * Runs an attempt for so many ms at most. When it is late, or the caller gives up, it is aborted, and not waited for.
 * @throws {LateError}
 */
function within<T>(
  ms: number,
  given: AbortSignal | undefined,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const end = (reason: unknown) => {
      clean();
      reject(reason);
      ended.abort(reason);
    };
    const giveUp = () => end(given?.reason);
    const late = setTimeout(() => end(new LateError()), ms);
    const clean = () => {
      clearTimeout(late);
      given?.removeEventListener("abort", giveUp);
    };
    given?.addEventListener("abort", giveUp);
    attempt(ended.signal).then(
      (answer) => (clean(), resolve(answer)),
      (error) => (clean(), reject(error)),
    );
  });
}

/** Waits before the next attempt, unless the caller gives up. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => (clearTimeout(timer), reject(signal?.reason));
    const goOn = () => (signal?.removeEventListener("abort", giveUp), resolve());
    const timer = setTimeout(goOn, ms);
    signal?.addEventListener("abort", giveUp);
  });
}

export interface SendOptions {
  /** When the call has to be answered, in ms since 1970. */
  endsAt: number;
  /** Ends it; without one it is seen through. */
  signal?: AbortSignal | undefined;
  /** That it is sent once, whatever comes of it. */
  isOnce?: boolean;
  /** Who makes the call, where there are several. @default everybody is one */
  caller?: string | undefined;
}

/** The way to one endpoint, and how it has answered. */
class Line {
  readonly #breaker: Breaker;
  readonly #turns: Turns;
  /** For an attempt. */
  readonly longestMs: number;
  readonly #what: string;
  readonly #upstream: Upstream;
  constructor(what: string, upstream: Upstream) {
    const { longestMs, now, options } = upstream;
    const { atOnce = 100, waiting = 1000 } = options;
    const bounds = { atOnce, waiting, waitMs: longestMs, share: 1 };
    this.#turns = new Turns(bounds, () => new ShopError("shop_busy", { what, wait: 1 }));
    this.#breaker = new Breaker(now);
    [this.#what, this.#upstream, this.longestMs] = [what, upstream, longestMs];
  }
  /**
   * Sends it as often as it may be sent, within its time.
   * @throws {LateError} when no answer came in time
   * @throws {ShopError} of the code "resting" or "shop_busy" where nothing was sent; and what the last attempt has thrown
   */
  async send<T>(
    attempt: (signal: AbortSignal) => Promise<T>,
    { endsAt, signal, isOnce = false, caller = "" }: SendOptions,
  ): Promise<T> {
    const { longestMs } = this;
    const { budget } = this.#upstream;
    budget.calls++;
    let [failure, wait]: [unknown, number] = [undefined, 0]; // of the attempt before, and after it
    for (let tries = 1; ; tries++) {
      const turn = this.#turns.enter(ONE_KIND, signal);
      if (turn) await turn;
      const isProbe = this.#breaker.isOpenTo(caller);
      const rest = this.#breaker.rest(caller);
      if (rest > 0) {
        this.#turns.leave(ONE_KIND);
        throw failure ?? this.#resting(rest);
      }
      const ms = Math.min(longestMs, endsAt - Date.now());
      try {
        const answer = await within(ms, signal, attempt);
        this.#breaker.hearAnswer();
        return answer;
      } catch (error) {
        if (isProbe && signal?.aborted) this.#breaker.probeAnew();
        if (signal?.aborted) throw error;
        const [isPassing, asked] = [mayPass(error), waitMs(error)];
        const isHurried = error instanceof LateError && ms < longestMs; // by what went before
        if (!isPassing) this.#breaker.hearAnswer();
        else if (tries === 1 && asked === 0 && !isHurried && !isThrottled(error))
          this.#breaker.hearFailure(caller, isProbe);
        wait = asked || Math.random() * 100 * 2 ** tries; // full jitter
        const hasTime = asked < longestMs && Date.now() + wait < endsAt;
        const isLast = !isPassing || isOnce || tries === MOST_TRIES || !hasTime;
        if (isLast || !budget.take()) throw error;
        failure = error;
      } finally {
        this.#turns.leave(ONE_KIND);
      }
      await pause(wait, signal);
    }
  }
  #resting(ms: number): ShopError {
    return new ShopError("resting", { what: this.#what, wait: Math.ceil(ms / 1000) });
  }
}

export interface UpstreamOptions {
  /** Seconds for a call. An attempt, and a wait between two, gets three tenths of it. */
  timeout: number;
  /** How many requests of one endpoint are under way at most, so that a slow one leaves room for others. @default 100 */
  atOnce?: number;
  /** How many more wait for a place, as long as an attempt may take. @default 1000 */
  waiting?: number;
  /** A steady clock, in ms. @default performance.now */
  now?: Now | undefined;
}
/** What is known of how a shop answers: one for a process, whoever calls. */
export class Upstream {
  readonly budget: RetryBudget;
  readonly longestMs: number;
  readonly now: Now;
  readonly #lines = new Map<string, Line>();
  constructor(readonly options: UpstreamOptions) {
    this.now = options.now ?? (() => performance.now());
    this.longestMs = options.timeout * 300;
    this.budget = new RetryBudget(this.now);
  }
  /** @param what the endpoint, by its words in the contract */
  lineTo(what: string): Line {
    const line = this.#lines.get(what) ?? new Line(what, this);
    this.#lines.set(what, line);
    return line;
  }
}
