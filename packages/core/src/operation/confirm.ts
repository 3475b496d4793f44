import type { Confirmation } from '../effect/confirmation.ts';
import { Ambient } from './ambient.ts';
import type { Operation } from './operation.ts';
import { shared } from './shared.ts';
import { wait } from './wait.ts';

/**
 * Requests that `confirm` sends are not confirmed themselves. Otherwise, a lookup by POST through the same client would
 * never end.
 */
const confirming = /* @__PURE__ */ shared('confirming.1', () => ({
  calls: new Ambient<true>(),
  signals: new WeakSet<AbortSignal>(),
}));

/**
 * Has the caller's `confirm` find out whether an operation took effect, if it ended in doubt. Ends when the caller
 * gives up or the time is over, whatever `confirm` does. Never rejects.
 */
export async function confirmEffect(operation: Operation, signal: AbortSignal | undefined): Promise<void> {
  const { settings, clock, remainingMs = settings.retryWindowMs } = operation;
  const { confirm } = settings;
  if (!confirm || remainingMs <= 0 || signal?.aborted) return;
  if (confirming.calls.value || (signal && confirming.signals.has(signal))) return;
  const report = operation.report();
  if (report.effect !== 'maybe-applied') return;

  const over = new AbortController();
  confirming.signals.add(over.signal);
  const lookUp = async (): Promise<Confirmation> => confirm({ report, signal: over.signal });
  const answer = confirming.calls.run(true, lookUp).catch(() => 'unknown');
  const end = (): void => over.abort();
  const timeUp = wait(remainingMs, clock, over.signal).catch(() => {});
  signal?.addEventListener('abort', end, { once: true });
  // confirm itself may have caused the abort, before the listener was added.
  if (signal?.aborted) end();
  const found = await Promise.race([answer, timeUp]);
  signal?.removeEventListener('abort', end);
  end();
  if (found === 'applied' || found === 'not-applied') operation.confirm(found);
}
