import type { InternalAxiosRequestConfig } from 'axios';

/** The caller's way to give up: a signal, an old cancel token, or both in one. */
export interface Cancellation {
  readonly signal: AbortSignal | undefined;
  /** Lets go of the caller's objects. */
  end(): void;
}

/** Reads how the caller may give up. A signal by itself is taken as it is. */
export function cancellationOf({ signal, cancelToken }: InternalAxiosRequestConfig): Cancellation {
  const callers = signal as AbortSignal | undefined;
  if (!cancelToken) return { signal: callers, end() {} };
  const either = new AbortController();
  const onAbort = (): void => either.abort(callers?.reason);
  const onCancel = (reason: unknown): void => either.abort(reason);
  if (callers?.aborted) onAbort();
  callers?.addEventListener('abort', onAbort, { once: true });
  cancelToken.subscribe(onCancel);
  return {
    signal: either.signal,
    end() {
      callers?.removeEventListener('abort', onAbort);
      cancelToken.unsubscribe(onCancel);
    },
  };
}
