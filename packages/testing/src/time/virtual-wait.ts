import type { TimerQueue } from './timer-queue.ts';
import { VirtualTimeout } from './virtual-timeout.ts';

/** What `setTimeout` of `node:timers/promises` does, in virtual time. */
export function virtualWait<Value>(
  queue: TimerQueue,
  delayMs = 1,
  value?: Value,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new DOMException('The operation was aborted', 'AbortError'));
    if (signal?.aborted) return abort();
    const onAbort = (): void => {
      timeout.close();
      abort();
    };
    const callback = (): void => {
      signal?.removeEventListener('abort', onAbort);
      resolve(value);
    };
    const timeout = new VirtualTimeout(queue, { callback, delayMs, repeats: false });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
