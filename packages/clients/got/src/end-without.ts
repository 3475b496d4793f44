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

/**
 * The wait took longer than planned, and the server may have forgotten the key.
 *
 * @returns The error for the caller: the one in hand, if there is one.
 */
export function endLate(operation: Operation, inHand: unknown): unknown {
  operation.abandon('key-window-over');
  return inHand ?? new Error('The time in which the server knows the idempotency key is over');
}

/** Whether the caller gave up: by its signal, or by the `cancel` method of got 14's promise. */
export function isAborted(signal: AbortSignal | undefined, error?: unknown): boolean {
  return signal?.aborted === true || (error as Error | undefined)?.name === 'CancelError';
}
