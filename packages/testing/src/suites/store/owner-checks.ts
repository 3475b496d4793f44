import assert from 'node:assert/strict';
import { check, claim, LONG_MS, type StoreCheck, together } from './store-check.ts';

/** What only the owner of a key may do. */
export const OWNER_CHECKS: readonly StoreCheck[] = [
  check('completes a key once', async (store, key) => {
    const own = claim();
    await store.acquire(key, own);

    const completed = await together((number) => store.complete(key, own.fence, `outcome ${number}`, LONG_MS));

    assert.equal(completed.filter(Boolean).length, 1);
  }),

  check('obeys only the owner', async (store, key) => {
    const own = claim();
    await store.acquire(key, own);

    assert.equal(await store.extend(key, 'another fence', LONG_MS), false);
    assert.equal(await store.complete(key, 'another fence', 'outcome', LONG_MS), false);
    assert.equal(await store.release(key, 'another fence'), false);

    assert.equal(await store.extend(key, own.fence, LONG_MS), true);
    assert.equal((await store.acquire(key, claim())).state, 'in-flight');
  }),

  check('changes nothing for a key that nobody acquired', async (store, key) => {
    assert.equal(await store.extend(key, 'fence', LONG_MS), false);
    assert.equal(await store.complete(key, 'fence', 'outcome', LONG_MS), false);
    assert.equal(await store.release(key, 'fence'), false);

    assert.deepEqual(await store.acquire(key, claim()), { state: 'acquired', attempt: 1 });
  }),

  check('forgets a key that was released', async (store, key) => {
    const own = claim({ fingerprint: 'first' });
    await store.acquire(key, own);

    assert.equal(await store.release(key, own.fence), true);
    assert.equal(await store.release(key, own.fence), false);

    assert.deepEqual(await store.acquire(key, claim({ fingerprint: 'second' })), { state: 'acquired', attempt: 1 });
  }),

  check('neither extends, releases nor completes a completed key', async (store, key) => {
    const own = claim();
    await store.acquire(key, own);
    await store.complete(key, own.fence, 'outcome', LONG_MS);

    assert.equal(await store.extend(key, own.fence, LONG_MS), false);
    assert.equal(await store.release(key, own.fence), false);
    assert.equal(await store.complete(key, own.fence, 'another', LONG_MS), false);
  }),
];
