import type { EventEmitter } from 'node:events';

/**
 * Calls back when the caller gives up. Undici takes an `AbortSignal` or an `EventEmitter` with an `abort` event.
 *
 * @returns Stops listening.
 */
export function onAbort(signal: unknown, callback: () => void): () => void {
  if (signal instanceof EventTarget) {
    signal.addEventListener('abort', callback, { once: true });
    return () => signal.removeEventListener('abort', callback);
  }
  const emitter = signal as Partial<EventEmitter> | null | undefined;
  emitter?.once?.('abort', callback);
  return () => void emitter?.removeListener?.('abort', callback);
}

/** Whether the caller gave up before the call. */
export function isAborted(signal: unknown): boolean {
  return (signal as Partial<AbortSignal> | null | undefined)?.aborted === true;
}
