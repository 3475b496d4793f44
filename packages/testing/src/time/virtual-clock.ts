import { hasSockets, nextTurn, Quiet, realLimit } from './quiet.ts';
import { watchSockets } from './socket-watch.ts';

/**
 * How long a promise may stay pending without a timer: turns of the event loop, and milliseconds if there are sockets.
 */
const IDLE_TURNS = 1000;
const IDLE_MS = 1000;

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that moves only on request. Chance is what the test says. */
export class VirtualClock {
  #nowMs = 0;
  #uuids = 0;
  readonly #timers = new Set<Timer>();
  readonly #random: () => number;

  constructor(random: () => number = () => 0.5) {
    this.#random = random;
  }

  now(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return Date.UTC(2026, 10, 23) + this.#nowMs;
  }

  random(): number {
    return this.#random();
  }

  uuid(): string {
    this.#uuids++;
    return `00000000-0000-4000-8000-${String(this.#uuids).padStart(12, '0')}`;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that are still pending. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves on by `ms`, firing what is due on the way. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#timers.delete(next);
      this.#nowMs = next.atMs;
      next.callback();
    }
    this.#nowMs = untilMs;
  }

  /**
   * Moves from timer to timer until the promise settles, so that a wait of an hour ends immediately. It moves only
   * while all sockets of the process are idle, so a time limit doesn't pass before the server answers.
   *
   * @throws Error if all timers have run and the promise stays pending.
   */
  async run<Result>(promise: Promise<Result>): Promise<Result> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    promise.then(done, done);
    const quiet = new Quiet();
    using _watch = watchSockets(() => quiet.moved());
    let isLate = realLimit(IDLE_MS);
    for (let idle = 0; !settled && (idle < IDLE_TURNS || (hasSockets() && !isLate())); ) {
      await nextTurn();
      if (hasSockets()) await quiet.reached(() => settled);
      const next = this.#next(Number.POSITIVE_INFINITY);
      if (settled || !next) {
        idle++;
        continue;
      }
      idle = 0;
      isLate = realLimit(IDLE_MS);
      this.advance(next.atMs - this.#nowMs);
    }
    if (!settled) throw new Error('the operation hangs: no timer is left that could move it');
    return promise;
  }

  #next(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.atMs < (next?.atMs ?? Infinity)) next = timer;
    return next && next.atMs <= untilMs ? next : undefined;
  }
}

/**
 * Creates a clock for a policy of twicesafe that only your test moves, so that its waits end immediately.
 *
 * @param random - What the clock says when it is asked for a random number from 0 to 1. By default 0.5.
 * @example
 * const clock = virtualClock();
 * const fetch = wrapFetch(createRetryPolicy({ backoff: () => 30_000 }, clock));
 * await clock.run(fetch(url)); // moves from wait to wait
 */
export function virtualClock(random?: () => number): VirtualClock {
  return new VirtualClock(random);
}
