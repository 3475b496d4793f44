import type { Decision } from '@twicesafe/core';
import type { ShouldRetryState } from 'ky';
import type { KyAttempt } from './ky-attempt.ts';
import type { KyAttempts, KyCallOptions } from './ky-attempts.ts';
import { isForbidden } from './options.ts';

/**
 * Has an attempt judged, after asking the caller's options, which can forbid a retry.
 *
 * @param state - What the caller's `shouldRetry` gets.
 * @returns undefined if the attempt was judged meanwhile, because ky's time is over.
 */
export async function decide(
  attempts: KyAttempts,
  { retry }: KyCallOptions,
  attempt: KyAttempt,
  state: ShouldRetryState,
): Promise<Decision | undefined> {
  const { body, signal } = attempts;
  const { operation, method } = attempt;
  const { error } = state;
  await body.settled(operation.clock, signal);
  const end = attempts.endOf(attempt, error);
  const examined = await operation.examine(attempt.outcomeFor(error), end, signal);
  if (examined) attempt.examined(examined);
  const outcome = attempt.outcomeFor(error);
  const vetoed =
    isForbidden(retry, method, end.replacedBy ?? outcome) ||
    (operation.wouldRetry(outcome, end) && (await retry.shouldRetry?.(state)) === false);
  return attempts.pending === attempt ? attempts.judge(error, { vetoed }) : undefined;
}
