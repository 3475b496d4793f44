import pRetry from 'p-retry';
import type { StopReason } from '../decision/reason.ts';
import type { Client } from './client.ts';
import type { Operation } from './operation.ts';
import { type AttemptResult, sendAttempt } from './send-attempt.ts';
import { wait } from './wait.ts';
import { within } from './within.ts';

/** Makes p-retry call again. It never leaves this file. */
class RetrySignal extends Error {}

const RETURNED: ReadonlySet<string> = new Set<StopReason>(['body-not-replayable', 'key-window-over']);

/**
 * Repeats a request for as long as the operation decides so. Entered only after its first decision to retry.
 *
 * @returns The last attempt. If only an earlier one had a response, it contains that response.
 */
export async function retry<Response>(
  operation: Operation,
  client: Client<Response>,
  first: AttemptResult<Response>,
): Promise<AttemptResult<Response>> {
  let last = first;
  let kept = first.response;
  const next = async (): Promise<void> => {
    const { decision } = last;
    if (decision.action === 'stop') return;
    const release = kept === undefined ? undefined : client.keep?.(kept);
    const goesOn = await pause(operation, client, decision.waitMs);
    // Without its body or its key the retry is not sent, and the caller gets the response.
    const returned = !goesOn && RETURNED.has(operation.decision.reason);
    if (!returned && release?.() === false) kept = undefined;
    if (!goesOn) return;
    last = await sendAttempt(operation, client);
    kept = latest(client, kept, last.response);
    if (last.decision.action === 'retry') throw new RetrySignal();
  };
  // The operation counts the attempts and computes the waits. p-retry repeats for no other error than our own.
  await pRetry(next, {
    // One more than that for a new credential.
    retries: operation.settings.maxAttempts + 1,
    minTimeout: 0,
    shouldRetry: ({ error }) => error instanceof RetrySignal,
  });
  return { response: kept, decision: operation.decision };
}

/** The latest response. The one before it is discarded only now: the client may return the same object again. */
function latest<Response>(
  client: Client<Response>,
  kept: Response | undefined,
  response: Response | undefined,
): Response | undefined {
  if (response === undefined) return kept;
  if (kept !== undefined && kept !== response) client.discard(kept);
  return response;
}

/** Waits before the next attempt. Returns whether it may be sent. */
async function pause<Response>(operation: Operation, client: Client<Response>, waitMs: number): Promise<boolean> {
  try {
    await wait(operation.settings.skipWaits ? 0 : waitMs, operation.clock, client.signal);
  } catch {
    operation.abandon('aborted');
    return false;
  }
  const ready = client.ready?.();
  if (ready && !(await inTime(operation, client, ready))) return false;
  // Timers come late when the machine is busy, and nothing is sent after the deadline, or after the key's window.
  const isLate = (operation.remainingMs ?? 1) <= 0;
  if (!isLate && !operation.isKeyOver) return true;
  operation.abandon(isLate ? 'deadline-over' : 'key-window-over');
  return false;
}

/** Waits until the body is there, at most as long as a retry may begin. */
async function inTime<Response>(
  operation: Operation,
  { signal }: Client<Response>,
  ready: Promise<boolean>,
): Promise<boolean> {
  const { clock, settings, remainingMs = settings.retryWindowMs } = operation;
  const isReady = await within({ clock, remainingMs, signal }, () => ready);
  if (!isReady) operation.abandon(signal?.aborted ? 'aborted' : 'body-not-replayable');
  return isReady === true;
}
