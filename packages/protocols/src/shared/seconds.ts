/** Converts seconds in a body to whole milliseconds, rounded up. Returns undefined unless they are a finite number above zero. */
export function secondsToMs(seconds: unknown): number | undefined {
  const waitMs = typeof seconds === 'number' ? Math.ceil(seconds * 1000) : 0;
  return waitMs > 0 && waitMs < Infinity ? waitMs : undefined;
}
