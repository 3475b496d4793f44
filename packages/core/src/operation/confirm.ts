import type { Confirmation } from '../effect/confirmation.ts';
import type { Operation } from './operation.ts';
import { wait } from './wait.ts';

/**
 * Has the caller look whether an operation took effect, if it ended in doubt and somebody offered to look. Ends when the
 * caller gives up or the time is over, whatever the one who looks does. Never rejects.
 */
export async function confirmEffect(operation: Operation, signal: AbortSignal | undefined): Promise<void> {
  const { settings, clock, remainingMs = settings.retryWindowMs } = operation;
  if (!settings.confirm || remainingMs <= 0 || signal?.aborted) return;
  const report = operation.report();
  if (report.effect !== 'maybe-applied') return;

  const over = new AbortController();
  const answered = new AbortController();
  const context = { report, signal: over.signal };
  const look = async (): Promise<Confirmation> => (await settings.confirm?.(context)) ?? 'unknown';
  const waits = signal ? AbortSignal.any([signal, answered.signal]) : answered.signal;
  const timeUp = wait(remainingMs, clock, waits).then(
    () => 'unknown' as const,
    () => 'unknown' as const,
  );
  const answer = await Promise.race([look().catch(() => 'unknown' as const), timeUp]);
  answered.abort();
  over.abort();
  if (answer === 'applied' || answer === 'not-applied') operation.confirm(answer);
}
