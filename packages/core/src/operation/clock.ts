/** Time and chance as parameters, so that tests can replace them. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds since 1970. */
  epochMs(): number;
  /** A random number in [0, 1). */
  random(): number;
  /** A random UUID. */
  uuid(): string;
  /**
   * Calls back once after `ms` milliseconds, unless the function that it returns is called before.
   *
   * @param shared - Whether many calls wait for the same `ms` at a time, as limits do. The system clock serves all of
   *   them with one timer. May be ignored.
   */
  after(ms: number, callback: () => void, shared?: boolean): () => void;
}

/** A timer of the runtime. In Node and Bun it can let the process exit; in browsers it is a number. */
type Timer = ReturnType<typeof setTimeout> & { ref?(): unknown; unref?(): unknown };

/** So many different limits are shared at most. Sharing doesn't help if each call has a new limit. */
const MAX_SHARED = 32;

const sharedTimers = new Map<number, SharedTimer>();

/** What made the timers in the map. Fake timers of a test may never fire. */
let makesTimers: typeof setTimeout | undefined;

/**
 * One timer for all waits of the same length, which end in the order in which they began. Starting and stopping a timer
 * for each request costs more than the rest of what an operation does. An idle timer lets the process exit.
 */
class SharedTimer {
  readonly #ms: number;
  /** In the order in which they end. */
  readonly #entries = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  #timer: Timer | undefined;
  #dueMs = 0;

  constructor(ms: number) {
    this.#ms = ms;
  }

  add(callback: () => void): () => void {
    // While it fires, the timer is set again at the end, for the first entry then.
    if (this.#timer === undefined) this.#arm(this.#ms);
    else if (this.#entries.size === 0) this.#timer.ref?.();
    const entry = { dueMs: performance.now() + this.#ms, callback };
    this.#entries.add(entry);
    return () => {
      this.#entries.delete(entry);
      if (this.#entries.size === 0) this.#timer?.unref?.();
    };
  }

  #arm(ms: number): void {
    this.#dueMs = performance.now() + ms;
    this.#timer = setTimeout(() => this.#fire(), ms) as Timer;
  }

  #fire(): void {
    // Timers may fire a fraction of a millisecond early, and fake ones long before this clock says so.
    const nowMs = Math.max(performance.now(), this.#dueMs);
    try {
      for (const entry of this.#entries) {
        if (entry.dueMs - nowMs > 1) break;
        this.#entries.delete(entry);
        entry.callback();
      }
    } finally {
      // Also after a callback that threw: the others still wait.
      const [next] = this.#entries;
      if (next) this.#arm(Math.max(0, next.dueMs - nowMs));
      else if (sharedTimers.get(this.#ms) === this) sharedTimers.delete(this.#ms);
    }
  }
}

function sharedTimer(ms: number): SharedTimer | undefined {
  if (makesTimers !== setTimeout) {
    makesTimers = setTimeout;
    sharedTimers.clear();
  }
  const known = sharedTimers.get(ms);
  if (known || sharedTimers.size >= MAX_SHARED) return known;
  const timer = new SharedTimer(ms);
  sharedTimers.set(ms, timer);
  return timer;
}

/** The clock of the machine. The only place that touches time and chance. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
  after(ms, callback, shared = false) {
    const timer = shared ? sharedTimer(ms) : undefined;
    if (timer) return timer.add(callback);
    // Time that is over may be negative, and Node warns of that.
    const own = setTimeout(callback, Math.max(0, ms));
    return () => clearTimeout(own);
  },
};
