import { announceHold } from './events.ts';
import type { Operation } from './operation.ts';
import { wait } from './wait.ts';

/**
 * Waits once before the first attempt, if the origin wants a pause. Not again if it wants another one then: nobody is held up
 * for ever by what others are told.
 *
 * @throws The signal's reason, as soon as it is aborted.
 */
export async function passGate(operation: Operation, signal: AbortSignal | undefined): Promise<void> {
  const waitMs = operation.holdMs();
  if (waitMs === 0) return;
  announceHold(operation, waitMs);
  try {
    await wait(waitMs, operation.clock, signal);
  } catch (reason) {
    operation.abandon('aborted');
    throw reason;
  }
}
