import type { Handler, IdempotentContext } from './context.ts';
import { HeldKey } from './held.ts';
import { type KeyedRequest, unread } from './identify.ts';
import { keepLease } from './lease.ts';
import { NotApplied } from './not-applied.ts';
import { replay } from './outcome.ts';
import { problem } from './problem.ts';
import { checkResponse } from './response.ts';
import type { Settings } from './settings.ts';
import { persist } from './store-calls.ts';

/** A request that owns its key. */
export interface OwnedRun {
  readonly keyed: KeyedRequest;
  readonly fence: string;
  readonly attempt: number;
  readonly handler: Handler;
  readonly settings: Settings;
}

/** How a handler's run ended, and so what becomes of its key. */
type Ending =
  | { readonly type: 'answered'; readonly response: Response; readonly outcome: string }
  | { readonly type: 'nothing-done'; readonly response: Response }
  /** The record is settled, or can't be settled any more. Only the response is left. */
  | { readonly type: 'settled'; readonly response: Response }
  | { readonly type: 'fenced' };

/**
 * Runs the handler of a request that owns its key, while renewing the lease, and settles the record.
 *
 * @returns The response. Undefined if the handler's transaction was rolled back because another request owns the key
 *   now.
 */
export async function runOwned(run: OwnedRun): Promise<Response | undefined> {
  const { keyed, fence, attempt, settings } = run;
  const { key, name } = keyed;
  const { store, leaseMs, keepMs, emit } = settings;
  const held = new HeldKey({ key: name, fence, keepMs }, settings);

  const lease = keepLease(
    leaseMs,
    async () => (await store.extend(name, fence, leaseMs)) || held.isSettling,
    () => emit({ type: 'lease-lost', key, attempt }),
  );
  const ending = await endingOf(run, held, lease.signal).finally(lease.stop);

  switch (ending.type) {
    case 'answered':
      await complete(run, ending.outcome, ending.response.status);
      return ending.response;
    case 'nothing-done':
      await release(run, ending.response.status);
      return ending.response;
    case 'settled':
      return ending.response;
    case 'fenced':
      emit({ type: 'lease-lost', key, attempt });
      return undefined;
  }
}

async function endingOf(run: OwnedRun, held: HeldKey, signal: AbortSignal): Promise<Ending> {
  const { keyed, attempt, handler, settings } = run;
  const context: IdempotentContext = { key: keyed.key, attempt, signal, held };
  try {
    return await endingOfAnswer(await handler(unread(keyed), context), held, settings);
  } catch (error) {
    return await endingOfThrow(error, run, held);
  }
}

async function endingOfAnswer(answer: Response | NotApplied, held: HeldKey, settings: Settings): Promise<Ending> {
  const response = answer instanceof NotApplied ? answer.response : checkResponse(answer);
  switch (held.ended) {
    case 'committed':
      return { type: 'settled', response };
    case 'fenced':
      return { type: 'fenced' };
    case 'unknown':
      return { type: 'settled', response: problem('commit-unknown', settings.docs) };
    case 'rolled-back':
      // A framework turned the error into a response. A refusal that the handler made of it is kept.
      if (response.status >= 500) return { type: 'nothing-done', response };
  }
  if (answer instanceof NotApplied || !settings.record(response)) return { type: 'nothing-done', response };
  return { type: 'answered', ...(await held.capture(response)) };
}

async function endingOfThrow(error: unknown, run: OwnedRun, held: HeldKey): Promise<Ending> {
  const { settings, keyed, attempt } = run;
  const { docs, emit } = settings;
  if (held.ended === 'fenced') return { type: 'fenced' };
  if (error instanceof NotApplied && held.ended !== 'committed')
    return { type: 'nothing-done', response: error.response };

  emit({ type: 'handler-failed', key: keyed.key, attempt, error });
  switch (held.ended) {
    case 'committed':
      return { type: 'settled', response: replay(held.committed, docs) };
    case 'unknown':
      return { type: 'settled', response: problem('commit-unknown', docs) };
    case 'rolled-back': {
      const detail = 'The transaction was rolled back. Nothing was applied, and the same key may be sent again.';
      return { type: 'nothing-done', response: problem('handler-failed', docs, detail) };
    }
    default:
      return { type: 'answered', ...(await held.capture(problem('handler-failed', docs))) };
  }
}

async function complete({ keyed, fence, attempt, settings }: OwnedRun, outcome: string, status: number): Promise<void> {
  const { store, keepMs, emit } = settings;
  const { key, name } = keyed;
  const persisted = await persist(() => store.complete(name, fence, outcome, keepMs));
  if (persisted === 'stored') return emit({ type: 'response-stored', key, attempt, status });
  if (persisted !== 'lost') emit({ type: 'store-failed', key, action: 'complete', error: persisted.error });
  emit({ type: 'outcome-lost', key, attempt, status });
}

async function release({ keyed, fence, attempt, settings }: OwnedRun, status: number): Promise<void> {
  const { store, emit } = settings;
  const { key, name } = keyed;
  const persisted = await persist(() => store.release(name, fence));
  if (typeof persisted === 'object') emit({ type: 'store-failed', key, action: 'release', error: persisted.error });
  else emit({ type: 'key-released', key, attempt, status });
}
