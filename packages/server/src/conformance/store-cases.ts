import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Acquired, Claim, IdempotencyStore } from '../stores/store.ts';

/** A store under test. It is disposed of after each test, if it can be. */
export type ConformanceStore = IdempotencyStore & Partial<AsyncDisposable> & Partial<Disposable>;

/** Opens a store for one test. */
export type OpenStore = () => ConformanceStore | Promise<ConformanceStore>;

/** A test that rejects if the store fails it. */
export interface StoreCase {
  readonly name: string;
  run(): Promise<void>;
}

// The store's clock is its own, so times are real: short enough to wait for, long enough for a busy machine.
const SHORT_MS = 60;
const PAST_SHORT_MS = 150;
const LONG_MS = 60_000;
const DUPLICATES = 300;

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

/** The tests of {@link storeConformance}, for a runner other than vitest and node:test. */
export function storeCases(openStore: OpenStore): readonly StoreCase[] {
  const define = (name: string, body: (store: IdempotencyStore, key: string) => Promise<void>): StoreCase => ({
    name,
    async run() {
      const store = await openStore();
      try {
        await body(store, crypto.randomUUID());
      } finally {
        await store[Symbol.asyncDispose]?.();
        store[Symbol.dispose]?.();
      }
    },
  });

  return [
    define('lets exactly one of many concurrent duplicates acquire a key', async (store, key) => {
      const acquired = await together(() => store.acquire(key, claim()));

      assert.equal(count(acquired, 'acquired'), 1);
      assert.equal(count(acquired, 'in-flight'), DUPLICATES - 1);
    }),

    define('tells a duplicate what the key was used for, and how long its owner has left', async (store, key) => {
      await store.acquire(key, claim({ fingerprint: 'first', leaseMs: 30_000 }));

      const found = await store.acquire(key, claim({ fingerprint: 'second' }));

      assert.ok(found.state === 'in-flight');
      assert.deepEqual([found.fingerprint, found.attempt], ['first', 1]);
      assert.ok(found.leaseLeftMs > 0 && found.leaseLeftMs <= 30_000, `${found.leaseLeftMs} ms are left`);
    }),

    define('repeats its answer to the owner, whose reply was lost', async (store, key) => {
      const own = claim();
      const first = await store.acquire(key, own);

      assert.deepEqual(await store.acquire(key, own), first);
      assert.deepEqual(await store.acquire(key, own), { state: 'acquired', attempt: 1 });
    }),

    define('keeps an outcome as it is, for every later request', async (store, key) => {
      const outcome = JSON.stringify({ text: 'é "🔑" \u2028 \\ \u0000', long: 'x'.repeat(300_000) });
      const own = claim({ fingerprint: 'first' });
      await store.acquire(key, own);

      assert.equal(await store.complete(key, own.fence, outcome, LONG_MS), true);

      const completed = { state: 'completed', fingerprint: 'first', outcome };
      assert.deepEqual(await store.acquire(key, claim({ fingerprint: 'second' })), completed);
      assert.deepEqual(await store.acquire(key, claim({ takeOver: true })), completed);
      assert.deepEqual(await store.acquire(key, own), completed);
    }),

    define('completes a key once', async (store, key) => {
      const own = claim();
      await store.acquire(key, own);

      const completed = await together((number) => store.complete(key, own.fence, `outcome ${number}`, LONG_MS));

      assert.equal(completed.filter(Boolean).length, 1);
    }),

    define('obeys only the owner', async (store, key) => {
      const own = claim();
      await store.acquire(key, own);

      assert.equal(await store.extend(key, 'another fence', LONG_MS), false);
      assert.equal(await store.complete(key, 'another fence', 'outcome', LONG_MS), false);
      assert.equal(await store.release(key, 'another fence'), false);

      assert.equal(await store.extend(key, own.fence, LONG_MS), true);
      assert.equal((await store.acquire(key, claim())).state, 'in-flight');
    }),

    define('changes nothing for a key that nobody acquired', async (store, key) => {
      assert.equal(await store.extend(key, 'fence', LONG_MS), false);
      assert.equal(await store.complete(key, 'fence', 'outcome', LONG_MS), false);
      assert.equal(await store.release(key, 'fence'), false);

      assert.deepEqual(await store.acquire(key, claim()), { state: 'acquired', attempt: 1 });
    }),

    define('forgets a key that was released', async (store, key) => {
      const own = claim({ fingerprint: 'first' });
      await store.acquire(key, own);

      assert.equal(await store.release(key, own.fence), true);
      assert.equal(await store.release(key, own.fence), false);

      assert.deepEqual(await store.acquire(key, claim({ fingerprint: 'second' })), { state: 'acquired', attempt: 1 });
    }),

    define('neither extends, releases nor completes a completed key', async (store, key) => {
      const own = claim();
      await store.acquire(key, own);
      await store.complete(key, own.fence, 'outcome', LONG_MS);

      assert.equal(await store.extend(key, own.fence, LONG_MS), false);
      assert.equal(await store.release(key, own.fence), false);
      assert.equal(await store.complete(key, own.fence, 'another', LONG_MS), false);
    }),

    define('reports a lease that ran out, and keeps the key', async (store, key) => {
      await store.acquire(key, claim({ leaseMs: SHORT_MS }));
      await setTimeout(PAST_SHORT_MS);

      const found = await store.acquire(key, claim());

      assert.ok(found.state === 'in-flight');
      assert.ok(found.leaseLeftMs <= 0, `${found.leaseLeftMs} ms are left`);
    }),

    define('lets exactly one of many take over an abandoned key', async (store, key) => {
      await store.acquire(key, claim({ leaseMs: SHORT_MS }));
      await setTimeout(PAST_SHORT_MS);

      const acquired = await together(() => store.acquire(key, claim({ takeOver: true })));

      assert.deepEqual(
        acquired.filter(({ state }) => state === 'acquired'),
        [{ state: 'acquired', attempt: 2 }],
      );
    }),

    define('lets nobody take over a key whose lease runs', async (store, key) => {
      await store.acquire(key, claim());

      assert.equal((await store.acquire(key, claim({ takeOver: true }))).state, 'in-flight');
    }),

    define('lets no other request take over an abandoned key', async (store, key) => {
      await store.acquire(key, claim({ leaseMs: SHORT_MS, fingerprint: 'first' }));
      await setTimeout(PAST_SHORT_MS);

      const found = await store.acquire(key, claim({ takeOver: true, fingerprint: 'second' }));

      assert.ok(found.state === 'in-flight' && found.fingerprint === 'first');
    }),

    define('fences off an owner whose key was taken over', async (store, key) => {
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

    define('lets a late owner complete a key that nobody took over', async (store, key) => {
      const own = claim({ leaseMs: SHORT_MS });
      await store.acquire(key, own);
      await setTimeout(PAST_SHORT_MS);

      assert.equal(await store.complete(key, own.fence, 'late', LONG_MS), true);
    }),

    define('protects a key while its lease is extended', async (store, key) => {
      const own = claim({ leaseMs: SHORT_MS });
      await store.acquire(key, own);
      assert.equal(await store.extend(key, own.fence, LONG_MS), true);
      await setTimeout(PAST_SHORT_MS);

      assert.equal((await store.acquire(key, claim({ takeOver: true }))).state, 'in-flight');
    }),

    define('keeps a record for as long as its lease is extended', async (store, key) => {
      const own = claim({ leaseMs: SHORT_MS, keepMs: SHORT_MS });
      await store.acquire(key, own);
      assert.equal(await store.extend(key, own.fence, LONG_MS), true);
      await setTimeout(PAST_SHORT_MS);

      assert.equal((await store.acquire(key, claim())).state, 'in-flight');
    }),

    define('forgets a key after its time, in flight or completed', async (store, key) => {
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

    define('tells hostile keys, fences and fingerprints apart', async (store, key) => {
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

    define('takes durations that are not whole', async (store, key) => {
      const own = claim({ leaseMs: 1_000 / 3, keepMs: 100_000 / 3 });
      await store.acquire(key, own);

      assert.equal(await store.extend(key, own.fence, 1_000 / 3), true);
      assert.equal(await store.complete(key, own.fence, 'outcome', 100_000 / 3), true);
    }),

    define('purges what has expired and nothing else, if it purges at all', async (store, key) => {
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
}

function claim(own: Partial<Claim> = {}): Claim {
  const fence = crypto.randomUUID();
  return { fence, fingerprint: 'fingerprint', leaseMs: 30_000, keepMs: LONG_MS, takeOver: false, ...own };
}

function together<Value>(act: (number: number) => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: DUPLICATES }, (_, number) => act(number)));
}

function count(acquired: readonly Acquired[], state: Acquired['state']): number {
  return acquired.filter((each) => each.state === state).length;
}
