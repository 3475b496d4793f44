import { answerDuplicate } from './answer-duplicate.ts';
import type { Handler } from './context.ts';
import type { KeyedRequest } from './identify.ts';
import { runOwned } from './owned-run.ts';
import { refuse } from './refuse.ts';
import type { Settings } from './settings.ts';
import { acquire } from './store-calls.ts';
import { waitInTurns } from './wait-in-turns.ts';

/**
 * Acquires a request's key and runs the handler, or answers with what another request with this key did.
 *
 * @throws Whatever the store throws before anything ran.
 */
export async function claimByLease(keyed: KeyedRequest, handler: Handler, settings: Settings): Promise<Response> {
  const { store, leaseMs, keepMs, interrupted } = settings;
  const { key, name, fingerprint } = keyed;
  // A record outlives the lease that protects it.
  const terms = { fingerprint, leaseMs, keepMs: Math.max(keepMs, leaseMs), takeOver: interrupted === 'run-again' };

  let leaseLeftMs = 0;
  const answer = await waitInTurns(settings.waitMs, async () => {
    const fence = crypto.randomUUID();
    const acquired = await acquire(store, name, { ...terms, fence });
    if (acquired.state === 'in-flight') leaseLeftMs = acquired.leaseLeftMs;
    if (acquired.state !== 'acquired') return answerDuplicate(acquired, keyed, settings);
    // Undefined if it was fenced off: another request owns the key then, and its answer is this one's too.
    return runOwned({ keyed, fence, attempt: acquired.attempt, handler, settings });
  });
  return answer ?? refuse(settings, 'in-flight', key, inFlightDetail(leaseLeftMs));
}

/**
 * A process that died looks like a slow one until its lease ends. `Retry-After` is for the slow one, because a live
 * process renews its lease, and its response is there long before the lease would end.
 */
function inFlightDetail(leaseLeftMs: number): string {
  const seconds = Math.max(1, Math.ceil(leaseLeftMs / 1_000));
  return `Send the same request again. If the server of the first one stopped, this is noticed within ${seconds} s.`;
}
