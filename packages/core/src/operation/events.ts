import type { Attempt } from '../effect/attempt.ts';
import type { RetryEvent } from '../effect/event.ts';
import type { Operation } from './operation.ts';

/** Events of an operation, while somebody listens. */
export function announceStart(operation: Operation, number: number): void {
  if (operation.settings.onEvent) emit(operation, { type: 'attempt-start', ...requestOf(operation), number });
}

export function announceHold(operation: Operation, waitMs: number): void {
  if (operation.settings.onEvent) emit(operation, { type: 'attempt-held', ...requestOf(operation), number: 1, waitMs });
}

export function announceAttempt(operation: Operation, attempt: Attempt): void {
  if (!operation.settings.onEvent) return;
  const { decision, number } = attempt;
  emit(operation, { type: 'attempt-end', ...requestOf(operation), attempt });
  if (decision.action === 'retry') {
    emit(operation, { type: 'retry-scheduled', ...requestOf(operation), decision, number: number + 1 });
  }
}

export function announceEnd(operation: Operation): void {
  if (operation.settings.onEvent)
    emit(operation, { type: 'operation-end', ...requestOf(operation), report: operation.report() });
}

function requestOf({ traits }: Operation): { method: string; url: string } {
  return { method: traits.method, url: traits.url };
}

/** What a listener throws, also later, in a promise, is dropped: it must not break the request. */
function emit({ settings }: Operation, event: RetryEvent): void {
  try {
    const returned: unknown = settings.onEvent?.(event);
    if (returned instanceof Promise) returned.catch(() => {});
  } catch {}
}
