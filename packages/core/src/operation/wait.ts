import { abortReason } from './abort-reason.ts';
import type { Clock } from './clock.ts';

/**
 * Resolves after `ms` milliseconds. Removes its timer and its listener, however it ends.
 *
 * @throws The signal's reason, as soon as it is aborted.
 *
 * @example
 * const { clock } = policyFrom({ maxAttempts: 4 });
 * await wait(1_000, clock, AbortSignal.timeout(500)); // throws a TimeoutError after 500 ms
 */
export function wait(ms: number, clock: Pick<Clock, 'after'>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));
    const onAbort = (): void => {
      cancel();
      reject(abortReason(signal as AbortSignal));
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
