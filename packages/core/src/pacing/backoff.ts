import { checkKnown, checkNumber } from '../options/check.ts';
import { DEFAULTS, MAX_TIMER_MS } from '../options/defaults.ts';

/**
 * A pure function that returns the wait before a retry if the server doesn't name a time.
 *
 * @param retry - The number of the retry, from 1.
 * @param random - A random number in [0, 1).
 * @param previousWaitMs - The wait before the previous retry, 0 before the first.
 * @returns Milliseconds.
 */
export type Backoff = (retry: number, random: number, previousWaitMs: number) => number;

/**
 * The bounds of a growing backoff. It starts with `baseMs` before the first retry, doubles before each next one, and
 * ends at `capMs`.
 */
export interface BackoffOptions {
  /**
   * The bound of the first wait, in milliseconds. At most `capMs`.
   *
   * @default 100
   */
  readonly baseMs?: number;
  /**
   * The bound of every wait, in milliseconds.
   *
   * @default 20_000
   */
  readonly capMs?: number;
}

/**
 * Exponential backoff with full jitter: any time from 0 to the bound. Spreads clients best, and is the default.
 *
 * @throws {TypeError | RangeError} For an unknown option, or a bound that a timer can't hold.
 *
 * @example
 * wrapFetch({ backoff: backoffs.exponential({ baseMs: 50, capMs: 5_000 }) });
 */
export function exponentialBackoff(options: BackoffOptions = {}): Backoff {
  const bound = growing('backoffs.exponential', options);
  return (retry, random) => bound(retry) * random;
}

/**
 * Exponential backoff with equal jitter: at least half of the bound.
 *
 * @throws {TypeError | RangeError} For an unknown option, or a bound that a timer can't hold.
 *
 * @example
 * wrapFetch({ backoff: backoffs.equalJitter({ baseMs: 250 }) }); // waits 125 to 250 ms first
 */
export function equalJitterBackoff(options: BackoffOptions = {}): Backoff {
  const bound = growing('backoffs.equalJitter', options);
  return (retry, random) => (bound(retry) * (1 + random)) / 2;
}

/**
 * Decorrelated jitter: from `baseMs` to three times the previous wait.
 *
 * @throws {TypeError | RangeError} For an unknown option, or a bound that a timer can't hold.
 *
 * @example
 * wrapFetch({ backoff: backoffs.decorrelated({ baseMs: 100, capMs: 10_000 }) });
 */
export function decorrelatedBackoff(options: BackoffOptions = {}): Backoff {
  const { baseMs, capMs } = checked('backoffs.decorrelated', options);
  return (_, random, previousWaitMs) => {
    const longestMs = 3 * Math.max(baseMs, previousWaitMs);
    return Math.min(capMs, baseMs + random * (longestMs - baseMs));
  };
}

/**
 * Always the same wait, in milliseconds. Clients that failed together then retry together. The other backoffs add
 * jitter to avoid that.
 *
 * @throws {TypeError | RangeError} For an unknown option, or a wait that a timer can't hold.
 *
 * @example
 * wrapFetch({ backoff: backoffs.constant({ waitMs: 500 }) });
 */
export function constantBackoff(options: { readonly waitMs: number }): Backoff {
  checkKnown('backoffs.constant', options, ['waitMs']);
  const { waitMs } = options;
  checkNumber('waitMs', waitMs, { min: 0, max: MAX_TIMER_MS, required: true });
  return () => waitMs;
}

function growing(name: string, options: BackoffOptions): (retry: number) => number {
  const { baseMs, capMs } = checked(name, options);
  // After a thousand retries the factor is infinite, and no factor makes more than 0 of 0.
  return (retry) => Math.min(capMs, baseMs * 2 ** (retry - 1)) || 0;
}

function checked(name: string, options: BackoffOptions): Required<BackoffOptions> {
  checkKnown(name, options, ['baseMs', 'capMs']);
  const { capMs = DEFAULTS.backoffCapMs } = options;
  checkNumber('capMs', capMs, { min: 0, max: MAX_TIMER_MS });
  // Who only lowers the cap need not know the base.
  const { baseMs = Math.min(DEFAULTS.backoffBaseMs, capMs) } = options;
  checkNumber('baseMs', baseMs, { min: 0, max: capMs });
  return { baseMs, capMs };
}
