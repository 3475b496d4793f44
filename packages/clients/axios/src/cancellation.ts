import type { InternalAxiosRequestConfig } from 'axios';

/** How the caller cancels, by a signal, an old cancel token, or both. */
export interface Cancellation {
  readonly signal: AbortSignal | undefined;
  /** Lets go of the caller's objects. */
  end(): void;
}

/** Reads how the caller may give up. A signal alone is used unchanged. */
export function cancellationOf({ signal, cancelToken }: InternalAxiosRequestConfig): Cancellation {
  const callers = signal as AbortSignal | undefined;
  if (!cancelToken) return { signal: callers, end() {} };
  const either = new AbortController();
  const onAbort = (): void => either.abort(callers?.reason);
  const onCancel = (reason: unknown): void => either.abort(reason);
  if (callers?.aborted) onAbort();
  callers?.addEventListener('abort', onAbort);
  cancelToken.subscribe(onCancel);
  return {
    signal: either.signal,
    end() {
      callers?.removeEventListener('abort', onAbort);
      cancelToken.unsubscribe(onCancel);
    },
  };
}
