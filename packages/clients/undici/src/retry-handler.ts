const MESSAGE =
  "retry() and undici's own retries are on the same dispatcher: leave out RetryAgent and interceptors.retry()";

/**
 * Throws if undici's own retries are active inside our interceptor (they pass their own controller) or around it (they
 * are the handler). Two loops multiply, because three attempts for each of six are eighteen.
 *
 * @param value - A controller or a handler that undici passed to us.
 * @throws {TypeError}
 */
export function assertNoRetryHandler(value: object): void {
  if ('retryOpts' in value || value.constructor?.name === 'RetryController') throw new TypeError(MESSAGE);
}

/**
 * Throws if undici's retry interceptor is the next one inside this one.
 *
 * @throws {TypeError}
 */
export function assertNoRetryInterceptor({ name }: { readonly name: string }): void {
  if (name === 'retryInterceptor') throw new TypeError(MESSAGE);
}
