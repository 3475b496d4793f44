import type { Backoff } from '../model/backoff.ts';
import { DEFAULTS, MAX_TIMER_MS } from '../model/defaults.ts';
import { checkKnown, checkNumber } from './check.ts';

/** A backoff that grows: `baseMs` before the first retry, twice as much before each next one, never more than `capMs`. */
export interface BackoffOptions {
  /** @default 100 */
  readonly baseMs?: number;
  /** @default 20_000 */
  readonly capMs?: number;
}

/**
 * Exponential backoff with full jitter: any time from 0 to the bound. Spreads clients best, and is the default.
 *
 * @throws {TypeError | RangeError} For a bound that is no wait.
 */
export function exponentialBackoff(options: BackoffOptions = {}): Backoff {
  const bound = growing(options);
  return (retry, chance) => bound(retry) * chance;
}

/**
 * Exponential backoff with equal jitter: at least half of the bound.
 *
 * @throws {TypeError | RangeError} For a bound that is no wait.
 */
export function equalJitterBackoff(options: BackoffOptions = {}): Backoff {
  const bound = growing(options);
  return (retry, chance) => (bound(retry) * (1 + chance)) / 2;
}

/**
 * Decorrelated jitter: from `baseMs` to three times the previous wait.
 *
 * @throws {TypeError | RangeError} For a bound that is no wait.
 */
export function decorrelatedBackoff(options: BackoffOptions = {}): Backoff {
  const { baseMs, capMs } = checked(options);
  return (_, chance, previousWaitMs) => {
    const longest = 3 * Math.max(baseMs, previousWaitMs);
    return Math.min(capMs, baseMs + chance * (longest - baseMs));
  };
}

/**
 * Always the same wait.
 *
 * @throws {TypeError | RangeError} For a wait that is none.
 */
export function constantBackoff({ waitMs }: { readonly waitMs: number }): Backoff {
  checkNumber('waitMs', waitMs ?? Number.NaN, { min: 0, max: MAX_TIMER_MS });
  return () => waitMs;
}

function growing(options: BackoffOptions): (retry: number) => number {
  const { baseMs, capMs } = checked(options);
  return (retry) => Math.min(capMs, baseMs * 2 ** (retry - 1));
}

function checked(options: BackoffOptions): Required<BackoffOptions> {
  checkKnown('backoff', options, ['baseMs', 'capMs']);
  const { baseMs = DEFAULTS.backoffBaseMs, capMs = DEFAULTS.backoffCapMs } = options;
  checkNumber('baseMs', baseMs, { min: 0, max: MAX_TIMER_MS });
  checkNumber('capMs', capMs, { min: baseMs, max: MAX_TIMER_MS });
  return { baseMs, capMs };
}
