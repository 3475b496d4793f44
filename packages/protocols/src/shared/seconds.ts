/** Converts seconds to milliseconds, rounded up. Returns undefined unless the value is a finite number above zero. */
export function secondsToMs(seconds: unknown): number | undefined {
  const waitMs = typeof seconds === 'number' ? Math.ceil(seconds * 1000) : 0;
  return waitMs > 0 && waitMs < Infinity ? waitMs : undefined;
}
