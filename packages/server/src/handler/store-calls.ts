import type { Acquired, Claim, IdempotencyStore } from '../stores/store.ts';
import { wait, within } from './wait.ts';

/**
 * The handler starts only once a key is acquired, so a store that stays silent for so long is reported as unavailable.
 */
const ACQUIRE_LIMIT_MS = 2_000;
/** The pause before `acquire` is repeated, in case only its reply was lost. */
const ACQUIRE_PAUSE_MS = 50;
/** When an outcome is offered to the store, counted from the first time: 5 times in 1.5 seconds. */
const PERSIST_AT_MS: readonly number[] = [0, 100, 300, 700, 1_500];
const PERSIST_LIMIT_MS = 500;

/**
 * Acquires a key.
 *
 * @throws Whatever the store throws twice, or an error if it does not answer in time.
 */
export async function acquire(store: IdempotencyStore, key: string, claim: Claim): Promise<Acquired> {
  const asked = acquireTwice(store, key, claim);
  try {
    return await within(asked, ACQUIRE_LIMIT_MS, 'acquire');
  } catch (error) {
    // The store may have acquired the key, or may still do so. It is unused, so give it back.
    asked
      .catch(() => {})
      .then(() => store.release(key, claim.fence))
      .catch(() => {});
    throw error;
  }
}

async function acquireTwice(store: IdempotencyStore, key: string, claim: Claim): Promise<Acquired> {
  try {
    return await store.acquire(key, claim);
  } catch {
    await wait(ACQUIRE_PAUSE_MS);
    return store.acquire(key, claim);
  }
}

/** What became of a change that must reach the store. `lost`: another request owns the key. */
export type Persisted = 'stored' | 'lost' | { readonly error: unknown };

/** Completes or releases a key. The effect has taken place, or certainly has not, so this tries for a while. */
export async function persist(change: () => Promise<boolean>): Promise<Persisted> {
  const startedAt = performance.now();
  let failure: { readonly error: unknown } | undefined;
  for (const at of PERSIST_AT_MS) {
    const pauseMs = startedAt + at - performance.now();
    if (pauseMs > 0) await wait(pauseMs);
    try {
      const isOwner = await within(change(), PERSIST_LIMIT_MS, 'the store');
      // After a failure, "not the owner" usually means that the change was made and only its reply was lost.
      return isOwner || failure ? 'stored' : 'lost';
    } catch (error) {
      failure = { error };
    }
  }
  return failure ?? 'lost';
}
