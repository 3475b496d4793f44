import type { FailureDelivery } from '@twicesafe/core/adapter';
import { deliveryOf } from '../delivery/delivery-of.ts';
import type { CopyWatch } from './copy-watch.ts';

/** fetch puts at most two errors of its own around that of the connection. */
const DEEPEST = 4;

/**
 * What an error proves that ended the only copy of a request, or that was caused by the error that did.
 *
 * Only the error of the connection is read, because one around it may tell of another request. Whoever aborts a request
 * chooses its error, so after the first byte no error says that nothing was sent.
 *
 * @example
 * deliveryOfCopy(copies, error, 'POST'); // 'never-sent' if its connection was refused
 */
export function deliveryOfCopy(copies: CopyWatch | undefined, error: unknown, method: string): FailureDelivery {
  const end = copies?.onlyEnd;
  if (end?.error === undefined || !isCausedBy(error, end.error)) return 'unknown';
  const delivery = deliveryOf(end.error, { method });
  return delivery === 'never-sent' && end.written ? 'unknown' : delivery;
}

/** Never throws. An error that can't be read was caused by none. */
function isCausedBy(error: unknown, first: unknown): boolean {
  try {
    let cause: unknown = error;
    for (let depth = 0; depth < DEEPEST && cause instanceof Object; depth++) {
      if (cause === first) return true;
      cause = (cause as { readonly cause?: unknown }).cause;
    }
  } catch {
    // A getter of somebody's own.
  }
  return false;
}
