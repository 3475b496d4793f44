import type { Operation } from '@twicesafe/core/adapter';

/**
 * The call ended between attempts.
 *
 * @param reason - Why, unless a function of the caller's threw.
 */
export function endWithout(
  operation: Operation,
  error: unknown,
  reason: 'aborted' | 'deadline-over' | undefined,
): void {
  if (reason) operation.abandon(reason);
  else if (operation.nextAttempt === 1) {
    operation.begin();
    const end = { aborted: false, bodyUsed: false };
    operation.judge({ type: 'failure', kind: 'programmer-error', delivery: 'never-sent', error }, end);
  } else if (operation.decision.action === 'retry') operation.abandon('callback-failed');
}
