/** Converts seconds from a body to whole milliseconds, rounded up. Returns undefined unless they are a number above zero. */
export function secondsToMs(seconds: unknown): number | undefined {
  const number = typeof seconds === 'string' && /^\d{1,9}(?:\.\d{1,9})?$/.test(seconds) ? Number(seconds) : seconds;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  return Math.min(Math.ceil(number * 1000), Number.MAX_SAFE_INTEGER);
}
