import type { IdempotencyStore } from '../stores/store.ts';
import { ACQUIRE_CHECKS } from './acquire-checks.ts';
import { OWNER_CHECKS } from './owner-checks.ts';
import { TIME_CHECKS } from './time-checks.ts';

/** A store under test. It is disposed of after each test, if it can be. */
export type ConformanceStore = IdempotencyStore & Partial<AsyncDisposable> & Partial<Disposable>;

/** Opens a store for one test. */
export type OpenStore = () => ConformanceStore | Promise<ConformanceStore>;

/** A test that rejects if the store fails it. */
export interface StoreCase {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * Returns the tests of {@link storeConformance}, for a test runner other than vitest and node:test.
 *
 * @example
 * for (const { name, run } of storeCases(() => new MyStore())) Deno.test(name, run);
 */
export function storeCases(openStore: OpenStore): readonly StoreCase[] {
  return [...ACQUIRE_CHECKS, ...OWNER_CHECKS, ...TIME_CHECKS].map(({ name, run }) => ({
    name,
    async run() {
      const store = await openStore();
      try {
        await run(store, crypto.randomUUID());
      } finally {
        await store[Symbol.asyncDispose]?.();
        store[Symbol.dispose]?.();
      }
    },
  }));
}
