const LONGEST_MS = 20;
/** Longer ones are time limits of requests, not waits between them. */
const LONGEST_WAIT_MS = 65_000;

/** Makes all waits of SDKs between their attempts short, in this process: their numbers matter here, not their length. */
export function shortenTimers(): void {
  const { setTimeout } = globalThis;
  const short = (callback: () => void, ms = 0, ...given: unknown[]): unknown =>
    setTimeout(callback, ms <= LONGEST_WAIT_MS ? Math.min(ms, LONGEST_MS) : ms, ...(given as []));
  globalThis.setTimeout = Object.assign(short, setTimeout) as typeof globalThis.setTimeout;
}
