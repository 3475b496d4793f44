import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import {
  check,
  claim,
  EXTENDED_MS,
  LONG_MS,
  PAST_EXTENDED_MS,
  PAST_SHORT_MS,
  SHORT_MS,
  type StoreCheck,
  together,
} from './store-check.ts';

/** What happens as time passes. */
export const TIME_CHECKS: readonly StoreCheck[] = [
  check('reports a lease that ran out, and keeps the key', async (store, key) => {
    await store.acquire(key, claim({ leaseMs: SHORT_MS }));
    await setTimeout(PAST_SHORT_MS);

    const found = await store.acquire(key, claim());

    assert.ok(found.state === 'in-flight');
    assert.ok(found.leaseLeftMs <= 0, `${found.leaseLeftMs} ms are left`);
  }),

  check('lets exactly one of many take over an abandoned key', async (store, key) => {
    await store.acquire(key, claim({ leaseMs: SHORT_MS }));
    await setTimeout(PAST_SHORT_MS);

    const acquired = await together(() => store.acquire(key, claim({ takeOver: true })));

    assert.deepEqual(
      acquired.filter(({ state }) => state === 'acquired'),
      [{ state: 'acquired', attempt: 2 }],
    );
  }),

  check('lets no other request take over an abandoned key', async (store, key) => {
    await store.acquire(key, claim({ leaseMs: SHORT_MS, fingerprint: 'first' }));
    await setTimeout(PAST_SHORT_MS);

    const found = await store.acquire(key, claim({ takeOver: true, fingerprint: 'second' }));

    assert.ok(found.state === 'in-flight' && found.fingerprint === 'first');
  }),

  check('fences off an owner whose key was taken over', async (store, key) => {
    const stale = claim({ leaseMs: SHORT_MS });
    const next = claim({ takeOver: true });
    await store.acquire(key, stale);
    await setTimeout(PAST_SHORT_MS);
    await store.acquire(key, next);

    assert.equal(await store.extend(key, stale.fence, LONG_MS), false);
    assert.equal(await store.complete(key, stale.fence, 'stale', LONG_MS), false);
    assert.equal(await store.release(key, stale.fence), false);

    assert.equal(await store.complete(key, next.fence, 'next', LONG_MS), true);
    const found = await store.acquire(key, claim());
    assert.ok(found.state === 'completed' && found.outcome === 'next');
  }),

  check('lets a late owner complete a key that nobody took over', async (store, key) => {
    const own = claim({ leaseMs: SHORT_MS });
    await store.acquire(key, own);
    await setTimeout(PAST_SHORT_MS);

    assert.equal(await store.complete(key, own.fence, 'late', LONG_MS), true);
  }),

  check('protects a key while its lease is extended', async (store, key) => {
    const own = claim({ leaseMs: EXTENDED_MS });
    await store.acquire(key, own);
    assert.equal(await store.extend(key, own.fence, LONG_MS), true);
    await setTimeout(PAST_EXTENDED_MS);

    assert.equal((await store.acquire(key, claim({ takeOver: true }))).state, 'in-flight');
  }),

  check('keeps a record for as long as its lease is extended', async (store, key) => {
    const own = claim({ leaseMs: EXTENDED_MS, keepMs: EXTENDED_MS });
    await store.acquire(key, own);
    assert.equal(await store.extend(key, own.fence, LONG_MS), true);
    await setTimeout(PAST_EXTENDED_MS);

    assert.equal((await store.acquire(key, claim())).state, 'in-flight');
  }),

  check('forgets a key after its time, in flight or completed', async (store, key) => {
    const own = claim();
    await store.acquire(`${key} in flight`, claim({ keepMs: SHORT_MS, leaseMs: SHORT_MS }));
    await store.acquire(`${key} completed`, own);
    await store.complete(`${key} completed`, own.fence, 'outcome', SHORT_MS);
    await setTimeout(PAST_SHORT_MS);

    const fresh = { state: 'acquired', attempt: 1 };
    assert.deepEqual(await store.acquire(`${key} in flight`, claim({ fingerprint: 'other' })), fresh);
    assert.deepEqual(await store.acquire(`${key} completed`, claim({ fingerprint: 'other' })), fresh);
    assert.equal(await store.complete(`${key} completed`, own.fence, 'late', LONG_MS), false);
  }),

  check('purges what has expired and nothing else, if it purges at all', async (store, key) => {
    if (!store.purge) return;
    while ((await store.purge(1_000)) > 0);
    for (let number = 0; number < 3; number += 1) {
      await store.acquire(`${key} ${number}`, claim({ keepMs: SHORT_MS, leaseMs: SHORT_MS }));
    }
    await store.acquire(key, claim());
    await setTimeout(PAST_SHORT_MS);

    assert.equal(await store.purge(2), 2);
    assert.ok((await store.purge(1_000)) >= 1);
    assert.equal((await store.acquire(key, claim())).state, 'in-flight');
  }),
];
