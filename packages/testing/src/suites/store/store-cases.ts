import { ACQUIRE_CHECKS } from './acquire-checks.ts';
import { OWNER_CHECKS } from './owner-checks.ts';
import type { StoreLike } from './store-like.ts';
import { TIME_CHECKS } from './time-checks.ts';

/** Opens a store for one test. */
export type OpenStore = () => StoreLike | Promise<StoreLike>;

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
