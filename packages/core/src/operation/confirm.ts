import { Ambient } from './ambient.ts';
import type { Operation } from './operation.ts';
import { shared } from './shared.ts';
import { within } from './within.ts';

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
 *
 * @example
 * await confirmEffect(operation, signal); // before the report is handed out
 */
export async function confirmEffect(operation: Operation, signal: AbortSignal | undefined): Promise<void> {
  const { settings, clock, remainingMs = settings.retryWindowMs } = operation;
  const { confirm } = settings;
  if (!confirm || remainingMs <= 0 || signal?.aborted) return;
  if (confirming.calls.value || (signal && confirming.signals.has(signal))) return;
  const report = operation.report();
  if (report.effect !== 'maybe-applied') return;

  const found = await within({ clock, remainingMs, signal }, (own) => {
    confirming.signals.add(own);
    return confirming.calls.run(true, async () => confirm({ report, signal: own }));
  });
  if (found === 'applied' || found === 'not-applied') operation.confirm(found);
}
