import type { Outcome } from '@twicesafe/core/adapter';
import type { KyAttempt } from './ky-attempt.ts';
import type { KyAttempts, KyCallOptions } from './ky-attempts.ts';
import { isForbidden } from './options.ts';

/**
 * ky reads the body of an error before it asks for a retry. A longer read would only delay the retry. In milliseconds.
 */
const ERROR_BODY_MS = 1000;

/**
 * Ends the reading of an error's body that takes long, if a retry follows. Without a retry the caller wants all of it.
 */
export function limitErrorBody(
  attempts: KyAttempts,
  { retry }: KyCallOptions,
  attempt: KyAttempt,
  { ok }: Response,
): void {
  if (ok || attempts.replacesResponses) return;
  const { operation } = attempt;
  const outcome = attempt.outcome as Outcome;
  // The results of these are unknown.
  if (retry.shouldRetry || operation.settings.shouldRetry) return;
  if (isForbidden(retry, attempt.method, outcome)) return;
  if (operation.wouldRetry(outcome, attempts.endOf(attempt))) attempt.limitBody(ERROR_BODY_MS);
}
