/** Time and chance, as parameters: tests give their own. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds since 1970. */
  epochMs(): number;
  /** A random number in [0, 1). */
  random(): number;
  /** A random UUID. */
  uuid(): string;
  /** Calls back once after `ms` milliseconds, unless the function that it returns is called before. */
  after(ms: number, callback: () => void): () => void;
}

/** The clock of the machine. The only place that touches time and chance. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  random: () => Math.random(),
  uuid: () => crypto.randomUUID(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
