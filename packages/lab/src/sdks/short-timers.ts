const LONGEST_MS = 20;
/** Longer timers are time limits of requests, instead of waits between them. */
const LONGEST_WAIT_MS = 65_000;

/** Shortens all waits between attempts in this process, because the measurement counts attempts and ignores time. */
export function shortenTimers(): void {
  const { setTimeout } = globalThis;
  const short = (callback: () => void, ms = 0, ...given: unknown[]): unknown =>
    setTimeout(callback, ms <= LONGEST_WAIT_MS ? Math.min(ms, LONGEST_MS) : ms, ...(given as []));
  globalThis.setTimeout = Object.assign(short, setTimeout) as typeof globalThis.setTimeout;
}
