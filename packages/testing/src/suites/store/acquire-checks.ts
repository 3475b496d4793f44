import assert from 'node:assert/strict';
import { check, claim, DUPLICATES, LONG_MS, type StoreCheck, together } from './store-check.ts';
import type { AcquiredLike } from './store-like.ts';

const HOSTILE = [
  "'; drop table idempotency; --",
  '"quoted" \\ back\\slash',
  '*?[a-z]{}%_$1:key',
  'line\r\nbreak\ttab',
  'ключ 🔑 é',
  '__proto__',
  'constructor',
  ' ',
  'k'.repeat(255),
];

/** Who gets a key, and what the others receive. */
export const ACQUIRE_CHECKS: readonly StoreCheck[] = [
  check('lets exactly one of many concurrent duplicates acquire a key', async (store, key) => {
    const acquired = await together(() => store.acquire(key, claim()));

    assert.equal(count(acquired, 'acquired'), 1);
    assert.equal(count(acquired, 'in-flight'), DUPLICATES - 1);
  }),

  check('tells a duplicate what the key was used for, and how long its owner has left', async (store, key) => {
    await store.acquire(key, claim({ fingerprint: 'first', leaseMs: 30_000 }));

    const found = await store.acquire(key, claim({ fingerprint: 'second' }));

    assert.ok(found.state === 'in-flight');
    assert.deepEqual([found.fingerprint, found.attempt], ['first', 1]);
    assert.ok(found.leaseLeftMs > 0 && found.leaseLeftMs <= 30_000, `${found.leaseLeftMs} ms are left`);
  }),

  check('repeats its answer to the owner, whose reply was lost', async (store, key) => {
    const own = claim();
    const first = await store.acquire(key, own);

    assert.deepEqual(await store.acquire(key, own), first);
    assert.deepEqual(await store.acquire(key, own), { state: 'acquired', attempt: 1 });
  }),

  check('keeps an outcome as it is, for every later request', async (store, key) => {
    const outcome = JSON.stringify({ text: 'é "🔑" \u2028 \\ \u0000', long: 'x'.repeat(300_000) });
    const own = claim({ fingerprint: 'first' });
    await store.acquire(key, own);

    assert.equal(await store.complete(key, own.fence, outcome, LONG_MS), true);

    const completed = { state: 'completed', fingerprint: 'first', outcome };
    assert.deepEqual(await store.acquire(key, claim({ fingerprint: 'second' })), completed);
    assert.deepEqual(await store.acquire(key, claim({ takeOver: true })), completed);
    assert.deepEqual(await store.acquire(key, own), completed);
  }),

  check('lets nobody take over a key whose lease runs', async (store, key) => {
    await store.acquire(key, claim());

    assert.equal((await store.acquire(key, claim({ takeOver: true }))).state, 'in-flight');
  }),

  check('tells hostile keys, fences and fingerprints apart', async (store, key) => {
    for (const text of HOSTILE) {
      const own = claim({ fence: text, fingerprint: text });
      assert.deepEqual(await store.acquire(key + text, own), { state: 'acquired', attempt: 1 });
      assert.equal(await store.complete(key + text, own.fence, text, LONG_MS), true);
    }
    for (const text of HOSTILE) {
      const completed = { state: 'completed', fingerprint: text, outcome: text };
      assert.deepEqual(await store.acquire(key + text, claim()), completed);
    }
  }),

  check('takes durations that are not whole', async (store, key) => {
    const own = claim({ leaseMs: 1_000 / 3, keepMs: 100_000 / 3 });
    await store.acquire(key, own);

    assert.equal(await store.extend(key, own.fence, 1_000 / 3), true);
    assert.equal(await store.complete(key, own.fence, 'outcome', 100_000 / 3), true);
  }),
];

function count(acquired: readonly AcquiredLike[], state: AcquiredLike['state']): number {
  return acquired.filter((each) => each.state === state).length;
}
