import type { Operation } from './operation.ts';
import { wait } from './wait.ts';

/**
 * How long the first attempt must wait at the gate of its origin, in milliseconds. Above 0 only with
 * `originGate: 'all'`. A wait that would end after the deadline is not begun.
 *
 * @example
 * const delayMs = gateDelayMs(operation); // 0: send now
 */
export function gateDelayMs({
  policy,
  settings,
  traits,
  clock,
  remainingMs = Number.POSITIVE_INFINITY,
}: Operation): number {
  if (settings.originGate !== 'all' || settings.maxAttempts === 1 || settings.skipWaits) return 0;
  const waitMs = policy.pacing.gateMs(traits.url, clock.random(), clock.now());
  return waitMs < remainingMs ? waitMs : 0;
}

/**
 * Waits once before the first attempt, because the origin asked for a pause. Waits at most once, so that repeated
 * pauses can't block an operation forever. Ends early when the caller gives up.
 *
 * @example
 * const delayMs = gateDelayMs(operation);
 * if (delayMs > 0) await waitForGate(operation, delayMs, signal);
 */
export async function waitForGate(operation: Operation, waitMs: number, signal?: AbortSignal): Promise<void> {
  operation.hold(waitMs);
  await wait(waitMs, operation.clock, signal).catch(() => {});
}
