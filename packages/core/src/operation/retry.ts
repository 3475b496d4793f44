import pRetry from 'p-retry';
import { attempt, type Judged } from './attempt.ts';
import type { Client, ResponseLike } from './client.ts';
import type { Operation } from './operation.ts';
import { wait } from './wait.ts';

/** Tells p-retry to call again. Nobody else ever sees it. */
class OnceMore extends Error {}

/** Repeats a request for as long as the operation says so; entered only when it does for the first time. */
export function retry<Response extends ResponseLike>(
  operation: Operation,
  client: Client<Response>,
  first: Judged<Response>,
): Promise<Judged<Response>> {
  let last = first;
  const again = async (): Promise<Judged<Response>> => {
    if (last.decision.action === 'stop') return last;
    if (!(await pause(operation, client, last.response, last.decision.waitMs))) return { ...last, response: undefined };
    last = await attempt(operation, client);
    if (last.decision.action === 'retry') throw new OnceMore();
    return last;
  };
  // The operation counts the attempts and names the waits; p-retry's own must not end it earlier or hold it longer.
  return pRetry(again, { retries: operation.settings.maxAttempts, minTimeout: 0 });
}

/** Waits while the response that nobody will read goes away. Tells whether the next attempt may be sent. */
async function pause<Response extends ResponseLike>(
  operation: Operation,
  client: Client<Response>,
  response: Response | undefined,
  waitMs: number,
): Promise<boolean> {
  const over = new AbortController();
  if (response) void client.discard(response, over.signal);
  try {
    await wait(waitMs, operation.clock, client.signal);
  } catch {
    operation.abandon('aborted');
    return false;
  } finally {
    over.abort();
  }
  // Timers come late when the machine is busy, and nothing is sent after the deadline.
  if ((operation.remainingMs ?? 1) > 0) return true;
  operation.abandon('deadline-over');
  return false;
}
