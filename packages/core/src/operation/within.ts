import type { Clock } from './clock.ts';

/** What ends a wait for the work of others. */
interface Limits {
  readonly clock: Pick<Clock, 'after'>;
  /** The longest wait in milliseconds, or undefined without a limit. */
  readonly remainingMs: number | undefined;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits for the work of others until the time is over or the caller gives up, whether or not the work obeys its signal.
 * Leaves no timer and no listener. Never rejects.
 *
 * @param work - Gets a signal that is aborted at the end of the wait. It must not throw synchronously.
 * @returns What the work resolved with, or undefined if it failed or didn't end in time.
 */
export async function within<Result>(
  { clock, remainingMs, signal }: Limits,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const over = new AbortController();
  const end = (): void => over.abort();
  const ended = new Promise<undefined>((resolve) => over.signal.addEventListener('abort', () => resolve(undefined)));
  const cancel = remainingMs === undefined ? undefined : clock.after(remainingMs, end);
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  const result = await Promise.race([work(over.signal).catch(() => undefined), ended]);
  cancel?.();
  signal?.removeEventListener('abort', end);
  end();
  return result;
}
