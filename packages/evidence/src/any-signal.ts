/**
 * A signal that is aborted as soon as one of the given ones is. Older runtimes (React Native) lack `AbortSignal.any`.
 *
 * @example
 * const signal = anySignal([caller.signal, limit.signal]);
 */
export function anySignal(signals: readonly AbortSignal[]): AbortSignal {
  if (typeof AbortSignal.any === 'function') return AbortSignal.any([...signals]);
  const controller = new AbortController();
  for (const signal of signals) {
    const onAbort = (): void => controller.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { signal: controller.signal });
  }
  return controller.signal;
}
