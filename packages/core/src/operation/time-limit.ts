import { TimeLimitError } from './errors.ts';
import type { Operation } from './operation.ts';

/** A limit on the attempt that is about to be sent. */
export interface TimeLimit {
  readonly kind: 'attempt-timeout' | 'deadline';
  /** Milliseconds from now. */
  readonly ms: number;
  /** Whether `ms` is an option as it was given, so that many attempts have the same limit. */
  readonly shared: boolean;
}

/** The earlier of the attempt's own limit and the deadline, or undefined without either. */
export function timeLimitOf(operation: Operation): TimeLimit | undefined {
  const { attemptTimeoutMs, deadlineMs } = operation.settings;
  if (deadlineMs !== undefined) {
    const shared = operation.startsNow;
    const ms = shared ? deadlineMs : (operation.remainingMs ?? deadlineMs);
    if (ms <= (attemptTimeoutMs ?? ms)) return { kind: 'deadline', ms, shared };
  }
  return attemptTimeoutMs === undefined ? undefined : { kind: 'attempt-timeout', ms: attemptTimeoutMs, shared: true };
}

/**
 * The error of an attempt, or of the operation, that took too long.
 *
 * @example
 * controller.abort(limitError(operation, 'attempt'));
 */
export function limitError(operation: Operation, kind: TimeLimit['kind']): TimeLimitError {
  const { deadlineMs, attemptTimeoutMs } = operation.settings;
  return new TimeLimitError(
    kind,
    operation.traits,
    (kind === 'deadline' ? deadlineMs : attemptTimeoutMs) ?? 0,
    operation,
  );
}
