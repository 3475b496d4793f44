import { abortReason, confirmEffect } from '@twicesafe/core/adapter';
import type { GotCall } from './got-call.ts';

/**
 * Has the caller's `confirm` look up the effect of a call, if it ended in doubt.
 *
 * @returns The reason of the caller's signal, if it was aborted meanwhile.
 */
export async function confirmCall({ operation, signal }: GotCall): Promise<{ readonly reason: unknown } | undefined> {
  if (signal?.aborted) return undefined;
  await confirmEffect(operation, signal);
  return signal?.aborted ? { reason: abortReason(signal) } : undefined;
}
