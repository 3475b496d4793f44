import { announceHold } from './events.ts';
import type { Operation } from './operation.ts';
import { wait } from './wait.ts';

/**
 * Waits before the first attempt for as long as the origin wants a pause. Looks again after each wait: who came first may
 * have been told to wait once more.
 *
 * @throws The signal's reason, as soon as it is aborted.
 */
export async function passGate(operation: Operation, signal: AbortSignal | undefined): Promise<void> {
  for (let waitMs = operation.holdMs(); waitMs > 0; waitMs = operation.holdMs()) {
    announceHold(operation, waitMs);
    try {
      await wait(waitMs, operation.clock, signal);
    } catch (reason) {
      operation.abandon('aborted');
      throw reason;
    }
  }
}
