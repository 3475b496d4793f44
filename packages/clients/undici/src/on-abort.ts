import type { EventEmitter } from 'node:events';

/**
 * Calls back when the caller gives up. Undici takes an `AbortSignal` or an `EventEmitter` with an `abort` event.
 *
 * @returns Stops listening.
 */
export function onAbort(signal: unknown, callback: () => void): () => void {
  // By its methods, as undici looks at it: a polyfill's signal is no EventTarget of this runtime.
  const target = signal as Partial<AbortSignal & EventEmitter>;
  target.addEventListener?.('abort', callback);
  target.once?.('abort', callback);
  return () => {
    target.removeEventListener?.('abort', callback);
    target.removeListener?.('abort', callback);
  };
}

/** Whether the caller gave up before the call. */
export function isAborted(signal: unknown): boolean {
  return (signal as Partial<AbortSignal> | null | undefined)?.aborted === true;
}
