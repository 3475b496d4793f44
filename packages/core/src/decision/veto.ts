import { deliveryOfOutcome } from '../effect/outcome-delivery.ts';
import { quiet } from '../options/quiet.ts';
import type { Settings } from '../options/settings.ts';
import type { Outcome } from './outcome.ts';
import type { RetryContext } from './retry-context.ts';

/** The attempt that `shouldRetry` gets before a possible retry. */
export interface VetoContext {
  readonly method: string;
  readonly url: string;
  /** How the attempt ended, as a status with headers or a failure with the client's own error. */
  readonly outcome: Outcome;
  /** What is proved about the attempt, as `never-sent`, `refused`, `unknown` or `answered`. */
  readonly delivery: string;
  /** The number of the attempt that ended, counted from 1. */
  readonly attempt: number;
  /** Milliseconds since the operation began. */
  readonly elapsedMs: number;
}

/**
 * Whether the caller's `shouldRetry` forbids another attempt. It can forbid, and never allow.
 *
 * @throws {TypeError} If it returns anything except a boolean. A promise would otherwise count as `true`.
 */
export function isVetoed(context: RetryContext, settings: Pick<Settings, 'shouldRetry' | 'refusedStatuses'>): boolean {
  const { shouldRetry } = settings;
  if (!shouldRetry) return false;
  const { traits, outcome, attempt, elapsedMs } = context;
  const delivery = deliveryOfOutcome(outcome, settings);
  const answer: unknown = quiet(
    shouldRetry({
      method: traits.method,
      url: traits.url,
      // A copy: what a callback writes into it is not judged.
      outcome: { ...outcome },
      delivery,
      attempt,
      elapsedMs,
    }),
  );
  if (typeof answer !== 'boolean') throw new TypeError(`shouldRetry must return true or false, not ${typeof answer}`);
  return !answer;
}
