import type { Outcome } from '../decision/outcome.ts';
import type { RetryCause } from '../pacing/budget.ts';

/** Whose budget and whose pauses a request counts to. Requests with a URL that is none share them; they fail anyway. */
export function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}

// RFC 6585 section 4, RFC 9110 section 15.6.4, and what GitHub says when a quota is used up.
const THROTTLED: ReadonlySet<number> = new Set([429, 503, 403]);

/** Whether the server says that it has too much to do, if it says when to come back. */
export function isThrottled(outcome: Outcome): boolean {
  return outcome.type === 'response' && THROTTLED.has(outcome.status);
}

/** Why a retry is wanted. */
export function causeOf(outcome: Outcome): RetryCause {
  if (outcome.type === 'failure') return outcome.kind === 'attempt-timeout' ? 'timeout' : 'failed';
  return isThrottled(outcome) ? 'throttled' : 'failed';
}
